//! What object storage is told by variables: credentials, endpoints, regions.

use std::{fmt, sync::Arc};

/// Names and values such as `AWS_ACCESS_KEY_ID`, under the names that each provider's own tools use.
///
/// Collect it from the process's environment, or from wherever else credentials are kept. All but the variables of
/// object storage are left out. `Debug` shows the names alone.
#[derive(Clone, Default)]
pub struct Environment(Arc<[(String, String)]>);

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        let is_used = |name: &str| {
            ["AWS_", "AZURE_", "GOOGLE_"].iter().any(|prefix| name.starts_with(prefix))
                || ["SERVICE_ACCOUNT", "IDENTITY_ENDPOINT"].contains(&name)
        };
        Self(variables.into_iter().filter(|(name, _)| is_used(name)).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(feature = "object-store")]
impl Environment {
    /// The variables whose names begin with `prefix` and are a provider's configuration keys.
    pub(crate) fn keys<K: std::str::FromStr>(&self, prefix: &str) -> impl Iterator<Item = (K, &str)> {
        let of_provider = self.0.iter().filter(move |(name, _)| name.starts_with(prefix));
        of_provider
            .filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.as_str())))
    }

    /// Strikes out all secrets, should a server or a library have repeated one in a message.
    pub(crate) fn without_secrets(&self, mut text: String) -> String {
        for (name, value) in self.0.iter() {
            let is_secret = ["SECRET", "TOKEN", "KEY", "SAS"].iter().any(|word| name.contains(word));
            if is_secret && value.len() >= 4 {
                text = text.replace(value.as_str(), "…");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value_and_other_variables_are_left_out() {
        let pairs = [("AWS_SECRET_ACCESS_KEY", "hushhush"), ("PATH", "/bin")];
        let environment: Environment =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(format!("{environment:?}"), "[\"AWS_SECRET_ACCESS_KEY\"]");
        #[cfg(feature = "object-store")]
        assert_eq!(environment.without_secrets("a hushhush b".to_owned()), "a … b");
    }
}
