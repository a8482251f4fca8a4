//! A small server of static files: it serves the page to its tests, and to whoever works on it.

use std::{
    fs,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    thread,
    time::Duration,
};

/// Listens on a port of this machine, 0 for any free one.
///
/// # Errors
///
/// Another program listens on that port.
pub fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// Answers every request with files of `folder`, until the process ends.
pub fn run(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming() {
        let folder = folder.to_owned();
        // A browser keeps spare connections open; each waits in a thread of its own.
        thread::spawn(move || {
            let answers = stream.and_then(|stream| {
                let mut reader = BufReader::new(&stream);
                while answer_next(&mut reader, &stream, &folder, None, "keep-alive")? {}
                Ok(())
            });
            match answers {
                // A browser may leave a connection open, and close it in the middle of anything.
                Err(error)
                    if !matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
                    ) =>
                {
                    eprintln!("{error}");
                }
                _ => {}
            }
        });
    }
}

/// Receives the path that a browser posts to, and what it posts.
pub type Post<'a> = &'a dyn Fn(&str, Vec<u8>);

/// Reads the one request of a connection and answers it: with a file of `folder`, or by handing on what is posted.
///
/// # Errors
///
/// The connection breaks.
pub fn answer(stream: &TcpStream, folder: &Path, post: Option<Post<'_>>) -> io::Result<()> {
    answer_next(&mut BufReader::new(stream), stream, folder, post, "close").map(drop)
}

/// Answers the next request of a connection. Returns whether there was one.
fn answer_next(
    reader: &mut BufReader<&TcpStream>,
    mut stream: &TcpStream,
    folder: &Path,
    post: Option<Post<'_>>,
    connection: &str,
) -> io::Result<bool> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // An answer is two small writes, and nobody waits for more of either.
    stream.set_nodelay(true)?;
    let mut request = String::new();
    if reader.read_line(&mut request)? == 0 {
        return Ok(false);
    }
    // The answer depends on no other header, but a browser wants all of them read.
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(':') {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let file = match (request.trim_end().split(' ').collect::<Vec<_>>().as_slice(), post) {
        (["GET", target, _], _) => resolve(folder, target),
        (["POST", target, _], Some(post)) => {
            let mut body = Vec::new();
            reader.by_ref().take(length).read_to_end(&mut body)?;
            post(target, body);
            write!(stream, "HTTP/1.1 204 No Content\r\nConnection: {connection}\r\n\r\n")?;
            return Ok(true);
        }
        _ => None,
    };
    let (status, kind, body) = match file.map(|file| (fs::read(&file), file)) {
        Some((Ok(body), file)) => ("200 OK", content_type(&file), body),
        _ => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: {connection}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    Ok(true)
}

/// The file that a request's target names, where it lies inside `folder`.
fn resolve(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = if path.is_empty() { "index.html" } else { path };
    let inside = |part| matches!(part, Component::Normal(_));
    Path::new(path).components().all(inside).then(|| folder.join(path))
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("wasm") => "application/wasm",
        Some("csv") => "text/csv; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_the_folder_are_found() {
        let found = |target| resolve(Path::new("/dist"), target);
        assert_eq!(found("/"), Some("/dist/index.html".into()));
        assert_eq!(found("/a/b.js?v=1"), Some("/dist/a/b.js".into()));
        for target in ["", "a.js", "//etc/passwd", "/../x", "/a/../../x", "*"] {
            assert_eq!(found(target), None, "{target}");
        }
    }
}
