//! The golden cases under wasmtime: `wasmtime MODULE cranelift|winch|pulley all|show NAME`.
//!
//! An example, because wasmtime is a dependency of tests alone.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a mistake here is to be seen at once")]

#[path = "../tests/all/host.rs"]
mod host;

use std::env;

use ::tests::{
    cases::cases,
    golden::{self, Golden},
    request, runner,
};
use host::Wasm;
use render_core::Digest;
use wasmtime::{Config, Engine, Module, Strategy};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let [module, compiler, ref question @ ..] = arguments[..] else { panic!("no module and compiler") };
    let mut config = Config::new();
    match compiler {
        "cranelift" => config.strategy(Strategy::Cranelift),
        "winch" => config.strategy(Strategy::Winch),
        "pulley" => config.target("pulley64").unwrap(),
        _ => panic!("there is no compiler {compiler}"),
    };
    let module = Module::from_file(&Engine::new(&config).unwrap(), module).unwrap();
    let mut wasm = Wasm::of(&module);
    let mut ask = |door: &str, request: &[u8]| match wasm.ask(door, request) {
        (0, payload) => payload,
        (_, message) => panic!("{}", String::from_utf8_lossy(&message)),
    };
    match question {
        ["all"] => {
            let golden = |case: &::tests::cases::Case| {
                let request = request::of(case);
                Golden {
                    name: case.name.clone(),
                    file: Digest::of(&ask("render", &request)),
                    pixels: Digest::of(&ask("pixels", &request)),
                }
            };
            print!("{}", golden::to_text(&cases().iter().map(golden).collect::<Vec<_>>()));
        }
        ["show", name] => {
            let request = request::of(&runner::find(name).unwrap());
            let png = ask("render", &request);
            print!("{}", runner::shown(&png, &String::from_utf8(ask("scene", &request)).unwrap()));
        }
        _ => panic!("ask for all, or to show a case"),
    }
}
