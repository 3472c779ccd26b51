//! Who holds how many connections: all together, and each network for itself.

use crate::limit::{SharedNetworks, network};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The connections of each network.
#[derive(Debug, Clone)]
pub(super) struct Networks {
    each: usize,
    shared: SharedNetworks,
    held: Arc<Mutex<BTreeMap<String, usize>>>,
}

/// One connection of a network, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    network: Option<String>,
    held: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Networks {
    /// Lets each network have so many, and one that people share as many for each of them.
    pub(super) fn new(each: usize, shared: SharedNetworks) -> Self {
        Self {
            each,
            shared,
            held: Arc::default(),
        }
    }

    /// Counts one more; none when the network has as many as it may. This machine itself may have any number.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Held> {
        let held = Arc::clone(&self.held);
        if peer.to_canonical().is_loopback() {
            return Some(Held {
                network: None,
                held,
            });
        }
        let network = network(Some(peer));
        let people = usize::try_from(self.shared.people(Some(peer))).unwrap_or(usize::MAX);
        {
            let mut counts = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(network.clone()).or_default();
            if *count >= self.each.saturating_mul(people) {
                return None;
            }
            *count += 1;
        }
        Some(Held {
            network: Some(network),
            held,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(network) = &self.network else {
            return;
        };
        let mut counts = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> IpAddr {
        text.parse().expect("is an address")
    }

    #[test]
    fn a_network_has_its_share_and_gets_it_back() {
        let networks = Networks::new(2, SharedNetworks::default());
        let one = networks.take(peer("192.0.2.1"));
        let two = networks.take(peer("::ffff:192.0.2.1"));

        assert!(one.is_some() && two.is_some());
        assert!(networks.take(peer("192.0.2.1")).is_none());
        assert!(networks.take(peer("192.0.2.2")).is_some());
        drop(one);
        assert!(networks.take(peer("192.0.2.1")).is_some());
        drop(two);
        assert!(networks.held.lock().expect("is sound").is_empty());
    }

    #[test]
    fn a_household_in_ipv6_is_one_network() {
        let networks = Networks::new(1, SharedNetworks::default());
        let _held = networks.take(peer("2001:db8:1:2::1"));

        assert!(networks.take(peer("2001:db8:1:2::ffff")).is_none());
        assert!(networks.take(peer("2001:db8:1:3::1")).is_some());
    }

    #[test]
    fn an_office_may_hold_as_many_for_each_of_its_people() {
        let office = "192.0.2.0/24".parse().expect("is a network");
        let networks = Networks::new(2, SharedNetworks::new([(office, 3)]));
        let held: Vec<_> = (0..6).map(|_| networks.take(peer("192.0.2.1"))).collect();

        assert!(held.iter().all(Option::is_some));
        assert!(networks.take(peer("192.0.2.1")).is_none());
    }

    #[test]
    fn this_machine_is_not_counted() {
        let networks = Networks::new(0, SharedNetworks::default());

        for address in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(networks.take(peer(address)).is_some(), "{address}");
        }
    }
}
