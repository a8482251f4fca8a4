//! The self-test for the page: does this browser render as every other machine does?

use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// One picture's result; field names are stable.
#[derive(Serialize)]
struct Line {
    name: String,
    same: bool,
    sha256: String,
    pixel_sha256: String,
    expected_sha256: Option<String>,
    expected_pixel_sha256: Option<String>,
}

/// Renders the built-in pictures here and compares their hashes with the built-in
/// ones: a JSON array with an object for each picture, whose `same` says it all.
#[wasm_bindgen]
#[must_use]
pub fn selftest() -> String {
    let lines: Vec<Line> = render_core::selftest()
        .map(|check| {
            let same = check.is_same();
            let [sha256, pixel_sha256] = check.rendered.map(|digest| digest.to_string());
            let expected = check.expected.map(|digests| digests.map(|digest| digest.to_string()));
            let [expected_sha256, expected_pixel_sha256] = match expected {
                Some([file, pixels]) => [Some(file), Some(pixels)],
                None => [None, None],
            };
            Line { name: check.name, same, sha256, pixel_sha256, expected_sha256, expected_pixel_sha256 }
        })
        .collect();
    // Text and truth values always serialise.
    serde_json::to_string(&lines).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_is_told_of_every_built_in_picture() {
        let lines: Vec<serde_json::Value> = serde_json::from_str(&super::selftest()).expect("a JSON array");
        assert_eq!(lines.len(), render_core::selftest().count());
        for line in &lines {
            assert_eq!(line["same"], true, "{line}");
            assert_eq!(line["sha256"], line["expected_sha256"], "{line}");
            assert_eq!(line["pixel_sha256"], line["expected_pixel_sha256"], "{line}");
        }
    }
}
