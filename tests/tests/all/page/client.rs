//! The WebDriver client's way to chromedriver, which listens on this machine: plain HTTP, so that no TLS is built.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use thirtyfour::{
    error::{WebDriverError, WebDriverResult},
    session::http::{Body, HttpClient},
};
use ureq::{Agent, Proxy};

/// Connections to chromedriver.
pub struct Client(Agent);

impl Client {
    pub fn new() -> Self {
        // The messages of errors are in the bodies of their answers. A proxy of the tester's knows no chromedriver.
        Self(Agent::config_builder().http_status_as_error(false).proxy(None::<Proxy>).build().into())
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let agent = self.0.clone();
        let (parts, body) = request.into_parts();
        let text = match body {
            Body::Empty => None,
            Body::Json(json) => Some(json.to_string()),
        };
        let answer = move || {
            let answer = match text {
                Some(text) => agent.run(Request::from_parts(parts, text)),
                None => agent.run(Request::from_parts(parts, ())),
            };
            let (parts, mut body) = answer?.into_parts();
            // A screenshot is larger than what is read where no limit is named.
            let body = body.with_config().limit(u64::MAX).read_to_vec()?;
            Ok(Response::from_parts(parts, body.into()))
        };
        let answer = tokio::task::spawn_blocking(answer).await.expect("no panic");
        answer.map_err(|error: ureq::Error| WebDriverError::HttpError(error.to_string()))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self::new())
    }
}
