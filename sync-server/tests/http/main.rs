//! The server by its HTTP interface, told as stories.

mod oauth;
mod oauth_accounts;
mod oauth_login;
mod oauth_pages;
mod oauth_registration;
mod oauth_support;
mod oauth_tokens;
