//! The longer help of `--preset`. Those of the commands are files below `help`.

/// What `--help` says of each preset: its settings, written as flags, which a test holds it to.
pub const PRESET_HELP: &[(&str, &str)] = &[
    ("cnn", "--size 224 --window 56 --axes bare"),
    (
        "price-trends",
        "--size 60x64 --window 20 --kind ohlc --overlay sma:20 --axes bare --padding 0 --volume-share 20 --no-grid --lines crisp",
    ),
    (
        "vlm",
        "--size 1024 --window 100 --labels 235 --title --title-ohlc --last-price --fit overlays --right-margin 6",
    ),
];

const PRICE_TRENDS: &str = "\
Style of price-trends: white on black, rising and falling bars alike, as the paper has it: ticks alone tell them \
apart. With --window 5 its size is 15x32 and its overlay sma:5, with \
--window 60 they are 180x96 and sma:60: the pictures of Jiang, Kelly and Xiu, (Re-)Imag(in)ing Price \
Trends (2023). Digits of vlm are 21 pixels high: 15.7 where a model shrinks the picture to 768 pixels, 9.1 at 448.";

/// The long help of `--preset`.
pub fn preset_help() -> String {
    let mut text = "Settings for a purpose, which every other setting beats:\n".to_owned();
    for (name, settings) in PRESET_HELP {
        text += &format!("  {name}: {settings}\n");
    }
    text + PRICE_TRENDS
}
