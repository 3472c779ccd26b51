//! What becomes of acts that were done without a network when the world moved on meanwhile: every conflict with its outcome,
//! walked over headless desktops and a real server.

#[path = "../road/browser.rs"]
mod browser;
mod devices;
mod hiring;
mod requests;
mod scene;
#[allow(dead_code, reason = "shared with the road, which uses all of it")]
#[path = "../road/station.rs"]
mod station;
mod table;
