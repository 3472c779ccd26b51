//! A display to open windows on.

use super::Finding;

/// Whether a window can be opened here.
fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

pub(super) fn finding() -> Finding {
    let name = "display";
    if has_display() {
        Finding::present(name, "yes")
    } else {
        Finding::missing(
            name,
            "no window can be opened here; `cargo xtask demo --headless --screenshots DIR` takes pictures instead",
        )
    }
}
