//! The few pieces of HTML that the pages are made of.

use std::fmt::{Display, Formatter, Result};

use super::Pending;
use crate::oauth::{CSRF_FIELD, Visitor};

/// Text that is safe between tags and within quoted attributes. What cannot be seen in it and turns the writing around it is shown as a mark.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        for letter in self.0.chars() {
            match letter {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                hidden if is_hidden(hidden) => formatter.write_str("\u{fffd}")?,
                other => std::fmt::Write::write_char(formatter, other)?,
            }
        }
        Ok(())
    }
}

/// Control signs, and those that hold over the text after them: a name could turn the sentence around it.
fn is_hidden(letter: char) -> bool {
    let is_space = matches!(letter, '\t' | '\n' | '\r');
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (letter.is_control() && !is_space)
}

/// A labelled input with its hint and its error.
pub(super) struct Field<'a> {
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    pub(super) kind: &'a str,
    pub(super) autocomplete: &'a str,
    pub(super) value: &'a str,
    pub(super) hint: Option<&'a str>,
    pub(super) error: Option<&'a str>,
    pub(super) has_focus: bool,
    pub(super) is_required: bool,
}

impl Display for Field<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let Self {
            id,
            label,
            kind,
            autocomplete,
            ..
        } = self;
        let value = Escaped(self.value);
        write!(
            formatter,
            "<div class=\"field\">\n<label for=\"{id}\">{label}</label>\n"
        )?;
        write!(
            formatter,
            "<input id=\"{id}\" name=\"{id}\" type=\"{kind}\" autocomplete=\"{autocomplete}\" \
             value=\"{value}\""
        )?;
        if self.is_required {
            formatter.write_str(" required")?;
        }
        // What is a name or an address is not a sentence: no capitals, no corrections.
        if *kind != "text" {
            formatter.write_str(" autocapitalize=\"none\" spellcheck=\"false\"")?;
        }
        if self.has_focus {
            formatter.write_str(" autofocus")?;
        }
        if self.error.is_some() {
            write!(
                formatter,
                " aria-invalid=\"true\" aria-describedby=\"{id}-error\""
            )?;
        } else if self.hint.is_some() {
            write!(formatter, " aria-describedby=\"{id}-hint\"")?;
        }
        formatter.write_str(">\n")?;
        if let Some(error) = self.error {
            writeln!(
                formatter,
                "<p class=\"error\" id=\"{id}-error\">{}</p>",
                Escaped(error)
            )?;
        } else if let Some(hint) = self.hint {
            writeln!(
                formatter,
                "<p class=\"hint\" id=\"{id}-hint\">{}</p>",
                Escaped(hint)
            )?;
        }
        formatter.write_str("</div>\n")
    }
}

/// The hidden fields that every form carries.
pub(super) struct Hidden<'a> {
    pub(super) visitor: &'a Visitor,
    pub(super) pending: &'a Pending,
}

impl Display for Hidden<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let csrf = self.visitor.csrf();
        writeln!(
            formatter,
            "<input type=\"hidden\" name=\"{CSRF_FIELD}\" value=\"{csrf}\">"
        )?;
        let query = Escaped(self.pending.query());
        writeln!(
            formatter,
            "<input type=\"hidden\" name=\"request\" value=\"{query}\">"
        )
    }
}

/// A message above a form that belongs to no single field.
pub(super) struct Alert<'a>(pub(super) Option<&'a str>);

impl Display for Alert<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self.0 {
            None => Ok(()),
            Some(text) => writeln!(
                formatter,
                "<p class=\"alert\" id=\"alert\" role=\"alert\">{}</p>",
                Escaped(text)
            ),
        }
    }
}

/// A message that something was done.
pub(super) struct Done(pub(super) Option<&'static str>);

impl Display for Done {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self.0 {
            None => Ok(()),
            Some(text) => writeln!(formatter, "<p class=\"done\" role=\"status\">{text}</p>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_text() {
        let typed = "\"><script>alert('1')</script>&amp;";

        assert_eq!(
            Escaped(typed).to_string(),
            "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;"
        );
    }

    #[test]
    fn signs_that_turn_the_writing_are_shown_and_turn_nothing() {
        let shown = Escaped("Mira\u{202e}arim\u{2069}\u{0}\u{9b}!").to_string();

        assert_eq!(shown, "Mira\u{fffd}arim\u{fffd}\u{fffd}\u{fffd}!");
        let letters = "\u{645}\u{6cc}\u{631}\u{627}\u{200f} \u{5de}\u{5d9}\u{5e8}\u{5d4} Miša\n";
        assert_eq!(Escaped(letters).to_string(), letters);
    }
}
