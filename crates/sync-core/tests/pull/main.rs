//! Pulls, page by page over a database that changes in between, against the plain definition of who sees what.

mod base;
mod device;
mod walk;
