//! Every decoder of bytes from outside, on bytes that nobody meant to send: no panic, and no more memory than the input is worth.
//!
//! Inputs are made from seeds: messages as they are sent, files of `corpus`, and what chance makes of both. Each decoder gets a
//! quarter of a second; `GUILDHALL_FUZZ_SECONDS` asks for more, and `BOLERO_RANDOM_SEED` for the same again.

mod cache;
mod decoders;
mod recipe;
mod samples;
