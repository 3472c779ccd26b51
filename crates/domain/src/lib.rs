//! What the marketplace is: nouns, rules, mutations, policy, scopes. Pure.
