//! The module that the page loads has no instruction whose result a machine may choose.

use std::fs;

use wasmparser::{Validator, WasmFeatures};

/// All that browsers have had since 2021, less relaxed SIMD, whose results differ between
/// processors, and less threads, whose order does.
fn deterministic() -> WasmFeatures {
    WasmFeatures::default() - WasmFeatures::RELAXED_SIMD - WasmFeatures::THREADS
}

fn refusal(module: &[u8]) -> Option<String> {
    let mut validator = Validator::new_with_features(deterministic());
    validator.validate_all(module).err().map(|error| error.to_string())
}

#[test]
fn the_page_s_module_has_no_relaxed_simd_and_no_threads() {
    let path = tests::module();
    let module = fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask web` first", path.display()));
    assert_eq!(refusal(&module), None);
}

#[test]
fn one_relaxed_instruction_would_be_found() {
    // One function of type () -> v128: two constants and the instruction.
    let with = |instruction: &[u8]| {
        let zero = [&[0xfd, 0x0c][..], &[0; 16]].concat();
        let body = [&[0], &zero[..], &zero, instruction, &[0x0b]].concat();
        let code = [&[1, body.len() as u8], &body[..]].concat();
        [
            &b"\0asm\x01\0\0\0"[..],
            b"\x01\x05\x01\x60\0\x01\x7b",
            b"\x03\x02\x01\0",
            &[10, code.len() as u8],
            &code,
        ]
        .concat()
    };
    // i8x16.swizzle is like i8x16.relaxed_swizzle, but for what is relaxed.
    assert_eq!(refusal(&with(b"\xfd\x0e")), None);
    let refused = refusal(&with(b"\xfd\x80\x02")).expect("refused");
    assert!(refused.contains("relaxed SIMD"), "{refused}");
}
