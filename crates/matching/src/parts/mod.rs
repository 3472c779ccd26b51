//! The five parts of a fit, each as a share of [`ONE`](crate::ONE) and as the facts that its sentence is made of.

pub(crate) mod availability;
pub(crate) mod budget;
pub(crate) mod place;
pub(crate) mod rating;
pub(crate) mod skills;
