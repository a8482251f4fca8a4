//! Shows a picture on the terminal, in a build that can.

#[cfg(feature = "show")]
mod escapes;
#[cfg(feature = "show")]
mod terminal;

use render_core::{Frame, Png};

use crate::error::NotShown;

/// Shows a picture on standard output, no wider than the terminal. `frame` gives its pixels, which some terminals want.
#[cfg(feature = "show")]
pub fn show(png: &Png, frame: impl FnOnce() -> Frame) -> Result<(), NotShown> {
    use std::io::{self, IsTerminal, Write};

    use terminal::Way;

    if !io::stdout().is_terminal() {
        return Err(NotShown::NoTerminal);
    }
    let (way, room) = terminal::ask().map_err(NotShown::Failed)?.ok_or(NotShown::TextAlone)?;
    let width = escapes::png_width(png.as_bytes());
    let text = match way {
        Way::Kitty => escapes::kitty(png.as_bytes(), room.cells_for(width)),
        Way::Iterm => escapes::iterm(png.as_bytes(), room.cells_for(width)),
        Way::Sixel => escapes::sixel(&frame(), room.pixels)
            .map_err(|error| NotShown::Failed(io::Error::other(error)))?,
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(NotShown::Failed)
}

/// No build shows pictures unless it is asked to.
#[cfg(not(feature = "show"))]
pub fn show(_: &Png, _: impl FnOnce() -> Frame) -> Result<(), NotShown> {
    Err(NotShown::NotBuilt)
}
