//! Ranks freelancers for a request and requests for a freelancer, and says why. Pure.
