//! [`Group`]: what names the pictures of a series in the index.

use render_core::{PicturePath, Spec, SpecOptions};

/// One series in one spec: the columns that its rows have in common. With the end they name a picture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The symbol.
    pub symbol: String,
    /// The interval's code.
    pub interval: String,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The number of candles in a window.
    pub window: u32,
    /// What else tells the spec from others, as file names have it.
    pub tag: String,
}

impl Group {
    /// The group of a series in a spec.
    #[must_use]
    pub fn new(symbol: &str, interval: &str, spec: &Spec) -> Self {
        Self {
            symbol: symbol.to_owned(),
            interval: interval.to_owned(),
            width: spec.width(),
            height: spec.height(),
            window: spec.window(),
            tag: spec.tag().to_owned(),
        }
    }

    /// Size, window and tag, as file names have them.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { width, height, window, tag, .. } = self;
        let size = if width == height { width.to_string() } else { format!("{width}x{height}") };
        let separator = if tag.is_empty() { "" } else { " " };
        format!("px{size} w{window}{separator}{tag}")
    }

    /// The spec of rows that name none. Only the default spec has no tag.
    pub(crate) fn untagged_spec(&self) -> Option<Spec> {
        let (width, height, window) = (self.width, self.height, self.window);
        let options = SpecOptions { width, height, window, ..SpecOptions::default() };
        Spec::new(options).ok().filter(|_| self.tag.is_empty())
    }
}

impl<'a> From<&PicturePath<'a>> for Group {
    fn from(path: &PicturePath<'a>) -> Self {
        Self {
            symbol: path.symbol.to_owned(),
            interval: path.interval.to_owned(),
            width: path.width,
            height: path.height,
            window: path.window,
            tag: path.tag.to_owned(),
        }
    }
}
