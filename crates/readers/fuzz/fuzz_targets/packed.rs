//! Any bytes as a file: text, packed text, an archive, a table. No panic, and only valid candles come out.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use readers::{Content, Source};
use readers_fuzz::told;

fuzz_target!(|bytes: &[u8]| {
    let sources = match Source::open(Arc::new(bytes.to_vec())) {
        Ok(Content::One(source)) => vec![source],
        Ok(Content::Archive(members)) => members.into_iter().filter_map(|member| member.source.ok()).collect(),
        Err(error) => return drop(error.to_string()),
    };
    for source in sources.iter().take(10) {
        assert_eq!(told(source, 0), told(source, 0));
    }
});
