//! What every host of the cases does: it is asked on its command line, and answers on its output.
//!
//! - `all`: a line `name file_sha256 pixel_sha256` for each case, in any order;
//! - `show NAME`: a line with the case's PNG file in hexadecimal digits, then its scene.

use std::{fmt::Write as _, panic::resume_unwind, thread};

use render_core::{Renderer, layout};

use crate::{
    cases::{Case, cases},
    golden::Golden,
    request,
};

/// All cases, drawn by `threads` threads, each in scratch space of its own that is
/// made anew for each case.
#[must_use]
pub fn all(threads: usize) -> String {
    let cases = cases();
    let draw = |thread: usize| {
        let mine = cases.iter().skip(thread).step_by(threads);
        mine.map(|case| Golden::of(case, &mut Renderer::new())).collect::<Vec<_>>()
    };
    let goldens = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || draw(thread))).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect::<Vec<_>>()
    });
    crate::golden::to_text(&goldens)
}

/// All cases in an order that has nothing to do with them, in one scratch space.
#[must_use]
pub fn shuffled() -> String {
    let cases = cases();
    let mut renderer = Renderer::new();
    let goldens: Vec<_> =
        order(cases.len()).into_iter().map(|at| Golden::of(&cases[at], &mut renderer)).collect();
    crate::golden::to_text(&goldens)
}

/// A picture's file and scene.
///
/// # Errors
/// Where there is no case of that name.
pub fn show(name: &str) -> Result<String, String> {
    let case = find(name)?;
    let window = case.window();
    let png = Renderer::new().render(&window, &case.spec);
    Ok(shown(png.as_bytes(), &layout(&window, &case.spec).to_string()))
}

/// The case of that name.
///
/// # Errors
/// Where there is none.
pub fn find(name: &str) -> Result<Case, String> {
    cases().into_iter().find(|case| case.name == name).ok_or_else(|| format!("there is no case {name}"))
}

/// The answer to `show`.
#[must_use]
pub fn shown(png: &[u8], scene: &str) -> String {
    let mut text = String::with_capacity(2 * png.len() + scene.len() + 1);
    for byte in png {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text + "\n" + scene
}

/// Reads the answer to `show`.
#[must_use]
pub fn read_shown(text: &str) -> Option<(Vec<u8>, &str)> {
    let (digits, scene) = text.split_once('\n')?;
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    Some((pairs.iter().map(byte).collect::<Option<_>>()?, scene))
}

/// The numbers below `count`, shuffled.
fn order(count: usize) -> Vec<usize> {
    let mut random = crate::cases::Random::new(71);
    let mut order: Vec<_> = (0..count).collect();
    for end in (1..count).rev() {
        order.swap(end, random.between(0, end));
    }
    order
}

/// All cases as a host of the module is handed them: of each its name and its request
/// of the C ABI, both after their lengths as little-endian u32.
#[must_use]
pub fn requests() -> Vec<u8> {
    let mut bytes = Vec::new();
    for case in cases() {
        for part in [case.name.as_bytes(), &request::of(&case)] {
            // Both are far below 4 GiB.
            bytes.extend((part.len() as u32).to_le_bytes());
            bytes.extend(part);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_picture_can_be_read() {
        assert_eq!(
            read_shown(&shown(&[0, 255, 16], "scene\nline\n")),
            Some((vec![0, 255, 16], "scene\nline\n"))
        );
        assert_eq!(read_shown("0\nscene"), None);
        assert_eq!(read_shown("0g\nscene"), None);
    }

    #[test]
    fn every_number_has_its_place_in_the_order_and_few_their_own() {
        let order = order(1000);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert!(order.iter().enumerate().filter(|(at, number)| at == *number).count() < 10);
    }
}
