//! The whole road without a window: two desktops and a real server on loopback do a job together.

mod browser;
mod copies;
mod damaged;
mod files;
mod find;
mod offline;
mod outdated;
mod oversight;
mod restored;
mod rough;
mod station;
mod story;
mod tls;
