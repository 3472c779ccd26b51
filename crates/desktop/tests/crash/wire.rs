//! A wire to a server that can be cut and mended; a cut one refuses and drops what it carried.

use crate::tap::Tap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Wire {
    cut: watch::Sender<bool>,
}

impl Wire {
    /// Takes this port on `127.0.0.1` and carries to the server. Both have the same port, because a server's address names it.
    pub(crate) async fn between(port: u16, server: SocketAddr, tap: Option<Arc<Tap>>) -> Self {
        let near = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .expect("the port is free");
        let (cut, state) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = near.accept().await {
                let (mut state, tap) = (state.clone(), tap.clone());
                tokio::spawn(async move {
                    if *state.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(server).await else {
                        return;
                    };
                    let carried = async {
                        match &tap {
                            Some(tap) => tap.carry(&mut near, &mut far).await,
                            None => drop(copy_bidirectional(&mut near, &mut far).await),
                        }
                    };
                    tokio::select! {
                        () = carried => {}
                        _ = state.wait_for(|cut| *cut) => {}
                    }
                });
            }
        });
        Self { cut }
    }

    pub(crate) fn set(&self, is_cut: bool) {
        self.cut.send_replace(is_cut);
    }

    pub(crate) fn turn(&self) {
        self.cut.send_modify(|cut| *cut = !*cut);
    }
}

/// A port that stays free while a server on it is down: below those that the system gives out by itself.
pub(crate) fn free_port() -> u16 {
    let begin = u16::try_from(std::process::id() % 10_000).expect("is small");
    (0..10_000)
        .map(|step| 20_000 + (begin + step) % 10_000)
        .find(|port| {
            let near = SocketAddr::from((Ipv4Addr::LOCALHOST, *port));
            std::net::TcpListener::bind(near).is_ok()
                && std::net::TcpListener::bind(far_door(*port)).is_ok()
        })
        .expect("some port is free")
}

/// Another door of this computer with the same port, for a server behind a wire.
pub(crate) fn far_door(port: u16) -> SocketAddr {
    let far = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), port));
    // Not every system has more than one IPv4 address of its own.
    match std::net::TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), 0)) {
        Ok(_) => far,
        Err(_) => SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    }
}
