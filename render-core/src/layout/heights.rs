//! Which panels a picture has, how high they are, and where they stand.

use super::Frame;
use crate::{PanelName, SpecOptions};

/// The parts of the price panel and of any other one in their common height, where they are not chosen.
const PRICE_PARTS: i32 = 5;
const OTHER_PARTS: i32 = 2;

/// An indicator's panel with fewer rows than this shows nothing.
const LEAST_ROWS: i32 = 4;

/// Where a panel stands, and how high it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    /// The topmost row, that of the legend where there is one.
    pub y: i32,
    pub legend: i32,
    pub rows: i32,
}

/// The panels of price, volume, indicators and series of one's own, in this order wherever they stand, with `between` rows between two.
/// Those of indicators and series are left out where they would be too low.
pub(super) fn parts(options: &SpecOptions, frame: &Frame, between: i32) -> Vec<Part> {
    let others = 1 + usize::from(options.volume);
    let below = options.series_below().count();
    let on_prices = options.series.len() > below;
    let has_overlay = |of_volume: bool| options.overlays.iter().any(|it| it.of.is_of_volume() == of_volume);
    let has_legend = |at: usize| match at {
        0 => options.title && (has_overlay(false) || on_prices),
        1 if options.volume => options.title && has_overlay(true),
        _ => true,
    };
    let count = others + options.indicators.len() + below;
    let mut parts = vec![Part::default(); count];
    // Legends may take two fifths of the height.
    let height = frame.inside.h;
    let legends = (0..count).filter(|at| has_legend(*at)).count() as i32;
    if 5 * frame.legend * legends <= 2 * height {
        let with_legend = parts.iter_mut().enumerate().filter(|(at, _)| has_legend(*at));
        with_legend.for_each(|(_, part)| part.legend = frame.legend);
    }
    share(options, height, between, &mut parts);
    if parts[others..].iter().any(|part| part.rows < LEAST_ROWS) {
        parts.truncate(others);
        share(options, height, between, &mut parts);
    }
    let mut y = frame.inside.y;
    for at in places(options, parts.len()) {
        parts[at].y = y;
        y += parts[at].legend + parts[at].rows + between;
    }
    parts
}

/// Shares the rows of `height` among panels.
fn share(options: &SpecOptions, height: i32, between: i32, parts: &mut [Part]) {
    let legends: i32 = parts.iter().map(|part| part.legend).sum();
    let whole = height - between * (parts.len() as i32 - 1) - legends;
    let mut shares = vec![OTHER_PARTS; parts.len()];
    shares[0] = PRICE_PARTS;
    let chosen = named(options, parts.len(), options.panel_heights.iter().map(|height| &height.panel));
    for (at, height) in chosen.zip(&options.panel_heights) {
        if let Some(at) = at {
            shares[at] = i32::from(height.parts);
        }
    }
    let all: i32 = shares.iter().sum();
    // What division leaves over is the price panel's.
    let mut rows = whole;
    for (part, share) in parts.iter_mut().zip(&shares).skip(1 + usize::from(options.volume)) {
        part.rows = whole * share / all;
        rows -= part.rows;
    }
    if options.volume {
        let below = match options.volume_share {
            None => rows * shares[1] / (shares[0] + shares[1]),
            Some(share) => rows * i32::from(share) / 100,
        };
        parts[1].rows = below.clamp(1, (rows - 1).max(1));
        rows -= parts[1].rows;
    }
    parts[0].rows = rows;
}

/// Those of `count` panels in the order in which they stand.
fn places(options: &SpecOptions, count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = named(options, count, options.panel_order.iter()).flatten().collect();
    let others: Vec<usize> = (0..count).filter(|at| !places.contains(at)).collect();
    places.extend(others);
    places
}

/// The panel that each of `names` means among `count` ones: the first mention of a name is the first of that name.
fn named<'a>(
    options: &SpecOptions,
    count: usize,
    names: impl Iterator<Item = &'a PanelName>,
) -> impl Iterator<Item = Option<usize>> {
    let mut taken = Vec::new();
    names.map(move |name| {
        let is_meant = |at: usize| match at.checked_sub(1 + usize::from(options.volume)) {
            _ if at == 0 => name.as_str() == "price",
            None => name.as_str() == "volume",
            Some(index) => match options.indicators.get(index) {
                Some(indicator) => name.as_str() == indicator.of.name(),
                None => {
                    let mut below = options.series_below().skip(index - options.indicators.len());
                    below.next().is_some_and(|(_, drawing)| name.as_str() == drawing.name)
                }
            },
        };
        let at = (0..count).find(|at| is_meant(*at) && !taken.contains(at))?;
        taken.push(at);
        Some(at)
    })
}
