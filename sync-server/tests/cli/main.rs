//! The program as an operator meets it: what it says, and what it leaves on the disk.

mod alone;
mod copies;
mod mail;
mod mistyped;
mod program;
mod words;
