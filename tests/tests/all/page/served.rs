//! `image-cache serve` in a browser, and asked by others.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use render_core::Digest;
use serde_json::json;

use super::{
    native::{BINARY, obey},
    on,
};

/// A running server, ended when this is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(flags: &[&str], folder: &Path) -> Self {
        let mut command = Command::new(&*BINARY);
        command.args(["serve", "--port", "0"]).args(flags).current_dir(folder).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
        let url = line.split(' ').next().expect("an address").to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Self { child, url }
    }

    /// Status, headers in small letters, and body of the answer to a request as it is.
    fn ask(&self, request: &str) -> (String, String, Vec<u8>) {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("headers") + 4;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let (status, headers) = head.split_once("\r\n").expect("a status");
        (status.to_owned(), headers.to_lowercase(), answer[end..].to_vec())
    }

    fn get(&self, path: &str, more: &str) -> (String, String, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn header<'a>(headers: &'a str, name: &str) -> &'a str {
    let value = headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    value.unwrap_or_else(|| panic!("no {name} in {headers}"))
}

#[test]
fn the_page_shows_the_native_hash_beside_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let render = ["render", "--sample", "--stride", "200"];
    let output = Command::new(&*BINARY).args(render).current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success());
    let server = Server::start(&["--sample"], folder.path());
    on(server.url.clone(), async |page| {
        page.open("series=ETHUSD+4h&end=2024-08-05T12:00:00Z").await?;
        page.settle().await?;
        for (knob, value) in
            [("style", "yahoo"), ("overlay", "sma:20 ema:50"), ("size", "640x480"), ("utc-offset", "+02:00")]
        {
            let before = page.text("sha256").await?;
            page.set(&format!("knob-{knob}"), value).await?;
            page.wait(&format!("document.getElementById('sha256').textContent !== {before:?}")).await?;
            page.wait("document.getElementById('native-sha256').textContent.length === 64").await?;
            assert_eq!(page.text("native-sha256").await?, page.text("sha256").await?, "{knob}");
            assert_eq!(page.text("native-verdict").await?, "= native");
        }
        let elsewhere = tempfile::tempdir().expect("a folder");
        let written = obey(&page.text("command").await?, elsewhere.path());
        assert_eq!(page.text("sha256").await?, written.sha256());
        page.wait("document.querySelectorAll('#cache tbody tr').length === 2").await?;
        let cache = page.text("cache").await?;
        assert!(cache.contains("ETHUSD 4h") && cache.contains("px1280 w150"), "{cache}");
        page.screenshot("served").await?;
        Ok(())
    });
}

#[test]
fn a_picture_s_tag_is_its_hash_and_a_browser_may_keep_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--sample"], folder.path());
    let path = "/png/BTCUSDT/1h/2023-01-07T05:00:00Z.png?style=yahoo&size=200x100";
    let (status, headers, body) = server.get(path, "");
    assert_eq!(status, "HTTP/1.1 200 OK");
    let tag = format!("\"{}\"", Digest::of(&body));
    assert_eq!((header(&headers, "etag"), header(&headers, "content-type")), (tag.as_str(), "image/png"));
    assert!(header(&headers, "cache-control").contains("no-cache"));
    let (status, _, body) = server.get(path, &format!("If-None-Match: \"x\", {tag}\r\n"));
    assert_eq!((status.as_str(), body.len()), ("HTTP/1.1 304 Not Modified", 0));
    for known in [
        format!("If-None-Match: W/{tag}"),
        "If-None-Match: *".to_owned(),
        format!("If-None-Match: \"a\"\r\nIf-None-Match: {tag}"),
    ] {
        let (status, ..) = server.get(path, &format!("{known}\r\n"));
        assert_eq!(status, "HTTP/1.1 304 Not Modified", "{known}");
    }
    let absent = server.get("/png/BTCUSDT/1h/2023-03-24T13:00:00Z.png", "If-None-Match: *\r\n");
    assert_eq!(absent.0, "HTTP/1.1 404 Not Found");

    let input = header(&headers, "x-input-sha256");
    let (status, headers, _) = server.get(&format!("{path}&input={input}"), "");
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(header(&headers, "cache-control").contains("immutable"));
    let (status, ..) = server.get(&format!("{path}&input={}", "0".repeat(64)), "");
    assert_eq!(status, "HTTP/1.1 404 Not Found");
}

#[test]
fn what_is_not_there_or_makes_no_sense_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--sample", "--symbol", "BTCUSDT"], folder.path());
    for (path, status, why) in [
        ("/png/BTCUSDT/1h/2023-03-24T13:00:00Z.png", "404", "missing: no candle at 2023-03-24T13:00:00Z"),
        ("/png/BTCUSDT/1h/2023-01-01T05:00:00Z.png", "404", "missing: short history: 6 of 150 candles"),
        ("/png/ETHUSD/4h/2024-08-05T12:00:00Z.png", "404", "there is no series ETHUSD 4h"),
        ("/png/BTCUSDT/1h/now.png", "400", "is not a time"),
        ("/png/BTCUSDT/1h/2023-01-07T05:00:00Z.png?size=7", "400", "8 to 8192"),
        ("/png/BTCUSDT/1h/2023-01-07T05:00:00Z.png?colour=1", "400", "did you mean \"color\"?"),
        ("/api/candles/BTCUSDT/2h", "404", "there is no series BTCUSDT 2h"),
        ("/../Cargo.toml", "404", "not found"),
        ("/sample/..%2f..%2fCargo.toml", "404", "not found"),
        ("/%2e%2e/%2e%2e/etc/passwd", "404", "not found"),
        ("//etc/passwd", "404", "not found"),
    ] {
        let (answer, _, body) = server.get(path, "");
        let body = String::from_utf8_lossy(&body);
        assert!(answer.contains(status) && body.contains(why), "{path}: {answer}: {body}");
    }
}

#[test]
fn only_this_machine_s_names_are_answered_and_nothing_can_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&["--sample"], folder.path());
    for host in ["example.org", "localhost.example.org", "127.0.0.1.nip.io", "localhost@example.org", ""] {
        let (status, ..) =
            server.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(status.contains("421") || status.contains("400"), "{host}: {status}");
    }
    let (status, ..) =
        server.ask("GET / HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\nConnection: close\r\n\r\n");
    assert!(status.contains("421") || status.contains("400"), "two hosts: {status}");
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let request = format!(
            "{method} /api/series HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert!(server.ask(&request).0.contains("405"), "{method}");
    }
    // What a browser sends for a page of another site, and for the address that its user follows there.
    for (path, more, expected) in [
        (
            "/api/series",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
            "403",
        ),
        ("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n", "403"),
        (
            "/",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            "200",
        ),
        (
            "/api/series",
            "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n",
            "200",
        ),
    ] {
        assert!(server.get(path, more).0.contains(expected), "{more}");
    }
    let (status, headers, body) = server.get("/", "");
    assert_eq!(status, "HTTP/1.1 200 OK");
    let policy = header(&headers, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(header(&headers, "x-content-type-options"), "nosniff");
    assert!(String::from_utf8_lossy(&body).contains(r#"<meta name="served-by" content="image-cache">"#));
    let list: serde_json::Value = serde_json::from_slice(&server.get("/api/series", "").2).expect("JSON");
    assert_eq!(list["series"][0], json!({"symbol": "BTCUSDT", "interval": "1h", "ms": 3_600_000}));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_server_of_some_ends_serves_these_with_the_candles_before_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let render = ["render", "--sample", "--stride", "100", "--size", "200x150"];
    let output = Command::new(&*BINARY).args(render).current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success());
    let filter = ["--sample", "--start", "2023-02-01", "--end", "2023-03-01", "--stride", "12"];
    let server = Server::start(&filter, folder.path());
    // The other series has no end in that time.
    let list: serde_json::Value = serde_json::from_slice(&server.get("/api/series", "").2).expect("JSON");
    assert_eq!((list["series"].as_array().map(Vec::len), &list["filtered"]), (Some(1), &json!(true)));
    let ends: Vec<i64> = serde_json::from_slice(&server.get("/api/ends/BTCUSDT/1h", "").2).expect("JSON");
    assert_eq!((ends.len(), ends[0], ends[1] - ends[0]), (56, 1_675_209_600_000, 12 * 3_600_000));
    for (end, status) in [
        ("2023-02-01T00:00:00Z", "200"),
        ("2023-02-28T12:00:00Z", "200"),
        ("2023-02-01T01:00:00Z", "404"),
        ("2023-01-31T12:00:00Z", "404"),
        ("2023-03-01T00:00:00Z", "404"),
    ] {
        let (answer, _, body) = server.get(&format!("/png/BTCUSDT/1h/{end}.png"), "");
        assert!(answer.contains(status), "{end}: {answer}");
        let told = String::from_utf8_lossy(&body)
            .contains("is not among the ends that this server was told to serve");
        assert_eq!(told, status == "404", "{end}");
    }
    on(server.url.clone(), async |page| {
        // The first end that is served: all of its window, and of the warm-up before it, lies before it.
        page.open("series=BTCUSDT+1h&end=2023-02-01T00:00:00Z&overlay=ema:50&kind=heikin-ashi").await?;
        page.settle().await?;
        page.wait("document.getElementById('native-sha256').textContent.length === 64").await?;
        assert_eq!(page.text("native-sha256").await?, page.text("sha256").await?);
        for (key, end, position) in [
            ("ArrowLeft", "2023-02-01 00:00", "1 / 56"),
            ("ArrowRight", "2023-02-01 12:00", "2 / 56"),
            ("PageDown", "2023-02-07 12:00", "14 / 56"),
            ("End", "2023-02-28 12:00", "56 / 56"),
            ("ArrowRight", "2023-02-28 12:00", "56 / 56"),
            ("Home", "2023-02-01 00:00", "1 / 56"),
        ] {
            page.press(key).await?;
            assert_eq!(
                (page.value("end").await?.as_str(), page.text("position").await?.as_str()),
                (end, position),
                "{key}"
            );
        }
        page.set("end", "2023-02-03 05:00").await?;
        assert_eq!(page.value("end").await?, "2023-02-03 00:00");
        assert!(page.text("messages").await?.contains("was not told to serve 2023-02-03 05:00"));
        Ok(())
    });
}

#[test]
fn an_index_is_checked_against_served_candles_without_another_view() {
    let folder = tempfile::tempdir().expect("a folder");
    let render = ["render", "--sample", "--stride", "200", "--size", "200x150"];
    let output = Command::new(&*BINARY).args(render).current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success());
    let server = Server::start(&["--sample"], folder.path());
    on(server.url.clone(), async |page| {
        page.open("series=BTCUSDT+1h&end=2023-03-24T16:00:00Z").await?;
        page.settle().await?;
        page.eval("(() => { window.views = new Set(); setInterval(() => window.views.add(document.getElementById('source-name').textContent + document.getElementById('series').value + document.getElementById('end').value), 1); })()").await?;
        page.choose(&[&folder.path().join("sample/image_cache.sqlite")]).await?;
        page.wait("/confirmed$/.test(document.querySelector('#report h2')?.textContent)").await?;
        let report = page.text("report").await?;
        assert!(report.contains("of") && !report.contains("are loaded"), "{report}");
        assert_eq!(page.eval("window.views.size").await?, json!(1));
        Ok(())
    });
}
