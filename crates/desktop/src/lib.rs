//! The offline-first app without a window.
