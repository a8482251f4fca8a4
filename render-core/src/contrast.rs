//! How well two colours can be told from each other.

use crate::Color;

/// The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it: that of their relative luminances, each
/// with 0.05 added. Text needs 4.5, large text and lines 3.
pub(crate) fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0 to 1 (WCAG 2.2, from IEC 61966-2-1).
fn luminance(color: Color) -> f64 {
    let linear = |byte: u8| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
}

/// How far two colours are apart to the eye, 0 to 765: Thiadmer Riemersma's weighted distance ("Colour metric",
/// CompuPhase 2019), which needs no more than multiplications.
pub(crate) fn distance(a: Color, b: Color) -> f64 {
    let mean = (f64::from(a.r) + f64::from(b.r)) / 2.0;
    let square = |a: u8, b: u8| {
        let apart = f64::from(a) - f64::from(b);
        apart * apart
    };
    let red = (2.0 + mean / 256.0) * square(a.r, b.r);
    let blue = (2.0 + (255.0 - mean) / 256.0) * square(a.b, b.b);
    (red + 4.0 * square(a.g, b.g) + blue).sqrt()
}

/// Colours nearer to each other than this look alike in areas of a pixel or two.
const ALIKE: f64 = 60.0;

/// Whether two colours look alike in areas of a pixel or two.
pub(crate) fn alike(a: Color, b: Color) -> bool {
    distance(a, b) < ALIKE
}

/// Black or white, whichever can be read better on a colour.
pub(crate) fn ink_on(color: Color) -> Color {
    let [black, white] = [Color::rgb(0, 0, 0), Color::rgb(0xff, 0xff, 0xff)];
    if contrast(white, color) >= contrast(black, color) { white } else { black }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Color = Color::rgb(0, 0, 0);
    const WHITE: Color = Color::rgb(255, 255, 255);

    #[test]
    fn contrasts_are_those_that_wcag_gives() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
        assert_eq!(contrast(WHITE, WHITE).to_bits(), 1.0_f64.to_bits());
        // The lightest grey that text on white may have: 4.54.
        assert!((contrast(Color::rgb(0x76, 0x76, 0x76), WHITE) - 4.54).abs() < 0.005);
    }

    #[test]
    fn distances_are_those_of_the_formula() {
        assert!((distance(BLACK, WHITE) - 764.83).abs() < 0.01);
        assert_eq!(distance(WHITE, BLACK).to_bits(), distance(BLACK, WHITE).to_bits());
        assert!(alike(Color::rgb(10, 10, 10), BLACK) && !alike(Color::rgb(0x66, 0x66, 0x66), BLACK));
    }

    #[test]
    fn text_on_any_colour_has_a_contrast_of_4_5_or_more() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let color = Color::rgb(r, g, b);
                    assert!(contrast(ink_on(color), color) >= 4.5, "{color}");
                }
            }
        }
    }
}
