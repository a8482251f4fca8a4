//! [`Bucket`]: the URL of a root in object storage, and how its server is reached.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    ObjectStore, ObjectStoreScheme, RetryConfig, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder,
    gcp::GoogleCloudStorageBuilder, path::Path,
};
use url::Url;

use crate::{Environment, UrlFault};

/// Requests that are under way at a time, unless told otherwise.
const REQUESTS: usize = 64;
/// How long a request is repeated before it counts as failed. Below five minutes, after which signatures expire.
const PATIENCE: Duration = Duration::from_secs(180);

/// A bucket, or container, and the prefix below which the pictures lie.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Without a slash at its end, and without secrets.
    url: String,
    scheme: ObjectStoreScheme,
    pub(super) prefix: Path,
    pub(super) environment: Environment,
    /// Requests that are under way at a time.
    pub requests: usize,
    /// A request that fails is repeated for so long.
    pub patience: Duration,
    /// Takes the place of the URL's server. Tests put a store in memory here.
    pub client: Option<Arc<dyn ObjectStore>>,
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
            patience: PATIENCE,
            client: None,
        })
    }

    /// Prepares to speak with the server, with the credentials that the environment has.
    pub(super) fn connect(&self) -> object_store::Result<Arc<dyn ObjectStore>> {
        if let Some(client) = &self.client {
            return Ok(Arc::clone(client));
        }
        // Fails if the process has a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (max_retries, retry_timeout) = (usize::MAX, self.patience);
        let retry = RetryConfig { max_retries, retry_timeout, ..RetryConfig::default() };
        let (url, environment) = (self.url.as_str(), &self.environment);
        // What follows reads the same variables as each builder's `from_env`.
        Ok(match self.scheme {
            ObjectStoreScheme::GoogleCloudStorage => {
                let keys = environment.keys("SERVICE_ACCOUNT").chain(environment.keys("GOOGLE_"));
                let builder = keys.fold(GoogleCloudStorageBuilder::new(), |builder, (key, value)| {
                    builder.with_config(key, value)
                });
                Arc::new(builder.with_url(url).with_retry(retry).build()?)
            }
            ObjectStoreScheme::MicrosoftAzure => {
                let keys = environment.keys("AZURE_").chain(environment.keys("IDENTITY_ENDPOINT"));
                let builder = keys.fold(MicrosoftAzureBuilder::new(), |builder, (key, value)| {
                    builder.with_config(key, value)
                });
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
