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
        Self::of([symbol, interval, spec.tag()], [spec.width(), spec.height(), spec.window()])
    }

    fn of(names: [&str; 3], [width, height, window]: [u32; 3]) -> Self {
        let [symbol, interval, tag] = names.map(str::to_owned);
        Self { symbol, interval, width, height, window, tag }
    }

    /// Size, window and tag, as file names have them.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { width, height, window, tag, .. } = self;
        let size = if width == height { width.to_string() } else { format!("{width}x{height}") };
        let separator = if tag.is_empty() { "" } else { " " };
        format!("px{size} w{window}{separator}{tag}")
    }

    /// The spec with these options and the group's size and window, if its tag is the group's.
    pub(crate) fn spec(&self, options: SpecOptions) -> Option<Spec> {
        let &Self { width, height, window, .. } = self;
        let spec = Spec::new(SpecOptions { width, height, window, ..options }).ok()?;
        Some(spec).filter(|spec| spec.tag() == self.tag)
    }
}

impl<'a> From<&PicturePath<'a>> for Group {
    fn from(path: &PicturePath<'a>) -> Self {
        Self::of([path.symbol, path.interval, path.tag], [path.width, path.height, path.window])
    }
}
