//! Shows a picture on the terminal, in a build that can.

use render_core::Png;

use crate::error::NotShown;

/// Shows a picture on standard output, as large as the terminal lets it be.
#[cfg(feature = "show")]
pub fn show(png: &Png) -> Result<(), NotShown> {
    use std::{
        env,
        io::{self, IsTerminal},
    };

    use viuer::{Config, KittySupport, get_kitty_support, is_iterm_supported, is_sixel_supported};

    if !io::stdout().is_terminal() {
        return Err(NotShown::NoTerminal);
    }
    // The others are asked, and a terminal without a name may never answer.
    let answers = env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb");
    let can = || is_iterm_supported() || get_kitty_support() != KittySupport::None || is_sixel_supported();
    if !answers || !can() {
        return Err(NotShown::TextAlone);
    }
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| NotShown::Failed(error);
    let picture = image::load_from_memory(png.as_bytes()).map_err(|error| failed(error.into()))?;
    let beside_text = Config { absolute_offset: false, ..Config::default() };
    viuer::print(&picture, &beside_text).map(drop).map_err(|error| failed(error.to_string().into()))
}

/// No build shows pictures unless it is asked to.
#[cfg(not(feature = "show"))]
pub fn show(_: &Png) -> Result<(), NotShown> {
    Err(NotShown::NotBuilt)
}
