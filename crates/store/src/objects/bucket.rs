//! [`Bucket`]: the URL of a root in object storage, and how its server is reached.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreScheme, RetryConfig, aws::AmazonS3Builder,
    azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, path::Path,
};
use url::Url;

use super::failure;
use crate::{Environment, UrlFault};

/// Requests that are under way at a time, unless told otherwise.
const REQUESTS: usize = 64;
/// A server that is away is asked again more and more rarely, but at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long a request is repeated before it counts as failed. Below five minutes, after which signatures expire.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long requests under way may still take once the work is cancelled.
const GRACE: Duration = Duration::from_secs(5);

/// A bucket, or container, and the prefix below which the pictures lie.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Without a slash at its end, and without secrets.
    url: String,
    scheme: ObjectStoreScheme,
    pub(super) prefix: Path,
    pub(super) environment: Environment,
    /// Requests that are under way at a time.
    pub(super) requests: usize,
    /// Threads that ask for objects.
    pub(super) jobs: usize,
    pub(super) patience: Duration,
    pub(super) grace: Duration,
    /// Takes the server's place.
    client: Option<Arc<dyn ObjectStore>>,
}

impl Bucket {
    /// Reads a URL, which must hold no secrets; they come from `environment`.
    ///
    /// # Errors
    /// If it is no URL of object storage. The error repeats nothing of it.
    pub fn parse(text: &str, environment: &Environment) -> Result<Self, UrlFault> {
        let url = Url::parse(text).map_err(|error| UrlFault::Malformed(error.to_string()))?;
        let is_azure = !matches!(url.scheme(), "s3" | "s3a" | "gs");
        // Azure's form CONTAINER@ACCOUNT.dfs.core.windows.net has no secret in it.
        let names_container = is_azure && url.host_str().is_some_and(|host| host.contains('.'));
        if url.password().is_some() || !(url.username().is_empty() || names_container) {
            return Err(UrlFault::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UrlFault::Query);
        }
        let (scheme, prefix) = ObjectStoreScheme::parse(&url).map_err(|_| UrlFault::NoBucket)?;
        if matches!(scheme, ObjectStoreScheme::Http | ObjectStoreScheme::Local | ObjectStoreScheme::Memory) {
            return Err(UrlFault::OtherScheme);
        }
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            scheme,
            prefix,
            environment: environment.clone(),
            requests: REQUESTS,
            jobs: 1,
            patience: PATIENCE,
            grace: GRACE,
            client: None,
        })
    }

    /// Limits how much is done at a time.
    pub(crate) fn with_limits(self, requests: Option<u16>, jobs: usize) -> Self {
        Self { requests: requests.map_or(self.requests, usize::from), jobs, ..self }
    }

    /// Sends all requests to `client` rather than to the URL's server, repeats each for as long as `patience`, and
    /// waits only a moment for them once the work is cancelled. Tests hand in a store in memory.
    #[must_use]
    pub fn served_by(self, client: Arc<dyn ObjectStore>, patience: Duration) -> Self {
        Self { patience, grace: Duration::from_millis(100), client: Some(client), ..self }
    }

    /// Prepares to speak with the server, with the credentials that the environment has. A request that fails is
    /// repeated for as long as `patience`.
    pub(super) fn connect(&self, patience: Duration) -> object_store::Result<Arc<dyn ObjectStore>> {
        if let Some(client) = &self.client {
            return Ok(Arc::clone(client));
        }
        // Fails if the process has a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let backoff = BackoffConfig { max_backoff: LONGEST_PAUSE, ..BackoffConfig::default() };
        let retry = RetryConfig { backoff, max_retries: usize::MAX, retry_timeout: patience };
        let (url, environment) = (self.url.as_str(), &self.environment);
        // What follows reads the same variables as each builder's `from_env`.
        Ok(match self.scheme {
            ObjectStoreScheme::GoogleCloudStorage => {
                let mut builder = GoogleCloudStorageBuilder::new();
                if let Some(path) = environment.get("SERVICE_ACCOUNT") {
                    builder = builder.with_service_account_path(path);
                }
                let keys = environment.keys("GOOGLE_");
                let builder = keys.fold(builder, |builder, (key, value)| builder.with_config(key, value));
                Arc::new(builder.with_url(url).with_retry(retry).build()?)
            }
            ObjectStoreScheme::MicrosoftAzure => {
                let keys = environment.keys("AZURE_");
                let mut builder = keys.fold(MicrosoftAzureBuilder::new(), |builder, (key, value)| {
                    builder.with_config(key, value)
                });
                if let Some(endpoint) = environment.get("IDENTITY_ENDPOINT") {
                    builder = builder.with_msi_endpoint(endpoint);
                }
                Arc::new(builder.with_url(url).with_retry(retry).build()?)
            }
            _ => {
                let keys = environment.keys("AWS_");
                let builder = keys
                    .fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value));
                Arc::new(builder.with_url(url).with_retry(retry).build()?)
            }
        })
    }

    /// An error in short, without secrets.
    pub(super) fn words(&self, error: &object_store::Error) -> String {
        failure::words(error, &self.environment)
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Bucket, UrlFault> {
        Bucket::parse(url, &Environment::default())
    }

    #[test]
    fn a_url_names_a_bucket_and_a_prefix() {
        for (url, shown, prefix) in [
            ("s3://bucket", "s3://bucket", ""),
            ("s3://bucket/", "s3://bucket", ""),
            ("S3://bucket/a/b/", "s3://bucket/a/b", "a/b"),
            ("s3a://bucket/a", "s3a://bucket/a", "a"),
            ("gs://bucket/a", "gs://bucket/a", "a"),
            ("az://container/a", "az://container/a", "a"),
            ("abfs://c@account.dfs.core.windows.net/a", "abfs://c@account.dfs.core.windows.net/a", "a"),
            (
                "https://s3.eu-west-1.amazonaws.com/bucket/a",
                "https://s3.eu-west-1.amazonaws.com/bucket/a",
                "a",
            ),
        ] {
            let bucket = parse(url).expect(url);
            assert_eq!((bucket.to_string().as_str(), bucket.prefix.as_ref()), (shown, prefix), "{url}");
            assert_eq!(crate::Root::Objects(bucket).at("x.png"), format!("{shown}/x.png"));
        }
    }

    #[test]
    fn a_url_with_a_secret_in_it_is_refused_without_a_word_of_it() {
        for url in [
            "s3://hushhush@bucket/a",
            "s3://key:hushhush@bucket/a",
            "az://container:hushhush@account.dfs.core.windows.net/a",
            "az://hushhush@account/a",
            "s3://bucket/a?secret=hushhush",
            "s3://bucket/a#hushhush",
            "https://hushhush.example.org/a",
            "s3:///hushhush",
            "s3:hushhush",
            "s3://[hushhush/a",
        ] {
            let why = parse(url).expect_err(url).to_string();
            assert!(!why.contains("hushhush"), "{why}");
        }
    }
}
