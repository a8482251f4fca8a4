//! What names a picture in the index.

use std::sync::Arc;

use render_core::{PicturePath, Spec, SpecOptions};

/// The unique columns but for the end: what all rows of one series in one spec have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub symbol: String,
    pub interval: String,
    pub width: u32,
    pub height: u32,
    pub window: u32,
    pub tag: String,
}

/// One picture.
#[derive(Debug, Clone)]
pub struct Key {
    pub group: Arc<Group>,
    pub end: i64,
}

impl Group {
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
    pub fn label(&self) -> String {
        let Self { width, height, window, tag, .. } = self;
        let size = if width == height { width.to_string() } else { format!("{width}x{height}") };
        let separator = if tag.is_empty() { "" } else { " " };
        format!("px{size} w{window}{separator}{tag}")
    }

    /// Whether a picture of that path is one of these.
    pub fn holds(&self, path: &PicturePath<'_>) -> bool {
        self.symbol == path.symbol
            && self.interval == path.interval
            && (self.width, self.height, self.window) == (path.width, path.height, path.window)
            && self.tag == path.tag
    }

    /// The spec of a row without one, which another tool wrote: only the default one has no tag.
    pub fn untagged_spec(&self) -> Option<Spec> {
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
