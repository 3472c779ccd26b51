//! The order of a list, where it is not the fit's: congestion and places for newcomers. Neither is part of the fit, and each goes
//! by its own name.

mod congestion;
mod newcomers;
mod telling;

pub use congestion::{
    APPLICATIONS_TARGET, CONGESTION_STEP, Congestion, MOST_CONGESTION, WAITING_TARGET,
};
pub use newcomers::{
    Candidate, Drawn, FIRST_PLACES, InvalidShare, NEWCOMER_CONTRACTS, NEWCOMER_FIT_PERCENT,
    NewcomerShare, is_newcomer, newcomer_lot, newcomer_places, put_newcomers,
};
pub use telling::{TOLD_A_ROUND, to_tell};
