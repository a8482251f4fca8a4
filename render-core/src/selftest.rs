//! Pictures whose hashes are built in, so that a machine nobody tested on can be.
//!
//! The hashes in `selftest/hashes.txt` are golden ones: `cargo xtask golden --update` writes them.

use crate::{
    Axes, Candle, ColorType, Digest, Error, Gaps, Interval, Kind, LineDrawing, PriceScale, Renderer, STYLES,
    Side, Spec, SpecOptions, Style, Window, frame,
};

/// What the hashes must be: `name file_sha256 pixel_sha256`, one line a
/// picture, below one with their style version.
const EXPECTED: &str = include_str!("selftest/hashes.txt");

/// One built-in picture, rendered here and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What the picture shows.
    pub name: String,
    /// SHA-256 of its file, and of its pixels.
    pub rendered: [Digest; 2],
    /// What both must be; `None` for a picture that has no line yet.
    pub expected: Option<[Digest; 2]>,
}

impl Check {
    /// Whether this machine renders the picture as every other one does.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.expected == Some(self.rendered)
    }
}

/// Renders the built-in pictures, one after the other in the same scratch space.
pub fn selftest() -> impl Iterator<Item = Check> {
    let mut renderer = Renderer::new();
    pictures().into_iter().map(move |(name, options)| check(&mut renderer, name, options))
}

fn check(renderer: &mut Renderer, name: String, options: SpecOptions) -> Check {
    // All of them are valid, which a test below holds on to.
    let rendered = render(renderer, options).unwrap_or_else(|error| unreachable!("{name}: {error}"));
    let expected = EXPECTED.lines().find_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
        [of, file, pixels] if of == name => Some([file.parse().ok()?, pixels.parse().ok()?]),
        _ => None,
    });
    Check { name, rendered, expected }
}

fn render(renderer: &mut Renderer, options: SpecOptions) -> Result<[Digest; 2], Error> {
    let spec = Spec::new(options)?;
    let interval = Interval::new("1h", HOUR)?;
    let candles = candles(spec.warmup() + spec.window());
    let window = Window::new("SELFTEST", &interval, &candles, spec.warmup() as usize)?;
    Ok([renderer.render(&window, &spec).digest(), frame(&window, &spec).digest()])
}

const HOUR: i64 = 3_600_000;

/// A walk in whole cents, so that no arithmetic of floats comes before the
/// renderer's own; some hours are missing.
fn candles(count: u32) -> Vec<Candle> {
    // The multiplier and increment of Knuth's MMIX.
    let mut state = 7_u64;
    let mut below = |limit: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as i64 % limit
    };
    let (mut cents, mut open_time) = (2_650_000_i64, 1_672_617_600_000);
    (0..count)
        .map(|_| {
            let open = cents + below(2_001) - 1_000;
            let close = open + below(30_001) - 15_000;
            let (high, low) = (open.max(close) + below(9_000), open.min(close) - below(9_000));
            cents = close;
            open_time += if below(50) == 0 { 4 * HOUR } else { HOUR };
            let [open, high, low, close] = [open, high, low, close].map(|cents| cents as f64 / 100.0);
            Candle { open_time, open, high, low, close, volume: below(1_000_000) as f64 / 8.0 }
        })
        .collect()
}

/// The default picture, and all that decides a pixel at least once.
fn pictures() -> Vec<(String, SpecOptions)> {
    let small = || SpecOptions { width: 320, height: 240, window: 60, ..SpecOptions::default() };
    let named = |name: &str| Style::named(name).unwrap_or_else(|error| unreachable!("{error}"));
    let mut pictures = vec![
        ("default".to_owned(), SpecOptions::default()),
        ("indexed".to_owned(), SpecOptions { color: ColorType::Indexed, ..SpecOptions::default() }),
        ("bare".to_owned(), SpecOptions { axes: Axes::Bare, ..small() }),
        ("no-axes".to_owned(), SpecOptions { axes: Axes::Off, ..small() }),
        ("shared-columns".to_owned(), SpecOptions { window: 400, ..small() }),
        ("slots".to_owned(), SpecOptions { gaps: Gaps::Slot, ..small() }),
        (
            "labels".to_owned(),
            SpecOptions {
                title: true,
                last_price: true,
                price_labels: Some(Side::Left),
                labels: 130,
                utc_offset: 330,
                ..small()
            },
        ),
    ];
    for kind in Kind::ALL {
        pictures.push((format!("kind-{kind:?}").to_ascii_lowercase(), SpecOptions { kind, ..small() }));
    }
    for scale in PriceScale::ALL {
        let options = SpecOptions { scale, last_price: true, ..small() };
        pictures.push((format!("scale-{scale:?}").to_ascii_lowercase(), options));
    }
    for lines in [LineDrawing::Smooth, LineDrawing::Crisp] {
        let options = SpecOptions {
            lines,
            overlays: ["sma:20", "ema:9", "wma:10", "bollinger:20,2", "vwap:20"].map(parsed).to_vec(),
            indicators: ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3"].map(parsed).to_vec(),
            width: 480,
            height: 640,
            ..small()
        };
        pictures.push((format!("lines-{lines:?}").to_ascii_lowercase(), options));
    }
    for style in STYLES {
        pictures.push((format!("style-{style}"), SpecOptions { style: named(style), ..small() }));
    }
    pictures
}

fn parsed<T: std::str::FromStr<Err = Error>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| unreachable!("{text}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_picture_is_as_it_was_when_it_was_built_in() {
        let checks: Vec<_> = selftest().collect();
        let wrong: Vec<_> = checks.iter().filter(|check| !check.is_same()).map(|check| &check.name).collect();
        assert!(wrong.is_empty(), "{wrong:?}; if that is meant, run `cargo xtask golden --update`");
        let lines = EXPECTED.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines, checks.len(), "a line without its picture");
    }

    #[test]
    fn a_wrong_hash_is_not_the_same() {
        let mut check = selftest().next().expect("a picture");
        check.rendered[1] = Digest::of(b"other pixels");
        assert!(!check.is_same());
        check.expected = None;
        assert!(!check.is_same());
    }
}
