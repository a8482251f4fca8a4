//! The URL of a root in object storage, and how its server is reached.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreScheme, RetryConfig, aws::AmazonS3Builder,
    azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, path::Path,
};
use url::Url;

/// Requests that are under way at a time, unless told otherwise.
const REQUESTS: usize = 64;
/// A server that is away is asked again more and more rarely, but at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A bucket, or container, and the prefix below which the pictures lie.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Without a slash at its end, and without secrets.
    url: String,
    scheme: ObjectStoreScheme,
    pub prefix: Path,
    /// Requests that are under way at a time.
    pub requests: usize,
    /// Threads that ask.
    pub jobs: usize,
    #[cfg(test)]
    pub given: Option<Given>,
}

/// A store that takes a server's place in a test, and how long it is waited for.
#[cfg(test)]
#[derive(Debug, Clone)]
pub struct Given {
    pub store: Arc<dyn ObjectStore>,
    pub patience: Duration,
}

impl Bucket {
    /// Reads a URL. An error repeats nothing of it, since secrets may stand in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
        let is_azure = !matches!(url.scheme(), "s3" | "s3a" | "gs");
        // Azure's form CONTAINER@ACCOUNT.dfs.core.windows.net has no secret in it.
        let names_container = is_azure && url.host_str().is_some_and(|host| host.contains('.'));
        if url.password().is_some() || !(url.username().is_empty() || names_container) {
            return Err(
                "a URL must not hold credentials; give them in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    .to_owned(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(
                "the URL of a root has no ? and no #; credentials are given in the environment".to_owned()
            );
        }
        let (scheme, prefix) = ObjectStoreScheme::parse(&url)
            .map_err(|_| "is no URL of object storage; write one as s3://BUCKET/PREFIX".to_owned())?;
        if matches!(scheme, ObjectStoreScheme::Http | ObjectStoreScheme::Local | ObjectStoreScheme::Memory) {
            return Err("pictures are kept in folders and in s3://, gs://, az://, abfs:// and their kin; AWS_ENDPOINT_URL names a server of one's own"
                .to_owned());
        }
        Ok(Self {
            url: url.as_str().trim_end_matches('/').to_owned(),
            scheme,
            prefix,
            requests: REQUESTS,
            jobs: 1,
            #[cfg(test)]
            given: None,
        })
    }

    /// Says how much is done at a time.
    #[must_use]
    pub fn with(self, requests: Option<u16>, jobs: usize) -> Self {
        Self { requests: requests.map_or(self.requests, usize::from), jobs, ..self }
    }

    /// The URL of an object below the prefix.
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }

    /// Prepares to speak with the server, with the credentials that the environment has.
    /// A request that fails is repeated for as long as `patience`.
    pub fn connect(&self, patience: Duration) -> object_store::Result<Arc<dyn ObjectStore>> {
        #[cfg(test)]
        if let Some(given) = &self.given {
            return Ok(Arc::clone(&given.store));
        }
        // Of the two that could be linked; whoever was first, it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let backoff = BackoffConfig { max_backoff: LONGEST_PAUSE, ..BackoffConfig::default() };
        let retry = RetryConfig { backoff, max_retries: usize::MAX, retry_timeout: patience };
        let url = self.url.as_str();
        Ok(match self.scheme {
            ObjectStoreScheme::GoogleCloudStorage => {
                Arc::new(GoogleCloudStorageBuilder::from_env().with_url(url).with_retry(retry).build()?)
            }
            ObjectStoreScheme::MicrosoftAzure => {
                Arc::new(MicrosoftAzureBuilder::from_env().with_url(url).with_retry(retry).build()?)
            }
            _ => Arc::new(AmazonS3Builder::from_env().with_url(url).with_retry(retry).build()?),
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
            let bucket = Bucket::parse(url).expect(url);
            assert_eq!((bucket.to_string().as_str(), bucket.prefix.as_ref()), (shown, prefix), "{url}");
            assert_eq!(bucket.at("x.png"), format!("{shown}/x.png"));
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
            let why = Bucket::parse(url).expect_err(url);
            assert!(!why.contains("hushhush"), "{why}");
        }
    }
}
