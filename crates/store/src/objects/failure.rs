//! Why a request came to nothing, as an [`io::Error`] whose words hold no secret.

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
    time::Duration,
};

use object_store::{Error, client::HttpError};

use crate::Environment;

/// What an error of the client means, after so long a time. `NotConnected` means that there is no answer, or none but
/// that the server, or its client here, will have none of it. An answer's status stands in the error's text alone.
pub fn failure(error: &Error, after: Duration, environment: &Environment) -> io::Error {
    let status = status(&error.to_string());
    let kind = match (error, status) {
        (Error::AlreadyExists { .. } | Error::Precondition { .. }, _) => ErrorKind::AlreadyExists,
        (Error::NotFound { .. }, _) | (_, Some(404)) => ErrorKind::NotFound,
        (Error::NotImplemented { .. } | Error::NotSupported { .. }, _) | (_, Some(501)) => {
            ErrorKind::Unsupported
        }
        (_, Some(401 | 403)) => ErrorKind::PermissionDenied,
        _ => ErrorKind::NotConnected,
    };
    let passes = status.map_or_else(|| is_broken_off(error), |it| matches!(it, 408 | 429 | 500..));
    let said = words(error, environment);
    let why = match kind {
        ErrorKind::NotFound => "there is no such object".to_owned(),
        ErrorKind::AlreadyExists => "there is an object already".to_owned(),
        ErrorKind::Unsupported => "the server cannot do this".to_owned(),
        ErrorKind::PermissionDenied => {
            format!(
                "the server refuses it: {said}; the credentials must allow to list, read, write and delete"
            )
        }
        _ if passes => {
            let tried = match after.as_secs() {
                0 => String::new(),
                seconds => format!(" (tried for {seconds} s)"),
            };
            format!("{said}{tried}; when the server is well, the same run goes on")
        }
        _ => said,
    };
    io::Error::new(kind, why)
}

/// Whether a connection was in the way, so that nobody knows what became of the request.
pub fn is_broken_off(error: &Error) -> bool {
    chain(error).any(<dyn StdError>::is::<HttpError>)
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The status of an answer that an error tells of.
fn status(text: &str) -> Option<u16> {
    let (_, answer) = text.split_once("status code: ")?;
    answer.split_whitespace().next()?.parse().ok()
}

/// An error in short. An answer's body, which may repeat a request's headers, is left out
/// but for the code and the message that S3 and Azure put there.
pub fn words(error: &Error, environment: &Environment) -> String {
    let text = error.to_string();
    let metadata = ["169.254.169.254", "169.254.170.2", "metadata.google.internal"];
    let said = if metadata.iter().any(|server| text.contains(server)) {
        "no credentials are in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and this machine has none of its own"
            .to_owned()
    } else if is_broken_off(error) {
        // The innermost says most: `Connection refused`, say.
        let cause = chain(error).last().map_or_else(String::new, ToString::to_string);
        if cause.contains("scheme is not allowed") {
            format!("{cause}; AWS_ALLOW_HTTP=true allows http:// for a server of one's own")
        } else {
            format!("no answer: {cause}")
        }
    } else if let Some((_, answer)) = text.split_once("status code: ") {
        let status = answer.split(": ").next().unwrap_or(answer).trim();
        match (between(answer, "Code"), between(answer, "Message")) {
            (Some(code), Some(message)) => format!("{status} ({code}: {message})"),
            (Some(code), None) => format!("{status} ({code})"),
            _ => status.to_owned(),
        }
    } else {
        text.rsplit(" - ").next().unwrap_or(&text).to_owned()
    };
    environment.without_secrets(said)
}

fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

#[cfg(test)]
mod tests {
    use object_store::client::HttpErrorKind;

    use super::*;

    fn generic(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::Generic { store: "S3", source: source.into() }
    }

    fn of(error: &Error) -> (ErrorKind, String) {
        let failure = failure(error, Duration::ZERO, &Environment::default());
        (failure.kind(), failure.to_string())
    }

    #[test]
    fn an_answer_is_told_by_its_status_and_code_alone() {
        let body = "Server returned non-2xx status code: 400 Bad Request: <Error><Code>Odd</Code>\
            <Message>Quite odd.</Message><CanonicalRequest>x-amz-security-token:hush</CanonicalRequest></Error>";
        let none = Environment::default();
        assert_eq!(words(&generic(body), &none), "400 Bad Request (Odd: Quite odd.)");
        let denied = Error::PermissionDenied { path: "a".to_owned(), source: body.into() };
        let refused = (ErrorKind::NotConnected, "400 Bad Request (Odd: Quite odd.)".to_owned());
        assert_eq!(of(&denied), refused);
        assert_eq!(
            words(&generic("Server returned non-2xx status code: 403 Forbidden: hush"), &none),
            "403 Forbidden"
        );
    }

    #[test]
    fn a_connection_that_breaks_is_told_from_an_answer() {
        let reset = io::Error::from(ErrorKind::ConnectionReset);
        let broken = generic(HttpError::new(HttpErrorKind::Interrupted, reset));
        assert!(is_broken_off(&broken));
        let unanswered =
            |why| (ErrorKind::NotConnected, format!("{why}; when the server is well, the same run goes on"));
        assert_eq!(of(&broken), unanswered("no answer: connection reset"));
        let of = |status: &str| of(&generic(format!("Server returned non-2xx status code: {status}: ")));
        assert_eq!(of("503 Slow Down"), unanswered("503 Slow Down"));
        let (denied, why) = of("403 Forbidden");
        assert_eq!(denied, ErrorKind::PermissionDenied);
        assert!(why.starts_with("the server refuses it: 403 Forbidden; "), "{why}");
        assert_eq!(of("404 Not Found").0, ErrorKind::NotFound);
        assert_eq!(of("501 Not Implemented").0, ErrorKind::Unsupported);
    }
}
