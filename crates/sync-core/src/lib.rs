//! Workspace, batch execution, scopes and rebase: the part of sync without IO.
