//! A picture that a phone reads, as part of a page.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// The empty edge that readers need, in squares.
const EDGE: i32 = 4;

/// Draws a text as SVG; nothing when it is too long for a picture.
pub(super) fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return String::new();
    };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + EDGE, y + EDGE);
            }
        }
    }
    let size = code.size() + 2 * EDGE;
    // White and black whatever the page wears: readers want it so.
    format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\"/></svg>\n",
        label = super::Escaped(label)
    )
}
