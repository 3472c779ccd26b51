//! The server by its HTTP interface, told as stories.

mod account;
mod admin;
mod crowd;
mod deeds;
mod delivery;
mod desk;
mod digest;
mod document;
mod doors;
mod export;
mod files;
mod find;
mod forged_provider;
mod forms;
mod hostile;
mod hostile_text;
mod housekeeping;
mod joining;
mod leaving;
mod limits;
mod live;
mod memory;
mod newcomers;
mod oauth;
mod oauth_account_pages;
mod oauth_accounts;
mod oauth_codes;
mod oauth_forged;
mod oauth_github;
mod oauth_joining;
mod oauth_login;
mod oauth_mail;
mod oauth_mocked;
mod oauth_pages;
mod oauth_providers;
mod oauth_registration;
mod oauth_smtp;
mod oauth_support;
mod oauth_terms;
mod oauth_tokens;
mod open_redirects;
mod oracle;
mod oversight;
mod passkeys;
mod privacy;
mod provider_support;
mod providers;
mod race;
mod refusals;
mod road;
mod roles;
mod saved;
mod second_factor;
mod server;
mod slow;
mod strangers;
mod texts;
mod tls;
mod tokens;
mod walker;

/// These stories are told over files.
fn database() -> Option<String> {
    None
}
