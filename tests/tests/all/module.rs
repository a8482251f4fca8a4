//! The modules that the page loads have no instruction whose result a machine may choose.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
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

fn page_s_modules() -> [Vec<u8>; 3] {
    [tests::module(), tests::readers_module(), tests::pictures_module()].map(|path| read(&path))
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask web` first", path.display()))
}

#[test]
fn the_page_s_modules_have_no_relaxed_simd_and_no_threads() {
    assert_eq!(page_s_modules().map(|module| refusal(&module)), [None, None, None]);
}

#[test]
fn the_page_s_modules_have_at_most_400_250_and_75_kb_as_servers_send_them() {
    for (module, most) in page_s_modules().into_iter().zip([400_000, 250_000, 75_000]) {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&module).expect("written");
        let bytes = packed.finish().expect("packed").len();
        assert!(bytes <= most, "{bytes} bytes");
    }
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
