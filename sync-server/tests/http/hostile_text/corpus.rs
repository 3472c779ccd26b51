//! What people write who want a page to do something for them.

use std::sync::LazyLock;

/// Texts that break out of somewhere if a page takes them as they are. The desktop's windows are tried with the same ones.
pub(super) static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../tests/corpus/hostile-text.json"))
        .expect("is a list of texts")
});

/// Texts that are one only where they begin an address.
pub(super) const ADDRESSES: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/",
    "https://evil.example/",
];
