//! What series of one's own and marks bring into the input digest.

use sha2::{Digest as _, Sha256};

use super::{Anchor, PlacedMark, PlacedValue, place_marks, place_values, skipped};
use crate::{Spec, Window};

/// Hashes all of a window's own series and marks that can decide a pixel; nothing where the spec draws none.
///
/// Of each series that the spec draws, in the spec's order, and of each drawn candle: a
/// byte 0 (nothing), 1 (no value) or 2 and the bits of the lower and the upper value (u64 each). Then, where marks are
/// drawn, of each that shows: its kind's name, text and colour (u32 length, bytes), a byte each that says whether it
/// began before, goes on, says a price, and made a profit (0, 1, or 2 for neither), for both ends the candle (u32) and
/// the price's bits (u64), and the bits of its share before the window (u64).
pub(crate) fn update(hasher: &mut Sha256, window: &Window<'_>, spec: &Spec) {
    let options = spec.options();
    if options.series.is_empty() && !options.marks {
        return;
    }
    let skipped = skipped(window, spec);
    for drawing in &options.series {
        let series = window.own().and_then(|own| own.series(&drawing.name));
        for value in place_values(series, drawing.form, window, skipped) {
            match value {
                PlacedValue::Nothing => hasher.update([0]),
                PlacedValue::Break => hasher.update([1]),
                PlacedValue::At(low, high) => {
                    hasher.update([2]);
                    [low, high].iter().for_each(|value| hasher.update(value.to_bits().to_le_bytes()));
                }
            }
        }
    }
    if !options.marks {
        return;
    }
    let placed = window.own().map(|own| place_marks(own, window, skipped)).unwrap_or_default();
    hasher.update(length(placed.len()));
    for mark in placed {
        let PlacedMark { kind, color, text, from, to, began, goes_on, share, has_price, profit, side: _ } =
            mark;
        let color = color.map(|color| color.to_string()).unwrap_or_default();
        for text in [kind.name(), text, color.as_str()] {
            hasher.update(length(text.len()));
            hasher.update(text.as_bytes());
        }
        hasher.update([u8::from(began), u8::from(goes_on), u8::from(has_price), profit.map_or(2, u8::from)]);
        for Anchor { candle, price } in [from, to] {
            hasher.update(length(candle));
            hasher.update(price.to_bits().to_le_bytes());
        }
        hasher.update(share.to_bits().to_le_bytes());
    }
}

fn length(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}
