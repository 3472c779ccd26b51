//! The demo market over a real database: founded once, entered by hand-over, and lived in by inhabitants who answer.

mod founding;
mod inhabitants;
mod packing;
mod town;
