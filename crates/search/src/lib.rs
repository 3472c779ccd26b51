//! Finds open requests and listed freelancers: words and filters, counts for each filter, an order, and pages. Pure.
//!
//! The server asks one [`Index`] over its whole market, a desktop without a network one over the rows that it holds: the same
//! code, the same answer from the same rows. An entry that is put in is found by the next question.
//!
//! What words find, how results are ordered and what is counted stands in `docs/SEARCH.md`.

mod bits;
mod columns;
mod dictionary;
mod entry;
mod facets;
mod filters;
mod index;
mod order;
mod plan;
mod rows;
mod scoring;
mod similar;
mod understanding;
mod words;

pub use entry::{Entry, Field, SkillUse, Text, Ways};
pub use facets::MOST_SKILLS;
pub use index::{Found, Full, Hit, Index, Side};
pub use plan::{MAXIMUM_CHARACTERS, MAXIMUM_WORDS};
pub use rows::{talent_entry, work_entry};
pub use scoring::{impact, word_weight};
pub use similar::allowed_errors;
pub use words::{is_passed_over, words};
