//! The rules against tables written by hand from what the marketplace promises.

mod acts;
mod attachments;
mod bookmarks;
mod forms;
mod mutants;
mod people;
mod policy;
mod rows;
mod scenes;
mod scopes;
mod table;
mod transitions;
mod words;
mod worlds;
