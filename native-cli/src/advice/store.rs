//! Advice for errors of folders and buckets.

use store::UrlFault;

/// What the user reads of an error of the store.
pub fn store(error: &store::Error) -> String {
    let advice = match error {
        store::Error::Url { scheme, fault } => {
            let advice = match fault {
                UrlFault::Folder => {
                    return format!("--root {error}; write the folder's path as it is, without {scheme}:");
                }
                UrlFault::OtherScheme => {
                    "; AWS_ENDPOINT_URL names a server of one's own; a folder of this name is ./ and the name"
                }
                UrlFault::NotBuilt => "; build it with `cargo build --release --features object-store`",
                UrlFault::Credentials => {
                    "; give them in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                }
                UrlFault::Query => "; credentials are given in the environment",
                UrlFault::NoBucket => "; write one as s3://BUCKET/PREFIX",
                UrlFault::Malformed(_) => "",
            };
            return format!("--root {error}{advice}");
        }
        store::Error::NoSuchBucket(_) => "; create it first",
        store::Error::Lost { .. } => ". Every picture with a row is in place",
        _ => "",
    };
    format!("{error}{advice}")
}
