//! The rules of the authorization server. Pure: clock and chance are arguments.
