//! Where a profile keeps its files: which server and account it was last used with, and a folder for each account.

use crate::sign_in::{Server, ServerAddress};
use guildhall_domain::id::AccountId;
use guildhall_protocol::join::Pin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a profile remembers between starts. No secret is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// The server that was named last.
    #[serde(default)]
    pub server: String,
    /// The account that is signed in there.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// What the keys of servers must be that invited this person, by their addresses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: BTreeMap<String, Pin>,
}

impl Remembered {
    /// A server with what is known of it.
    pub(crate) fn known(&self, address: ServerAddress) -> Server {
        let pin = self.pins.get(&address.to_string()).copied();
        Server::new(address, pin)
    }

    /// Knows a server as an invitation describes it.
    pub(crate) fn learn(&mut self, server: &Server) {
        let address = server.address.to_string();
        match server.pin {
            Some(pin) => self.pins.insert(address, pin),
            None => self.pins.remove(&address),
        };
    }
}

/// A profile's folder.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    folder: PathBuf,
}

impl Place {
    /// Takes the folder, making it if need be.
    pub(crate) fn take(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// What is remembered; nothing when the file is missing or makes no sense.
    pub(crate) fn remembered(&self) -> Remembered {
        let text = std::fs::read_to_string(self.file()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Remembers from here on: written beside and renamed over, so that a crash leaves the old or the new.
    pub(crate) fn remember(&self, remembered: &Remembered) -> io::Result<()> {
        let beside = self.folder.join("profile.json.new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(serde_json::to_string_pretty(remembered)?.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(beside, self.file())
    }

    /// The folder of an account on a server.
    pub(crate) fn account(&self, server: &ServerAddress, account: AccountId) -> PathBuf {
        let name: String = server
            .to_string()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        self.folder
            .join("accounts")
            .join(format!("{name}-{account}"))
    }

    fn file(&self) -> PathBuf {
        self.folder.join("profile.json")
    }
}
