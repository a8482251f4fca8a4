//! The page's files, built into the program.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What tells the page that it has a server.
const UNSERVED: &str = r#"<meta name="served-by" content="">"#;
const SERVED: &str = r#"<meta name="served-by" content="image-cache">"#;

/// The page itself.
pub async fn index() -> Response {
    let html = find("index.html").map(|html| String::from_utf8_lossy(html).replace(UNSERVED, SERVED));
    answer("index.html", html)
}

/// A file of the page. Paths are looked up in a list, so none leads anywhere else.
pub async fn file(Path(path): Path<String>) -> Response {
    answer(&path, find(&path))
}

fn answer(path: &str, bytes: Option<impl IntoResponse>) -> Response {
    let Some(bytes) = bytes else {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    };
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("csv") => "text/csv; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], bytes).into_response()
}

fn find(path: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    Some(FILES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_page_is_found_by_its_name() {
        assert!(FILES.len() > 10);
        for (name, bytes) in FILES {
            assert_eq!(find(name), Some(*bytes), "{name}");
        }
        assert!(
            ["", "/index.html", "../Cargo.toml", "sqlite", "sample/"].iter().all(|name| find(name).is_none())
        );
    }

    #[test]
    fn the_page_is_told_that_it_has_a_server() {
        let html = String::from_utf8_lossy(find("index.html").expect("the page"));
        assert_eq!(html.matches(UNSERVED).count(), 1);
    }
}
