//! Texts from outside, such as names in databases and of files, as a message may show them.
//!
//! A name may hold anything. What would steer the reader's terminal or break a line is escaped.

/// A message shows as many characters of either end of a long text.
const SHOWN_OF_AN_END: usize = 80;

/// Escapes a name, and leaves out its middle where it is long.
#[must_use]
pub fn shown(name: &str) -> String {
    shorten(&name.escape_debug().to_string())
}

/// Escapes a file's name without shortening it: control characters, line breaks and what reorders letters.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // What reorders the letters around it is no control character.
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line.extend(letter.escape_unicode());
            }
            _ if letter.is_control() => line.extend(letter.escape_debug()),
            _ => line.push(letter),
        }
    }
    line
}

/// Leaves out the middle of a long text, and escapes nothing.
#[must_use]
pub fn shorten(text: &str) -> String {
    let mut starts = text.char_indices().map(|(at, _)| at);
    match (starts.by_ref().nth(SHOWN_OF_AN_END), starts.nth_back(SHOWN_OF_AN_END - 1)) {
        (Some(first), Some(last)) => format!("{}...{}", &text[..first], &text[last..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_a_long_text_loses_its_middle() {
        assert_eq!(shown("a\u{1b}[2J"), "a\\u{1b}[2J");
        assert_eq!(one_line("a\nb\u{202e}ü"), "a\\nb\\u{202e}ü");
        assert_eq!(shorten(&"ü".repeat(161)), format!("{0}...{0}", "ü".repeat(80)));
        assert_eq!(shorten(&"ü".repeat(160)), "ü".repeat(160));
    }
}
