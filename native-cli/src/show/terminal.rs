//! Asks the terminal which pictures it shows.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::{env, io};

#[cfg(not(unix))]
use other::exchange;
#[cfg(unix)]
use unix::exchange;

/// Whether pictures of kitty's protocol are known, and after that what terminals of all kinds answer: their attributes.
const QUESTION: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c";
/// Terminals that show pictures as iTerm2 does and cannot be asked, by parts of the names that they set.
const LIKE_ITERM: [&str; 5] = ["iTerm", "WezTerm", "mintty", "rio", "WarpTerminal"];

/// How a terminal shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Kitty,
    Iterm,
    Sixel,
}

/// How wide a terminal is.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// In characters, 0 where it does not say.
    pub cells: u16,
    /// In pixels, 0 where it does not say.
    pub pixels: u16,
}

impl Room {
    /// The characters that a picture so wide is squeezed into, where it is wider than the terminal or may be.
    pub fn cells_for(&self, width: u32) -> Option<u16> {
        let fits = self.pixels > 0 && width <= u32::from(self.pixels);
        Some(self.cells).filter(|cells| *cells > 0 && !fits)
    }
}

/// How the terminal of this process shows pictures, and its room; `None` where it shows none.
pub fn ask() -> io::Result<Option<(Way, Room)>> {
    // One without a name may never answer.
    if env::var_os("TERM").is_none_or(|name| name.is_empty() || name == "dumb") {
        return Ok(None);
    }
    let (answer, room) = exchange(QUESTION, is_told)?;
    let answer = String::from_utf8_lossy(&answer);
    let named =
        |variable| env::var(variable).is_ok_and(|name| LIKE_ITERM.iter().any(|own| name.contains(own)));
    let is_like_iterm = ["TERM_PROGRAM", "LC_TERMINAL"].into_iter().any(named);
    Ok(way(&answer, is_like_iterm).map(|way| (way, room)))
}

/// Whether an answer holds the attributes, with which it ends.
fn is_told(answer: &[u8]) -> bool {
    answer.windows(3).rposition(|at| at == b"\x1b[?").is_some_and(|at| answer[at..].contains(&b'c'))
}

/// The way that an answer tells.
fn way(answer: &str, is_like_iterm: bool) -> Option<Way> {
    // `\x1b[?62;4;22c`: 4 is Sixel.
    let attributes = answer.rsplit_once("\x1b[?").and_then(|(_, rest)| rest.split_once('c'));
    let has_sixel =
        attributes.is_some_and(|(attributes, _)| attributes.split(';').skip(1).any(|one| one == "4"));
    match () {
        () if answer.contains("_Gi=31;OK") => Some(Way::Kitty),
        () if is_like_iterm => Some(Way::Iterm),
        () if has_sixel => Some(Way::Sixel),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_tell_the_way() {
        for (answer, is_like_iterm, right) in [
            ("\x1b_Gi=31;OK\x1b\\\x1b[?62;c", false, Some(Way::Kitty)),
            ("\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", true, Some(Way::Kitty)),
            ("\x1b_Gi=31;EINVAL:x\x1b\\\x1b[?62;22c", false, None),
            ("\x1b[?65;1;9c", true, Some(Way::Iterm)),
            ("\x1b[?62;1;4c", false, Some(Way::Sixel)),
            ("\x1b[?62;4;22c", false, Some(Way::Sixel)),
            ("\x1b[?4c", false, None),
            ("\x1b[?64;44c", false, None),
            ("", false, None),
        ] {
            assert_eq!(way(answer, is_like_iterm), right, "{answer:?}");
        }
    }

    #[test]
    fn a_picture_is_squeezed_only_where_it_may_be_too_wide() {
        let room = |pixels| Room { cells: 80, pixels };
        assert_eq!(room(800).cells_for(800), None);
        assert_eq!(room(800).cells_for(801), Some(80));
        assert_eq!(room(0).cells_for(100), Some(80));
        assert_eq!(Room { cells: 0, pixels: 0 }.cells_for(100), None);
    }
}
