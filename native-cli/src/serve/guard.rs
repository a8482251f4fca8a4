//! Who may ask, and what every answer says about itself.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Scripts, styles and data are this server's own; wasm may be compiled; nobody may frame the page.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Turns away what was meant for another host, as pages elsewhere do that have
/// made a name of theirs point to this machine, and what such pages ask for.
pub async fn guard(request: Request, next: Next) -> Response {
    let mut response = if !is_local(request.headers()) {
        let why = "this server answers to localhost and 127.0.0.1 only\n";
        (StatusCode::MISDIRECTED_REQUEST, why).into_response()
    } else if is_foreign(request.headers()) {
        (StatusCode::FORBIDDEN, "this server answers to its own page only\n").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_local(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let authority = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| {
        // No user name, and nothing but one of the three.
        !authority.as_str().contains('@')
            && ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|name| authority.host().eq_ignore_ascii_case(name))
    })
}

/// Whether a browser says that another site's page asks. A link that its user
/// follows from there opens the page as any other does, and tells the site nothing.
fn is_foreign(headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|said| said == value);
    let follows = says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document");
    says("sec-fetch-site", "cross-site") && !follows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let local = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).expect("a value"));
            is_local(&headers)
        };
        for host in ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:80", "[::1]:80"] {
            assert!(local(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.nip.io",
            "x@localhost",
            "localhost@x",
            "0.0.0.0",
            "127.0.0.2",
            "a b",
        ] {
            assert!(!local(host), "{host}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }
}
