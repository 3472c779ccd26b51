//! Every path, used by the server's routes and by the desktop's transport.

/// Sends mutations.
pub const PUSH: &str = "/v1/sync/push";
/// Asks for everything since a cursor.
pub const PULL: &str = "/v1/sync/pull";
/// WebSocket: changes as they happen.
pub const LIVE: &str = "/v1/sync/live";
/// Files, each below it by its hash.
pub const BLOB: &str = "/v1/blob";
/// One file, as routers write it.
pub const BLOB_OF: &str = "/v1/blob/{hash}";
/// Who the bearer of a token is.
pub const ME: &str = "/v1/me";
/// The sign-ins of the caller's account.
pub const ME_SIGN_INS: &str = "/v1/me/sign-ins";
/// One of them, by its id.
pub const ME_SIGN_IN: &str = "/v1/me/sign-ins/{id}";
/// Ends all sign-ins of the caller's account but the one that asks.
pub const ME_SIGN_INS_END_OTHERS: &str = "/v1/me/sign-ins/end-others";
/// How the caller's account is protected.
pub const ME_SECURITY: &str = "/v1/me/security";
/// Open requests of the whole market, searched.
pub const FIND_WORK: &str = "/v1/find/work";
/// Freelancers of the whole market, searched.
pub const FIND_TALENT: &str = "/v1/find/talent";
/// Whether the server answers, and which protocol it speaks.
pub const HEALTH: &str = "/v1/health";
/// Turns the one-time secret into the admin role.
pub const ADMIN_CLAIM: &str = "/v1/admin/claim";
/// Counts for the home of admins and moderators.
pub const ADMIN_HOME: &str = "/v1/admin/home";
/// People, searched by name.
pub const ADMIN_PEOPLE: &str = "/v1/admin/people";
/// The sign-ins of somebody, as routers write it.
pub const ADMIN_SIGN_INS: &str = "/v1/admin/people/{id}/sign-ins";
/// Ends all sign-ins of somebody, as routers write it.
pub const ADMIN_SIGN_INS_END: &str = "/v1/admin/people/{id}/sign-ins/end";
/// Ends one sign-in of somebody, as routers write it.
pub const ADMIN_SIGN_IN_END: &str = "/v1/admin/people/{id}/sign-ins/{sign_in}/end";
/// Requests, searched by title.
pub const ADMIN_REQUESTS: &str = "/v1/admin/requests";
/// The activity log.
pub const ADMIN_ACTIVITY: &str = "/v1/admin/activity";
/// The audit log: what happened to accounts and roles.
pub const ADMIN_AUDIT: &str = "/v1/admin/audit";
/// Events of the whole marketplace for the admin's charts.
pub const ADMIN_EVENTS: &str = "/v1/admin/events";
/// Runs an act of moderation.
pub const ADMIN_ACT: &str = "/v1/admin/act";
/// What programs can ask, as a document of `OpenAPI`.
pub const API_DOCUMENT: &str = "/api/openapi.json";
/// Who a token for programs belongs to, and what it opens.
pub const API_ME: &str = "/api/v1/me";
/// One's own profile.
pub const API_PROFILE: &str = "/api/v1/profile";
/// Open requests that one is shown.
pub const API_REQUESTS: &str = "/api/v1/requests";
/// One request, as routers write it.
pub const API_REQUEST: &str = "/api/v1/requests/{id}";
/// Applications that one has written or received.
pub const API_APPLICATIONS: &str = "/api/v1/applications";
/// One application, as routers write it.
pub const API_APPLICATION: &str = "/api/v1/applications/{id}";
/// One's own contracts.
pub const API_CONTRACTS: &str = "/api/v1/contracts";
/// One contract, as routers write it.
pub const API_CONTRACT: &str = "/api/v1/contracts/{id}";
