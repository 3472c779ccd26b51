//! The server by its HTTP interface, told as stories.

mod deeds;
mod delivery;
mod desk;
mod forms;
mod oauth;
mod oauth_accounts;
mod oauth_login;
mod oauth_pages;
mod oauth_registration;
mod oauth_support;
mod oauth_tokens;
mod race;
mod refusals;
mod road;
mod server;
mod strangers;
mod texts;
