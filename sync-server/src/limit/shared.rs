//! Networks that many people share: an office, a school, a co-op behind one address.

use super::Rate;
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Arc;

/// The shared networks that the operator has named, and how many people sit in each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SharedNetworks(Arc<[(IpNet, u32)]>);

impl SharedNetworks {
    /// Networks, each with the people in it.
    pub fn new(networks: impl IntoIterator<Item = (IpNet, u32)>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// How many people there may be behind an address: of all networks that hold it, those of the fullest. One elsewhere.
    pub fn people(&self, peer: Option<IpAddr>) -> u32 {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
            return 1;
        };
        let holding = self.0.iter().filter(|(network, _)| network.contains(&peer));
        holding.map(|(_, people)| *people).fold(1, u32::max)
    }

    /// A rate for one person, for all who share an address.
    pub fn widen(&self, rate: Option<Rate>, peer: Option<IpAddr>) -> Option<Rate> {
        let people = self.people(peer);
        rate.map(|rate| Rate {
            burst: rate.burst.saturating_mul(people),
            every_ms: (rate.every_ms / i64::from(people)).max(1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared() -> SharedNetworks {
        let network = |text: &str| text.parse().expect("is a network");
        SharedNetworks::new([
            (network("192.168.0.0/16"), 40),
            (network("192.168.7.0/24"), 5),
            (network("2001:db8::/32"), 8),
        ])
    }

    #[test]
    fn the_fullest_network_that_holds_an_address_counts() {
        let shared = shared();
        for (address, people) in [
            ("192.168.7.3", 40),
            ("192.169.0.1", 1),
            ("::ffff:192.168.1.1", 40),
            ("2001:db8::1", 8),
            ("2001:db9::1", 1),
        ] {
            let peer = address.parse().expect("is an address");
            assert_eq!(shared.people(Some(peer)), people, "{address}");
        }
        assert_eq!(shared.people(None), 1);
    }

    #[test]
    fn forty_people_may_do_as_much_as_forty_times_one() {
        let rate = Rate {
            burst: 5,
            every_ms: 20_000,
        };
        let peer = "192.168.1.1".parse().expect("is an address");
        let wide = shared().widen(Some(rate), Some(peer));
        let expected = Rate {
            burst: 200,
            every_ms: 500,
        };
        assert_eq!(wide, Some(expected));
        assert_eq!(shared().widen(None, Some(peer)), None);
    }
}
