//! The part of sync without IO: the workspace a batch of mutations works in, what a change of rows means for scopes, the
//! way from one cut to another, and the device's replica (server state plus what is still on its way).

pub mod pull;
pub mod replica;
pub mod sharing;
#[cfg(feature = "simulation")]
pub mod simulation;
pub mod workspace;

/// A place where the simulator may stop the program or let its disk fail; nothing in a shipped build.
#[cfg(feature = "simulation")]
#[macro_export]
macro_rules! fault {
    ($point:ident) => {
        $crate::simulation::reach($crate::simulation::Point::$point)?
    };
}

/// A place where the simulator may stop the program or let its disk fail; nothing in a shipped build.
#[cfg(not(feature = "simulation"))]
#[macro_export]
macro_rules! fault {
    ($point:ident) => {};
}

/// True where the simulator planted this bug; `false` in a shipped build.
#[cfg(feature = "simulation")]
#[macro_export]
macro_rules! planted {
    ($bug:ident) => {
        $crate::simulation::planted($crate::simulation::Planted::$bug)
    };
    ($bug:ident, sometimes) => {
        $crate::simulation::planted_now_and_then($crate::simulation::Planted::$bug)
    };
}

/// True where the simulator planted this bug; `false` in a shipped build.
#[cfg(not(feature = "simulation"))]
#[macro_export]
macro_rules! planted {
    ($bug:ident $(, sometimes)?) => {
        false
    };
}
