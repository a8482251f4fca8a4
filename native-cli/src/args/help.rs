//! Longer texts of `--help`, each in a file of its own.

pub const EXAMPLES: &str = include_str!("help/image-cache.txt").trim_ascii_end();
pub const RENDER_EXAMPLES: &str = include_str!("help/render.txt").trim_ascii_end();
pub const PLAN_EXAMPLES: &str = include_str!("help/plan.txt").trim_ascii_end();
pub const MERGE_EXAMPLES: &str = include_str!("help/merge.txt").trim_ascii_end();
pub const VERIFY_EXAMPLES: &str = include_str!("help/verify.txt").trim_ascii_end();
pub const REPAIR_EXAMPLES: &str = include_str!("help/repair.txt").trim_ascii_end();
pub const STATUS_EXAMPLES: &str = include_str!("help/status.txt").trim_ascii_end();
pub const STYLES_EXAMPLES: &str = include_str!("help/styles.txt").trim_ascii_end();

/// What `--help` says of each preset: its settings, written as flags, which a test holds it to.
pub const PRESET_HELP: &[(&str, &str)] = &[
    ("cnn", "--size 224 --window 64 --axes bare"),
    (
        "price-trends",
        "--size 60x64 --window 20 --kind ohlc --overlay sma:20 --axes bare --padding 0 --volume-share 20 --no-grid --lines crisp",
    ),
    ("vlm", "--size 1024 --window 100 --labels 200 --title --last-price"),
];

const PRICE_TRENDS: &str = "\
Style of price-trends: white on black. With --window 5 its size is 15x32 and its overlay sma:5, with \
--window 60 they are 180x96 and sma:60: the pictures of Jiang, Kelly and Xiu, (Re-)Imag(in)ing Price \
Trends (2023).";

/// The long help of `--preset`.
pub fn preset_help() -> String {
    let mut text = "Settings for a purpose, which every other setting beats:\n".to_owned();
    for (name, settings) in PRESET_HELP {
        text += &format!("  {name}: {settings}\n");
    }
    text + PRICE_TRENDS
}

pub const SELFTEST_EXAMPLES: &str = include_str!("help/selftest.txt").trim_ascii_end();
pub const EXPORT_EXAMPLES: &str = include_str!("help/export.txt").trim_ascii_end();

#[cfg(feature = "serve")]
pub const SERVE_EXAMPLES: &str = include_str!("help/serve.txt").trim_ascii_end();
