//! What the page's module carries and never calls, taken out.
//!
//! A linker keeps every function that a table holds. tiny-skia has such tables of
//! all its blend modes, gradients and filters, of which glyph masks need a handful;
//! the PNG writer can compress texts and colour profiles, of which ours has none;
//! the font reader and tiny-skia know outlines that our font does not have. Together
//! they are more than a fifth of the module. Their bodies are replaced with a trap, so that a mistake
//! here would end a picture and could never change one; the golden cases and the
//! page's tests run on the module as it comes out.

use std::path::Path;

use anyhow::{Context, Result};
use walrus::{FunctionKind, Module, ModuleConfig};

/// Where functions lie that are never called, and those of them that are.
const NEVER_CALLED: [(&str, &[&str]); 20] = [
    (
        "tiny_skia::pipeline::lowp::",
        &[
            "start",
            "just_return",
            "uniform_color",
            "load_dst_u8",
            "load_dst_u8_tail",
            "lerp_1_float",
            "lerp_u8",
            "store_u8",
            "store_u8_tail",
        ],
    ),
    ("tiny_skia::pipeline::highp::", &[]),
    ("miniz_oxide::deflate::", &[]),
    ("ttf_parser::tables::cff::", &[]),
    // Curves of the third degree: all of our font's are of the second.
    ("tiny_skia::path64::", &[]),
    ("tiny_skia::edge::CubicEdge", &[]),
    ("tiny_skia::edge::cubic_", &[]),
    ("tiny_skia::edge_builder::BasicEdgeBuilder::push_cubic", &[]),
    ("tiny_skia::edge_clipper::EdgeClipper::push_cubic", &[]),
    ("tiny_skia::edge_clipper::chop_mono_cubic_", &[]),
    ("tiny_skia::edge_clipper::mono_cubic_", &[]),
    ("tiny_skia::path_geometry::chop_cubic_", &[]),
    ("tiny_skia::path_geometry::cubic_", &[]),
    ("tiny_skia::path_geometry::find_cubic_", &[]),
    ("tiny_skia_path::path_geometry::chop_cubic_", &[]),
    ("tiny_skia_path::path_builder::PathBuilder::cubic_to", &[]),
    // Numbers with so many decimals: where we write some, they are whole numbers by then.
    ("core::fmt::float::float_to_decimal_common_exact", &[]),
    ("core::num::flt2dec::strategy::dragon::format_exact", &[]),
    ("core::num::flt2dec::strategy::grisu::format_exact", &[]),
    // Of sines and cosines, which arcs and gradients have.
    ("compiler_builtins::math::libm_math::rem_pio2", &[]),
];

/// Trims the module in a file. Names of its functions go, too.
pub fn trim(file: &Path) -> Result<()> {
    let context = || format!("cannot trim {}", file.display());
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    let mut module = config.parse_file(file).with_context(context)?;
    empty_bodies(&mut module);
    walrus::passes::gc::run(&mut module);
    for function in module.funcs.iter_mut() {
        function.name = None;
    }
    module.emit_wasm_file(file).with_context(context)
}

fn empty_bodies(module: &mut Module) {
    for function in module.funcs.iter_mut() {
        let is_cut = function.name.as_deref().is_some_and(is_never_called);
        if let FunctionKind::Local(local) = &mut function.kind
            && is_cut
        {
            let mut body = local.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
        }
    }
}

/// Whether a function of that name, which may have a hash behind it or behind its crate, is never called.
fn is_never_called(name: &str) -> bool {
    let plain = name.split_once('[').and_then(|(before, rest)| Some((before, rest.split_once(']')?.1)));
    let name = &plain.map_or_else(|| name.to_owned(), |(before, after)| format!("{before}{after}"));
    NEVER_CALLED.iter().any(|(place, called)| {
        name.strip_prefix(place).is_some_and(|rest| {
            let function = rest.split("::").next().unwrap_or(rest);
            !called.contains(&function)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_masks_need_stays() {
        assert!(!is_never_called("tiny_skia::pipeline::lowp::lerp_u8::hb81030b14b9b28c1"));
        assert!(is_never_called("tiny_skia::pipeline::lowp::gradient::h095ae590b746de09"));
        assert!(is_never_called("tiny_skia::pipeline::highp::start"));
        assert!(!is_never_called("tiny_skia::pipeline::RasterPipelineBuilder::push"));
        assert!(is_never_called("compiler_builtins[40f5]::math::libm_math::rem_pio2_large::rem_pio2_large"));
        assert!(is_never_called("tiny_skia::edge_builder::BasicEdgeBuilder::push_cubic::h17f6f98ac8a96a4c"));
        assert!(!is_never_called("tiny_skia::path_geometry::chop_quad_at_y_extrema::h0ee4a6211350d6c3"));
        assert!(is_never_called("core[c593]::num::flt2dec::strategy::dragon::format_exact"));
        assert!(!is_never_called("core[c593]::num::flt2dec::strategy::dragon::format_shortest"));
        assert!(!is_never_called("render"));
    }
}
