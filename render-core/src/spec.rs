//! The spec: everything besides the window that decides the pixels.

mod error;
mod hash;
mod knob;
mod knobs;
mod panels;
mod preset;
mod settle;
mod tag;
mod text;
mod values;

use raster::Palette;
use serde::{Deserialize, Serialize};

use crate::{
    Color, Digest, Error,
    colors::colors,
    indicator::{HEIKIN_ASHI_WARMUP, Indicator, MOST_COLORS, Overlay, Styled},
    own::{SeriesDrawing, SeriesPlace},
    style::{Side, Style},
};

pub use crate::window::{MAX_WINDOW, MIN_WINDOW};
pub use error::SpecError;
pub use knob::{Knob, Need, Takes};
pub use knobs::KNOBS;
pub use panels::{PanelHeight, PanelName};
pub use preset::PRESETS;
pub use values::{Axes, ColorType, Fit, Gaps, Grouping, Kind, LineDrawing, PriceRange, PriceScale};

/// Smallest side of a picture in pixels.
pub const MIN_SIZE: u32 = 8;
/// Largest side of a picture in pixels.
pub const MAX_SIZE: u32 = 8192;

/// A spec's knobs, for the outside: unchecked, read from and written to JSON.
/// Absent fields take their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpecOptions {
    /// Width in pixels, 8 to 8192.
    pub width: u32,
    /// Height in pixels, 8 to 8192.
    pub height: u32,
    /// Candles in a picture, 2 to 2,000.
    pub window: u32,
    /// Colours and strokes.
    pub style: Style,
    /// How the price panel shows candles.
    pub kind: Kind,
    /// The price that a baseline chart is drawn from; where absent the close of the picture's first candle.
    #[serde(with = "text::price_text")]
    pub baseline: Option<f64>,
    /// How prices are spread over rows.
    pub scale: PriceScale,
    /// The prices at the panel's edges.
    pub range: PriceRange,
    /// What the range of the window has room for.
    pub fit: Fit,
    /// Free rows above and below the range, each in per cent of the panel, 0
    /// to 45; where absent 4, or 0 where axes are bare or the range is not the window's.
    pub padding: Option<u8>,
    /// Lines over the price panel, at most 8.
    pub overlays: Vec<Styled<Overlay>>,
    /// Panels below the others, at most 6.
    pub indicators: Vec<Styled<Indicator>>,
    /// Series of one's own that are drawn, at most 8, each once.
    pub series: Vec<SeriesDrawing>,
    /// Whether marks are drawn.
    pub marks: bool,
    /// Frame, grid and labels.
    pub axes: Axes,
    /// The side of price labels; where absent the style's.
    pub price_labels: Option<Side>,
    /// Size of labels in per cent of the usual one, 25 to 400.
    pub labels: u16,
    /// Whether symbol and interval stand above the panels, and names and last values of overlays.
    pub title: bool,
    /// Whether open, high, low and close of the last candle stand above the panels.
    pub title_ohlc: bool,
    /// Whether axes are named: price, volume, time zone.
    pub axis_titles: bool,
    /// What stands between groups of three digits.
    pub grouping: Grouping,
    /// Decimals of the last price and of the title's prices, 0 to 12; where absent all that the source has.
    pub price_decimals: Option<u8>,
    /// Whether a line marks the last close, and a tag beside it tells it.
    pub last_price: bool,
    /// The time zone of labels in minutes east of UTC, -1080 to 1080.
    pub utc_offset: i16,
    /// Where candles stand when some are missing.
    pub gaps: Gaps,
    /// Free places behind the last candle, 0 to 100.
    pub right_margin: u8,
    /// How lines are drawn.
    pub lines: LineDrawing,
    /// Whether a volume panel stands below the price panel.
    pub volume: bool,
    /// Height of the volume panel in per cent of its own and the price
    /// panel's, 5 to 90; where absent two sevenths.
    pub volume_share: Option<u8>,
    /// Panels from the top down; those that are not named follow as usual: price, volume, indicators.
    pub panel_order: Vec<PanelName>,
    /// Heights of panels in parts; those that are not named have the usual ones: 5 of price, 2 of any other.
    pub panel_heights: Vec<PanelHeight>,
    /// Whether grid lines are drawn (never where axes are bare).
    pub grid: bool,
    /// How the PNG stores its pixels.
    pub color: ColorType,
}

impl Default for SpecOptions {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 1280,
            window: 150,
            style: Style::default(),
            kind: Kind::Candle,
            baseline: None,
            scale: PriceScale::Linear,
            range: PriceRange::Window,
            fit: Fit::Candles,
            padding: None,
            overlays: Vec::new(),
            indicators: Vec::new(),
            series: Vec::new(),
            marks: false,
            axes: Axes::On,
            price_labels: None,
            labels: 100,
            title: false,
            title_ohlc: false,
            axis_titles: false,
            grouping: Grouping::None,
            price_decimals: None,
            last_price: false,
            utc_offset: 0,
            gaps: Gaps::Collapse,
            right_margin: 0,
            lines: LineDrawing::Smooth,
            volume: true,
            volume_share: None,
            panel_order: Vec::new(),
            panel_heights: Vec::new(),
            grid: true,
            color: ColorType::Rgb,
        }
    }
}

impl SpecOptions {
    /// The colours of the overlay at `index`, in the order of [`Overlay::colors`]: its own, else the style's next
    /// ones after those of the overlays before it. Those of Supertrend are candles' where they are not its own.
    pub(crate) fn overlay_colors(&self, index: usize) -> [Color; MOST_COLORS] {
        let of_style = |overlay: Overlay| match overlay {
            Overlay::Supertrend { .. } => 0,
            _ => overlay.colors(),
        };
        let before = self.overlays[..index].iter().map(|overlay| of_style(overlay.of)).sum();
        let Styled { of, colors: mut own, .. } = self.overlays[index];
        if of_style(of) == 0 {
            for (color, rises) in own.iter_mut().zip([true, false]) {
                *color = color.or_else(|| Some(self.style.narrow(rises)));
            }
        }
        self.study_colors(own, before)
    }

    /// The colours of the indicator at `index`, in the order of [`Indicator::colors`].
    pub(crate) fn indicator_colors(&self, index: usize) -> [Color; MOST_COLORS] {
        self.study_colors(self.indicators[index].colors, 0)
    }

    /// The colour of the series of one's own at `index`: its own, else the style's next one after those of overlays.
    pub(crate) fn series_color(&self, index: usize) -> Color {
        let overlays: usize = self.overlays.iter().map(|overlay| overlay.of.colors()).sum();
        self.series[index].color.unwrap_or_else(|| self.style.overlay_color(overlays + index))
    }

    /// The series of one's own that have a panel, each with its place in the spec.
    pub(crate) fn series_below(&self) -> impl Iterator<Item = (usize, &SeriesDrawing)> {
        self.series.iter().enumerate().filter(|(_, drawing)| drawing.place == SeriesPlace::Below)
    }

    fn study_colors(&self, own: [Option<Color>; MOST_COLORS], first: usize) -> [Color; MOST_COLORS] {
        std::array::from_fn(|at| own[at].unwrap_or_else(|| self.style.overlay_color(first + at)))
    }
}

/// A checked spec, with its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    options: SpecOptions,
    json: String,
    hash: Digest,
    tag: String,
}

impl Spec {
    /// Checks `options`.
    ///
    /// # Errors
    /// Where a value is out of its range, or two contradict each other.
    pub fn new(mut options: SpecOptions) -> Result<Self, SpecError> {
        check(&options)?;
        // One spec has one form.
        options.price_labels = options.price_labels.filter(|side| *side != options.style.price_labels);
        // Adding nothing takes a sign from 0.
        options.baseline = options.baseline.map(|price| price + 0.0);
        let json = to_json(&options)?;
        let hash = hash::hash(&options)?;
        let tag = tag::tag(&options)?;
        Ok(Self { options, json, hash, tag })
    }

    /// Reads what [`to_json`](Self::to_json) wrote, or any subset of its fields.
    ///
    /// # Errors
    /// Where the text is not JSON, holds unknown fields, or a value is out of range.
    pub fn from_json(json: &str) -> Result<Self, SpecError> {
        // A struct would also be read from a list of values without names.
        if json.trim_start().starts_with('[') {
            return Err(SpecError::Json("invalid type: sequence, expected a map".to_owned()));
        }
        Self::new(serde_json::from_str(json).map_err(|error| SpecError::Json(reason(json, &error)))?)
    }

    /// The spec fully resolved, custom colours included, in one fixed order of fields.
    #[must_use]
    pub fn to_json(&self) -> &str {
        &self.json
    }

    /// The SHA-256 over what differs from the default spec: a knob at its default has no part in it, and of a
    /// built-in style counts the name alone.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The colours that all pictures of the spec share, at most 256; `None` where lines with smooth edges make them
    /// too many to be told beforehand.
    #[must_use]
    pub fn palette(&self) -> Option<Vec<Color>> {
        self.shared_palette().ok().map(|palette| palette.colors().to_vec())
    }

    pub(crate) fn shared_palette(&self) -> Result<Palette, Error> {
        colors(self).and_then(Palette::new).ok_or(Error::NoPalette)
    }

    /// The knobs.
    #[must_use]
    pub fn options(&self) -> &SpecOptions {
        &self.options
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.options.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.options.height
    }

    /// Candles in a picture.
    #[must_use]
    pub fn window(&self) -> u32 {
        self.options.window
    }

    /// Candles before the window that feed what is computed from candles. At
    /// the beginning of a series there are fewer, and its lines start late.
    #[must_use]
    pub fn warmup(&self) -> u32 {
        let kind = match self.options.kind {
            Kind::HeikinAshi => HEIKIN_ASHI_WARMUP,
            Kind::Hollow | Kind::Columns => 1,
            Kind::Candle | Kind::Ohlc | Kind::Line | Kind::Area | Kind::Baseline | Kind::Step => 0,
        };
        let overlays = self.options.overlays.iter().map(|overlay| overlay.of.warmup());
        let indicators = self.options.indicators.iter().map(|indicator| indicator.of.warmup());
        // Periods are checked, so no sum comes near the type's end.
        overlays.chain(indicators).fold(kind, usize::max) as u32
    }

    /// What tells this spec from the default one in file names and in the index,
    /// size and window aside; empty for the default spec.
    ///
    /// The style's name, then a word for every knob that is not at its default,
    /// then, where the style is not a built-in one, 8 digits of the hash that
    /// this spec has at the default size and window.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

/// Why a spec's JSON cannot be read. In a text of one line nobody counts characters: there it is told by the field that
/// comes before the fault.
fn reason(json: &str, error: &serde_json::Error) -> String {
    let mut why = error.to_string();
    if error.line() != 1 {
        return why;
    }
    let digits = error.column().checked_ilog10().unwrap_or_default() as usize;
    why.truncate(why.len().saturating_sub(" at line 1 column 1".len() + digits));
    let (before, after) = json.as_bytes().split_at(error.column().min(json.len()));
    if after.trim_ascii_start().starts_with(b":") {
        // It is about a field itself, and names it.
        return why;
    }
    let Some(end) = before.windows(2).rposition(|pair| pair == b"\":") else { return why };
    let start = before[..end].iter().rposition(|byte| *byte == b'"').map_or(end, |at| at + 1);
    let field = before.get(start..end).and_then(|field| str::from_utf8(field).ok()).unwrap_or_default();
    format!("{field}: {why}")
}

fn to_json(options: &SpecOptions) -> Result<String, SpecError> {
    serde_json::to_string(options).map_err(|error| SpecError::Json(error.to_string()))
}

/// A value is in its range if its knob takes the text of it.
fn check(options: &SpecOptions) -> Result<(), SpecError> {
    let mut copy = SpecOptions::default();
    for knob in KNOBS {
        match knob.takes {
            // Colours and strokes may be the user's own.
            Takes::Style => options.style.check().map_err(|error| knob.refuse(error.to_string()))?,
            _ => knob.set(&mut copy, &knob.text(options))?,
        }
    }
    for knob in KNOBS {
        if let Some(Need { other, what: needs, mend, .. }) = knob.unmet(options) {
            return Err(SpecError::Contradiction { knob: knob.name, other, needs, mend });
        }
    }
    panels::check(options)
}

impl Default for Spec {
    fn default() -> Self {
        // The default options are in range, which a test below holds on to.
        Self::new(SpecOptions::default()).unwrap_or_else(|error| unreachable!("{error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_of_a_spec_gives_the_spec_again() {
        let options = SpecOptions { width: 640, axes: Axes::Bare, ..SpecOptions::default() };
        let spec = Spec::new(options).expect("valid");
        assert_eq!(Spec::from_json(spec.to_json()), Ok(spec));
    }

    #[test]
    fn values_out_of_range_and_unknown_fields_are_refused() {
        for json in [
            "[]",
            "[100]",
            "1",
            "{\"width\":7}",
            "{\"height\":8193}",
            "{\"window\":1}",
            "{\"colour\":1}",
            "{\"style\":{}}",
        ] {
            assert!(Spec::from_json(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_tag_tells_every_knob_but_size_and_window() {
        let tag = |json: &str| Spec::from_json(json).expect("valid").tag().to_owned();
        assert_eq!(tag("{}"), "");
        assert_eq!(tag(r#"{"width":64,"height":32,"window":20}"#), "");
        assert_eq!(tag(r#"{"axes":"bare","volume":false}"#), "mike-bare-novolume");
        assert_eq!(tag(r#"{"axes":"off","grid":false,"color":"indexed"}"#), "mike-noaxes-nogrid-indexed");
        let custom = |width: u32| {
            let style = Style { figure: Color::rgb(1, 2, 3), ..Style::default() };
            Spec::new(SpecOptions { style, width, ..SpecOptions::default() }).expect("valid").tag().to_owned()
        };
        assert!(custom(64).starts_with("mike-") && custom(64).len() == "mike-".len() + 8);
        assert_eq!(custom(64), custom(128));
    }

    #[test]
    fn what_is_wrong_with_json_of_one_line_is_told_by_its_field_and_not_by_a_column() {
        let why = |json: &str| Spec::from_json(json).expect_err(json).to_string();
        let long = Spec::default().to_json().replacen("\"window\":150", "\"window\":\"long\"", 1);
        assert_eq!(why(&long), "spec: window: invalid type: string \"long\", expected u32");
        assert!(why(r#"{"width":9,"shape":1}"#).starts_with("spec: unknown field `shape`, expected one of"));
        assert_eq!(
            why("{\n\"width\": 9,\n\"height\": -1}"),
            "spec: invalid value: integer `-1`, expected u32 at line 3 column 12"
        );
        for json in [long.as_str(), "{", "null", "{\"width\"}", "{\"width\":é}"] {
            assert!(!why(json).contains("column"), "{json}");
        }
    }
}
