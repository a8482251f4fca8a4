//! What the fuzz target of the configuration calls: hostile text must end in a result, whichever it is. No part of any API.

use crate::config;

/// Settles everything that a configuration file of this text can say.
pub fn config(text: &str) {
    config::check_text(text);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_configuration_or_an_error(text in "[a-z-]{0,9} ?= ?(\"\\PC{0,12}\"|[0-9-]{1,9}|true|\\[.{0,9}\\])\n\\PC{0,40}") {
            config(&text);
        }
    }
}
