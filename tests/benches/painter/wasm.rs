//! The page's module under wasmtime, through its C ABI.

use std::{collections::BTreeMap, hint::black_box};

use render_core::Digest;
use tests::request::{records, request};
use wasmtime::{Engine, Module};

use crate::{Answer, INTERVAL, INTERVAL_MS, Job, SYMBOL, host::Wasm};

pub fn painter() -> Box<dyn FnMut(&Job<'_>) -> Answer> {
    let module = Module::from_file(&Engine::default(), tests::module()).expect("built by `cargo xtask web`");
    // One instance for each spec, for the native painter's reason.
    let mut instances = BTreeMap::new();
    Box::new(move |job| {
        assert_eq!(job.what, "whole", "the module has no stages");
        let header = format!(
            r#"{{"symbol":"{SYMBOL}","interval":"{INTERVAL}","interval_ms":{INTERVAL_MS},"warmup":0,"spec":{}}}"#,
            job.spec.to_json()
        );
        let requests: Vec<_> =
            job.slices().map(|candles| request(header.as_bytes(), &records(candles))).collect();
        let wasm = instances.entry(job.spec.hash()).or_insert_with(|| Wasm::of(&module));
        job.time(&requests, |request| {
            let (status, png) = black_box(wasm.ask("render", request));
            assert_eq!(status, 0, "{}", String::from_utf8_lossy(&png));
            // A host hashes by itself, as it knows what its processor has for that.
            black_box(Digest::of(&png));
            png.len()
        })
    })
}
