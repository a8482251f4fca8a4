//! A root in object storage, as far as it can be told without a server of its own.

use std::fs;

use crate::common::{Place, Ran, hourly, ran};

const SECRET: &str = "hush-hush-of-the-test";

/// Nothing of a URL was taken for a folder's name, and no secret was told.
#[track_caller]
fn check(place: &Place, ran: &Ran) {
    let names: Vec<_> = fs::read_dir(place.path("")).expect("a folder").flatten().collect();
    let odd = names.iter().find(|entry| entry.file_name().to_string_lossy().contains(':'));
    assert!(odd.is_none(), "{odd:?}");
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_url_is_never_taken_for_a_folder() {
    let place = hourly(12);
    for root in [
        "s3:bucket",
        "s3:/bucket/a",
        "S3:",
        "file:///tmp/a",
        "http://127.0.0.1:1/a",
        "memory:///a",
        "ftp://a/b",
    ] {
        for command in ["render", "verify", "repair", "status"] {
            let ran = ran(&mut place.command(&[command, "--root", root]));
            ran.refuses(2, &["--root "]);
            check(&place, &ran);
        }
    }
    place.render_well(&["--root", "./s3:"]);
    assert!(place.path("s3:").is_dir());
}

#[cfg(not(feature = "object-store"))]
#[test]
fn a_bucket_is_refused_with_how_to_build_what_can_use_it() {
    let place = hourly(12);
    for root in ["s3://bucket/a", "gs://bucket/a", "az://container/a", "abfss://c@a.dfs.core.windows.net/a"] {
        let ran = place.render(&["--root", root]);
        ran.refuses(2, &["--features object-store"]);
        check(&place, &ran);
    }
}

#[cfg(feature = "object-store")]
mod built {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        process::Command,
        thread,
    };

    use super::*;

    /// `render` with credentials in its environment, and a server at `address`.
    fn command(place: &Place, root: &str, address: &str) -> Command {
        let mut command = place.command(&Place::render_args(&["--root", root]));
        command
            .env("AWS_ACCESS_KEY_ID", "AKIDOFTHETEST")
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_SESSION_TOKEN", SECRET)
            .env("AWS_ENDPOINT_URL", address)
            .env("AWS_ALLOW_HTTP", "true");
        command
    }

    #[test]
    fn a_url_that_holds_credentials_is_refused_without_a_word_of_them() {
        let place = hourly(12);
        for root in [
            format!("s3://{SECRET}@bucket/a"),
            format!("s3://key:{SECRET}@bucket/a"),
            format!("s3://bucket/a?{SECRET}"),
        ] {
            let ran = place.render(&["--root", &root]);
            ran.refuses(2, &["credentials", "environment"]);
            check(&place, &ran);
            let help = super::ran(place.command(&["render", "--help"]).env("IMAGE_CACHE_ROOT", &root));
            check(&place, &help);
        }
    }

    #[test]
    fn the_number_of_requests_is_a_setting_like_any_other() {
        let place = hourly(12);
        place.render(&["--requests", "0"]).refuses(2, &["requests are 1 to 1024"]);
        fs::write(place.path("image-cache.toml"), "\nrequests = 2000").expect("written");
        place.render(&[]).refuses(2, &["image-cache.toml", "line 2", "requests are 1 to 1024"]);
        fs::write(place.path("image-cache.toml"), "requests = 8").expect("written");
        place.render_well(&[]);
    }

    #[test]
    fn a_server_that_is_not_there_is_named_and_told_from_one_that_refuses() {
        let place = hourly(12);
        let absent = ran(&mut command(&place, "s3://bucket/a", "http://127.0.0.1:1"));
        absent.refuses(1, &["root s3://bucket/a: no answer: Connection refused"]);
        check(&place, &absent);

        // One that repeats all it was told, as some do where a signature does not fit.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a client");
                let mut request = vec![0; 8192];
                let length = stream.read(&mut request).expect("a request");
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                assert!(request.contains(SECRET), "the token is a header: {request}");
                let body = format!(
                    "<Error><Code>SignatureDoesNotMatch</Code><Message>It does not fit.</Message>\
                     <CanonicalRequest>{request}</CanonicalRequest></Error>"
                );
                let head = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length:";
                let _ = write!(stream, "{head} {}\r\n\r\n{body}", body.len());
            }
        });
        let refused = ran(&mut command(&place, "s3://bucket/a", &address));
        refused.refuses(1, &["root s3://bucket/a: the server refuses it: 403", "It does not fit."]);
        check(&place, &refused);
        assert!(!refused.stderr.contains("AKIDOFTHETEST"), "{}", refused.stderr);
    }
}
