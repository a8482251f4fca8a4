//! [`Failure`]: why a request came to nothing, in words that hold no secret.

use std::{error::Error as StdError, io};

use object_store::{Error, client::HttpError};

use crate::Environment;

/// What a failed request tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is no such object.
    Absent,
    /// There is one already.
    Present,
    /// The server knows no create-only writing.
    Unsupported,
    /// What is there, or its name, is not fit for what was to be done, for this reason.
    Unfit(String),
    /// The server does not let these credentials do it.
    Denied(String),
    /// The server, or its client here, will have none of it, and would not later either.
    Refused(String),
    /// There is no answer, or none but that it cannot be done now.
    Unanswered(String),
}

impl Failure {
    /// What an error of the client means. An answer's status stands in the error's text alone.
    pub fn of(error: &Error, environment: &Environment) -> Self {
        let words = || words(error, environment);
        match error {
            Error::NotFound { .. } => Self::Absent,
            Error::AlreadyExists { .. } | Error::Precondition { .. } => Self::Present,
            Error::NotImplemented { .. } | Error::NotSupported { .. } => Self::Unsupported,
            _ => match status(&error.to_string()) {
                Some(404) => Self::Absent,
                Some(501) => Self::Unsupported,
                Some(401 | 403) => Self::Denied(words()),
                Some(408 | 429 | 500..) => Self::Unanswered(words()),
                None if is_broken_off(error) => Self::Unanswered(words()),
                _ => Self::Refused(words()),
            },
        }
    }

    /// The work was cancelled before there was an answer.
    pub fn interrupted() -> Self {
        Self::Refused("interrupted before there was an answer".to_owned())
    }

    /// Whether this is an answer about the object, so that the server is well.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Self::Denied(_) | Self::Refused(_) | Self::Unanswered(_))
    }

    pub fn into_text(self) -> String {
        match self {
            Self::Absent => "there is no such object".to_owned(),
            Self::Present => "there is an object already".to_owned(),
            Self::Unsupported => "the server cannot do this".to_owned(),
            Self::Unfit(why) | Self::Refused(why) => why,
            Self::Denied(why) => format!(
                "the server refuses it: {why}; the credentials must allow to list, read, write and delete"
            ),
            Self::Unanswered(why) => format!("{why}; when the server is well, the same run goes on"),
        }
    }
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        let kind = match failure {
            Failure::Absent => io::ErrorKind::NotFound,
            Failure::Denied(_) => io::ErrorKind::PermissionDenied,
            Failure::Present => io::ErrorKind::AlreadyExists,
            Failure::Unsupported | Failure::Unfit(_) => io::ErrorKind::Unsupported,
            Failure::Refused(_) | Failure::Unanswered(_) => io::ErrorKind::NotConnected,
        };
        Self::new(kind, failure.into_text())
    }
}

/// Whether a connection was in the way, so that nobody knows what became of the request.
pub fn is_broken_off(error: &Error) -> bool {
    chain(error).any(<dyn StdError>::is::<HttpError>)
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        error.source()
    })
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
    let said = if ["169.254.169.254", "169.254.170.2", "metadata.google.internal"]
        .iter()
        .any(|metadata| text.contains(metadata))
    {
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

    #[test]
    fn an_answer_is_told_by_its_status_and_code_alone() {
        let body = "Server returned non-2xx status code: 400 Bad Request: <Error><Code>Odd</Code>\
            <Message>Quite odd.</Message><CanonicalRequest>x-amz-security-token:hush</CanonicalRequest></Error>";
        let none = Environment::default();
        assert_eq!(words(&generic(body), &none), "400 Bad Request (Odd: Quite odd.)");
        let denied = Error::PermissionDenied { path: "a".to_owned(), source: body.into() };
        assert_eq!(
            Failure::of(&denied, &none),
            Failure::Refused("400 Bad Request (Odd: Quite odd.)".to_owned())
        );
        assert_eq!(
            words(&generic("Server returned non-2xx status code: 403 Forbidden: hush"), &none),
            "403 Forbidden"
        );
    }

    #[test]
    fn a_connection_that_breaks_is_told_from_an_answer() {
        let none = Environment::default();
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let broken = generic(HttpError::new(HttpErrorKind::Interrupted, reset));
        assert!(is_broken_off(&broken));
        assert_eq!(
            Failure::of(&broken, &none),
            Failure::Unanswered("no answer: connection reset".to_owned())
        );
        let of = |status: &str| {
            Failure::of(&generic(format!("Server returned non-2xx status code: {status}: ")), &none)
        };
        assert_eq!(of("503 Slow Down"), Failure::Unanswered("503 Slow Down".to_owned()));
        assert_eq!(of("403 Forbidden"), Failure::Denied("403 Forbidden".to_owned()));
        assert_eq!((of("404 Not Found"), of("501 Not Implemented")), (Failure::Absent, Failure::Unsupported));
    }
}
