//! The demo market: people, a year of their work, and inhabitants who answer.
//!
//! Everything here is made up. Nothing of it runs unless the operator asks for a demo.

#![allow(dead_code)]

mod chance;
mod words;
