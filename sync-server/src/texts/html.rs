//! Plain text with headings, lists and paragraphs, as HTML. Everything else in it stays text.

use crate::pages::Escaped;

/// What a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    Paragraph,
    List,
}

/// Writes a text: a line that begins with `#` is a heading, one with `-` an item of a list, and an empty line ends a paragraph.
pub(crate) fn html(text: &str) -> String {
    let mut written = String::new();
    let mut open = Block::None;
    for line in text.lines() {
        let line = line.trim();
        let (block, tag, content) = if line.is_empty() {
            close(&mut written, &mut open);
            continue;
        } else if let Some(heading) = heading(line) {
            close(&mut written, &mut open);
            let (tag, content) = heading;
            (Block::None, tag, content)
        } else if let Some(item) = line.strip_prefix("- ") {
            (Block::List, "li", item)
        } else {
            (Block::Paragraph, "", line)
        };
        if open != block {
            close(&mut written, &mut open);
            written.push_str(match block {
                Block::None => "",
                Block::Paragraph => "<p>",
                Block::List => "<ul>\n",
            });
            open = block;
        }
        let (begin, end) = match tag {
            "" => (String::new(), String::new()),
            tag => (format!("<{tag}>"), format!("</{tag}>")),
        };
        written.extend([begin, Escaped(content).to_string(), end, "\n".to_owned()]);
    }
    close(&mut written, &mut open);
    written
}

fn heading(line: &str) -> Option<(&'static str, &str)> {
    let content = line.trim_start_matches('#');
    match line.len() - content.len() {
        0 => None,
        1 => Some(("h1", content.trim())),
        _ => Some(("h2", content.trim())),
    }
}

fn close(written: &mut String, open: &mut Block) {
    written.push_str(match open {
        Block::None => "",
        Block::Paragraph => "</p>\n",
        Block::List => "</ul>\n",
    });
    *open = Block::None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lists_and_paragraphs_are_shown_and_nothing_else() {
        let text = "# Our rules\n\nBe kind,\nbe brief.\n- one\n- two <b>\n\n## More\n<script>alert(1)</script>";
        assert_eq!(
            html(text),
            "<h1>Our rules</h1>\n<p>Be kind,\nbe brief.\n</p>\n<ul>\n<li>one</li>\n<li>two &lt;b&gt;</li>\n</ul>\n\
             <h2>More</h2>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n"
        );
        assert_eq!(html(""), "");
    }
}
