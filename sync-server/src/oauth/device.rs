//! What is known of a computer that signs in: what it says itself, and roughly where it is.

use std::net::IpAddr;

use guildhall_storage::server::accounts::NewDevice;

use super::{Form, peer};

/// The longest name that is kept, in characters.
const NAME_MAXIMUM: usize = 60;

/// A computer that signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Device {
    name: String,
    system: String,
    network: String,
}

impl Device {
    /// Reads what a desktop says of its computer beside a request for tokens. It is believed, because it is shown to nobody but
    /// its own person, and cut, because it is kept.
    pub(super) fn of(form: &Form) -> Self {
        Self {
            name: plain(form.field("device_name")),
            system: plain(form.field("device_system")),
            network: prefix(peer(&form.parts)),
        }
    }

    /// The network it comes from.
    pub(super) fn network(&self) -> &str {
        &self.network
    }

    pub(super) fn stored(&self) -> NewDevice<'_> {
        NewDevice {
            name: &self.name,
            system: &self.system,
            network: &self.network,
        }
    }
}

/// One line of visible text.
fn plain(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || is_direction(letter) {
                ' '
            } else {
                letter
            }
        })
        .take(NAME_MAXIMUM)
        .collect();
    visible.trim().to_owned()
}

/// Signs that turn the direction of text, with which a name could pretend to be another.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The network of an address, and not more: enough to tell home from elsewhere, too little to say who it was.
fn prefix(peer: Option<IpAddr>) -> String {
    match peer {
        None => String::new(),
        Some(address) if address.is_loopback() => "this computer".to_owned(),
        Some(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.x")
        }
        Some(IpAddr::V6(address)) => {
            if let Some(address) = address.to_ipv4_mapped() {
                return prefix(Some(IpAddr::V4(address)));
            }
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_its_network_only() {
        for (address, kept) in [
            ("192.0.2.77", "192.0.2.x"),
            ("::ffff:192.0.2.77", "192.0.2.x"),
            ("2001:db8:1:2::77", "2001:db8:1::/48"),
            ("127.0.0.1", "this computer"),
            ("::1", "this computer"),
        ] {
            let address = address.parse().expect("is an address");
            assert_eq!(prefix(Some(address)), kept);
        }
        assert_eq!(prefix(None), "");
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(plain(" desk\u{7}top\u{202e}\n"), "desk top");
        assert_eq!(plain(&"x".repeat(500)).len(), NAME_MAXIMUM);
    }
}
