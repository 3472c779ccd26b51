//! What the marketplace is: nouns, rules, mutations, policy and scopes. Pure: time, ids and chance are arguments.
//!
//! A person's act is a [`mutation::Mutation`]. [`rules::execute`] looks at the rows it needs and answers with effects or a refusal.
//! The desktop runs it at once, as a prediction; the server runs the very same rule with authority.

pub mod activity;
pub mod actor;
pub mod application;
pub mod attachment;
pub mod bookmark;
pub mod changes;
pub mod contract;
pub mod denied;
pub mod id;
pub mod message;
pub mod money;
pub mod mutation;
pub mod offer;
pub mod person;
pub mod policy;
pub mod profile;
pub mod recommendation;
pub mod request;
pub mod review;
pub mod row;
pub mod rules;
pub mod scope;
pub mod time;
pub mod world;
