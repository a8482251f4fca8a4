//! The module that the page loads gives the native bytes under wasmtime,
//! through its C ABI, with every JavaScript import replaced by a trap.

use std::{collections::BTreeMap, fs, sync::LazyLock};

use render_core::{Candle, Digest, Interval, Png, Spec, Window, render};
use serde::Serialize;
use serde_json::value::RawValue;
use tests::{
    cases::cases,
    golden,
    request::{records, request},
};
use wasmtime::{Config, Engine, Module, OptLevel, RegallocAlgorithm};

use crate::host::Wasm;

static MODULE: LazyLock<Module> = LazyLock::new(|| {
    let path = tests::module();
    assert!(path.is_file(), "{} is missing: run `cargo xtask web` first", path.display());
    let mut config = Config::new();
    // Cranelift is not optimised here, so that it takes longer to make good code than to run plain code.
    config.cranelift_opt_level(OptLevel::None).cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    let engine = Engine::new(&config).expect("a compiler for this machine");
    Module::from_file(&engine, &path).expect("the page's module is valid")
});

fn load() -> Wasm {
    Wasm::of(&MODULE)
}

fn call(wasm: &mut Wasm, request: &[u8]) -> (u32, Vec<u8>) {
    wasm.ask("render", request)
}

/// Renders, as [`Input::native`] does.
fn render_in(wasm: &mut Wasm, input: &Input<'_>) -> Result<Vec<u8>, String> {
    rendered(call(wasm, &input.request()))
}

/// The picture, or why there is none.
fn rendered(response: (u32, Vec<u8>)) -> Result<Vec<u8>, String> {
    match response {
        (0, png) => Ok(png),
        (1, message) => Err(String::from_utf8(message).expect("messages are UTF-8")),
        (status, _) => panic!("the contract has no status {status}"),
    }
}

/// A picture's input as text and numbers, good or bad.
#[derive(Clone, Copy)]
struct Input<'a> {
    symbol: &'a str,
    interval: &'a str,
    interval_ms: i64,
    candles: &'a [Candle],
    warmup: usize,
    spec: &'a str,
}

impl Input<'_> {
    fn native(&self) -> Result<Png, render_core::Error> {
        let interval = Interval::new(self.interval, self.interval_ms)?;
        let window = Window::new(self.symbol, &interval, self.candles, self.warmup)?;
        Ok(render(&window, &Spec::from_json(self.spec)?))
    }

    fn request(&self) -> Vec<u8> {
        let header = Header {
            symbol: self.symbol,
            interval: self.interval,
            interval_ms: self.interval_ms,
            warmup: self.warmup,
            spec: serde_json::from_str(self.spec).expect("the spec is JSON"),
        };
        let header = serde_json::to_string(&header).expect("a header is JSON");
        request(header.as_bytes(), &records(self.candles))
    }
}

#[derive(Serialize)]
struct Header<'a> {
    symbol: &'a str,
    interval: &'a str,
    interval_ms: i64,
    warmup: usize,
    // Raw, so that the module reads the very text that the native renderer reads.
    spec: &'a RawValue,
}

fn candles() -> Vec<Candle> {
    tests::cases::btc_1h()[..20].to_vec()
}

fn good(candles: &[Candle]) -> Input<'_> {
    Input {
        symbol: "BTCUSDT",
        interval: "1h",
        interval_ms: 3_600_000,
        candles,
        warmup: 0,
        spec: r#"{"width":120,"height":90,"window":20}"#,
    }
}

#[test]
fn the_page_s_module_gives_the_native_bytes_for_every_case() {
    let committed = fs::read_to_string(golden::path()).expect("tests/ref/hashes.txt is readable");
    let committed = golden::parse(&committed).expect("tests/ref/hashes.txt is well-formed");
    let committed: BTreeMap<_, _> = committed.iter().map(|g| (&g.name, g.file)).collect();
    let mut wasm = load();
    let mut wrong = Vec::new();
    for case in cases() {
        let native = render(&case.window(), &case.spec);
        let bytes = rendered(call(&mut wasm, &tests::request::of(&case))).expect(&case.name);
        if bytes != native.as_bytes() {
            wrong.push(format!("{}: the module's bytes are not the native ones", case.name));
        } else if committed.get(&case.name) != Some(&native.digest()) {
            wrong.push(format!("{}: both differ from tests/ref/hashes.txt", case.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "the module may be older than the sources, which `cargo xtask web` mends:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn bad_input_is_refused_in_the_same_words_natively_and_by_the_module() {
    let candles = candles();
    let good = good(&candles);
    let mut not_finite = candles.clone();
    not_finite[3].close = f64::NAN;
    let mut high_below_low = candles.clone();
    high_below_low[4].high = 1.0;
    let mut out_of_calendar = candles.clone();
    out_of_calendar[19].open_time = i64::MAX;
    let mut unordered = candles.clone();
    unordered.swap(5, 6);
    let many = tests::cases::btc_1h()[..2001].to_vec();
    let with_candles = |candles| Input { candles, ..good };
    let with_spec = |spec| Input { spec, ..good };
    let bad = [
        Input { symbol: "../../etc", ..good },
        Input { symbol: "", ..good },
        Input { symbol: "naïve \"quoted\"\n", ..good },
        Input { interval: "1 h", ..good },
        Input { interval_ms: 0, ..good },
        Input { interval_ms: i64::MIN, ..good },
        Input { warmup: 19, ..good },
        Input { warmup: u32::MAX as usize, ..good },
        with_candles(&[]),
        with_candles(&candles[..1]),
        with_candles(&not_finite),
        with_candles(&high_below_low),
        with_candles(&out_of_calendar),
        with_candles(&unordered),
        with_candles(&many),
        with_spec(r#"{"width":0}"#),
        with_spec(r#"{"height":20000}"#),
        with_spec(r#"{"window":1}"#),
        with_spec(r#"{"colour":"red"}"#),
        with_spec(r#"{"axes":"sideways"}"#),
        with_spec(r#"{"style":"mike"}"#),
        with_spec("null"),
    ];
    let mut wasm = load();
    for input in bad {
        // Digests, so that a picture that should not be fails in one short line.
        let native = input.native().map(|png| png.digest());
        let message = native.expect_err("the input is bad").to_string();
        let answer = render_in(&mut wasm, &input).map(|png| Digest::of(&png));
        assert_eq!(answer, Err(message));
    }
    let native = good.native().expect("the input is good");
    let answer = render_in(&mut wasm, &good).map(|png| Digest::of(&png));
    assert_eq!(answer, Ok(native.digest()), "the module still works");
}

#[test]
fn requests_that_break_the_format_are_refused_with_a_message() {
    let candles = candles();
    let whole = good(&candles).request();
    let header = b"{\"symbol\":\"X\"}";
    let endless = [&u32::MAX.to_le_bytes(), &whole[4..]].concat();
    let bad = [
        (Vec::new(), "the request of 0 bytes ends before"),
        (vec![1, 0, 0], "the request of 3 bytes ends before"),
        (endless, "ends before its header does"),
        (request(b"", &[]), "request header: EOF"),
        (request(b"\xff\xff", &[]), "request header: "),
        (request(header, &[]), "missing field `interval`"),
        (whole[..whole.len() - 1].to_vec(), "are not records of 48"),
    ];
    let mut wasm = load();
    for (request, expected) in bad {
        let (status, message) = call(&mut wasm, &request);
        let message = String::from_utf8(message).expect("messages are UTF-8");
        assert_eq!(status, 1, "{message}");
        assert!(message.contains(expected), "{message:?} has no {expected:?}");
    }
    assert_eq!(call(&mut wasm, &whole).0, 0);
}

#[test]
fn room_that_the_module_cannot_give_is_null() {
    let mut wasm = load();
    let room = wasm.alloc.call(&mut wasm.store, u32::MAX);
    assert_eq!(room.expect("no trap"), 0);
}

#[test]
fn the_module_s_memory_does_not_grow_with_the_number_of_pictures() {
    let candles = candles();
    let input = good(&candles);
    let mut wasm = load();
    let mut pages = |count| {
        for _ in 0..count {
            render_in(&mut wasm, &input).expect("the input is good");
        }
        wasm.memory.size(&wasm.store)
    };
    let warm = pages(20);
    assert_eq!(pages(500), warm);
}
