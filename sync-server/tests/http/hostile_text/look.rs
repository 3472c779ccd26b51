//! How a browser reads a page: what became of a text on it.

use dom_query::Document;

/// The elements that our pages are made of.
const ELEMENTS: &[&str] = &[
    "html", "head", "meta", "title", "link", "script", "body", "main", "div", "p", "h1", "h2", "a",
    "b", "code", "ul", "li", "form", "input", "button", "label", "fieldset", "legend", "img",
    "noscript",
];

/// The attributes that they have.
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "name",
    "content",
    "rel",
    "href",
    "src",
    "defer",
    "class",
    "id",
    "alt",
    "width",
    "height",
    "role",
    "method",
    "action",
    "type",
    "value",
    "for",
    "required",
    "checked",
    "autofocus",
    "autocomplete",
    "autocapitalize",
    "spellcheck",
    "target",
    "aria-label",
    "aria-invalid",
    "aria-describedby",
    "data-passkey",
    "hidden",
];

/// The attributes that lead somewhere.
const LEADING: &[&str] = &["href", "src", "action"];

/// A text with marks around it, by which it is found wherever it comes out.
pub(super) fn marked(text: &str) -> String {
    format!("xqz{text}zqx")
}

/// The same for what must come first to do harm.
pub(super) fn marked_behind(text: &str) -> String {
    format!("{text}zqx")
}

/// How a text is shown: as it was written, but for what cannot be seen.
fn shown(text: &str) -> String {
    let turned = |letter: char| match letter {
        '\t' | '\n' | '\r' => letter,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(turned).collect()
}

/// Looks for a marked text on a page and answers with how often it stands there; else with what else became of it.
pub(super) fn count(html: &str, text: &str) -> Result<usize, String> {
    let whole = shown(text);
    let page = Document::from(html);
    let mut found = 0;
    let mut see = |place: &str, value: &str| {
        found += value.matches(&whole).count();
        let rest = value.replace(&whole, "");
        let is_torn = ["xqz", "zqx"].iter().any(|mark| rest.contains(mark));
        if is_torn {
            return Err(format!("it is torn in {place}: {value:?}"));
        }
        Ok(())
    };
    for node in page.root().descendants_it() {
        if node.is_text() {
            see("text", &node.text())?;
            continue;
        }
        if node.is_comment() {
            return Err("there is a comment".to_owned());
        }
        let Some(name) = node.node_name() else {
            continue;
        };
        if !ELEMENTS.contains(&&*name) {
            return Err(format!("there is a <{name}>"));
        }
        for attribute in node.attrs() {
            let (key, value) = (&*attribute.name.local, &*attribute.value);
            if !ATTRIBUTES.contains(&key) {
                return Err(format!("<{name}> has {key}={value:?}"));
            }
            if LEADING.contains(&key) {
                if !value.starts_with('/') || value.starts_with("//") {
                    return Err(format!("<{name}> leads to {value:?}"));
                }
            } else if key != "data-passkey" {
                // What a device is asked is JSON, with escapes of its own.
                see(key, value)?;
            }
        }
        let is_ours = || node.attr_or("src", "").starts_with("/assets/");
        if &*name == "script" && !(is_ours() && node.text().is_empty()) {
            return Err("there is a script".to_owned());
        }
    }
    Ok(found)
}
