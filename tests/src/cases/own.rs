//! Series of one's own and marks: every form and kind, on all panels and sides.

use render_core::{
    Axes, Candle, Color, ColorType, Gaps, Kind, LineDrawing, Mark, MarkKind, MarkSide, Own, OwnSeries,
    OwnValue, PriceScale, SpecOptions, Style,
};

use super::{Case, HOUR, btc, hours, parsed, size};

fn chart() -> SpecOptions {
    SpecOptions { window: 40, title: true, ..size(320, 240) }
}

/// A number of two decimals, which JSON brings over whole.
fn cents(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn series(name: &str, values: Vec<OwnValue>) -> OwnSeries {
    OwnSeries::new(name, values).unwrap_or_else(|error| panic!("{error}"))
}

fn own(series: Vec<OwnSeries>, marks: Vec<Mark>) -> Own {
    Own::new(series, marks).unwrap_or_else(|error| panic!("{error}"))
}

type LowAndHigh = Option<(f64, f64)>;

/// Near prices, far from them, with holes, sparse, between candles, and beyond both ends of the window.
fn values(candles: &[Candle]) -> Vec<OwnSeries> {
    let at = |step: usize, value: &dyn Fn(usize, &Candle) -> LowAndHigh| -> Vec<OwnValue> {
        let rows = candles.iter().enumerate().step_by(step);
        rows.map(|(index, candle)| OwnValue { time: candle.open_time, value: value(index, candle) }).collect()
    };
    let one = |value: f64| Some((cents(value), cents(value)));
    let fair = at(1, &|index, candle| if index % 13 == 7 { None } else { one(candle.close + 40.0) });
    let mut stops = at(6, &|_, candle| one(candle.low - 60.0));
    stops.iter_mut().for_each(|value| value.time += HOUR / 3);
    let first = stops[0].time;
    stops.push(OwnValue::new(first - 30 * HOUR, Some(20_000.0)));
    stops.push(OwnValue::new(first + 400 * HOUR, Some(1.0)));
    let equity = at(1, &|index, candle| one((candle.close - candles[0].close) * (index as f64 - 15.0)));
    let cone = at(1, &|_, candle| Some((cents(candle.low - 90.0), cents(candle.high + 90.0))));
    vec![series("fair", fair), series("stops", stops), series("equity", equity), series("cone", cone)]
}

/// Each form on the price panel, on a scale of its own and below; several; few pixels and many candles.
pub(super) fn series_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: String, drawings: &str, options: SpecOptions| {
        let candles = btc(2000, options.window as usize);
        let series = drawings.split(' ').map(parsed).collect();
        let mut case = Case::new(format!("own-{name}"), &hours(), candles, SpecOptions { series, ..options });
        case.own = Some(own(values(&case.candles), Vec::new()));
        cases.push(case);
    };
    for form in ["line", "step", "bars", "scatter", "band"] {
        let of = if form == "band" { "cone" } else { "fair" };
        add(form.to_owned(), &format!("{of}:{form}"), chart());
        add(format!("{form}-below"), &format!("equity:{form}:below"), chart());
        add(format!("{form}-left"), &format!("equity:{form}:left:#ff9800:3"), chart());
        let crisp = SpecOptions { lines: LineDrawing::Crisp, axes: Axes::Bare, title: false, ..chart() };
        add(format!("{form}-bare"), &format!("{of}:{form} equity:{form}:below"), crisp);
    }
    let all = "cone:band fair stops:step equity:bars:below:left";
    let style = |name: &str| Style::named(name).unwrap_or_else(|error| panic!("{error}"));
    for (name, options) in [
        ("all", SpecOptions { width: 640, height: 640, ..chart() }),
        ("all-night", SpecOptions { style: style("night"), ..chart() }),
        ("all-indexed", SpecOptions { color: ColorType::Indexed, ..chart() }),
        ("all-log", SpecOptions { scale: PriceScale::Log, ..chart() }),
        ("all-tiny", size(24, 16)),
        ("all-shared-columns", SpecOptions { window: 300, ..size(100, 100) }),
        ("all-slots", SpecOptions { gaps: Gaps::Slot, right_margin: 4, ..chart() }),
        ("all-ohlc", SpecOptions { kind: Kind::Ohlc, utc_offset: 330, ..chart() }),
    ] {
        let options = SpecOptions { window: options.window.min(300), ..options };
        add(name.to_owned(), all, options);
    }
    let order = ["equity", "price"].map(parsed).to_vec();
    add("first".to_owned(), all, SpecOptions { panel_order: order, ..chart() });
    cases
}

/// Every kind of mark once, spread over the window, and some at its edges.
fn some_marks(candles: &[Candle]) -> Vec<Mark> {
    let last = candles.len() - 1;
    let at = |part: usize| &candles[last * part / 20];
    let mark = |kind: MarkKind, from: usize, price: Option<f64>, to: Option<(usize, Option<f64>)>| Mark {
        time: Some(at(from).open_time),
        price: price.map(cents),
        time2: to.map(|(to, _)| at(to).open_time),
        price2: to.and_then(|(_, price)| price.map(cents)),
        ..Mark::new(kind)
    };
    let close = |part: usize| at(part).close;
    let text = |text: &str, mark: Mark| Mark { text: text.to_owned(), ..mark };
    let ahead = |mark: Mark| Mark { time2: Some(candles[last].open_time + 9 * HOUR), ..mark };
    vec![
        text("in", mark(MarkKind::Buy, 3, Some(close(3)), None)),
        mark(MarkKind::Buy, 3, None, None),
        text("out", mark(MarkKind::Sell, 7, Some(close(7)), None)),
        mark(MarkKind::Trade, 3, Some(close(3)), Some((7, Some(close(7))))),
        Mark {
            side: MarkSide::Short,
            ..mark(MarkKind::Trade, 8, Some(close(8)), Some((12, Some(close(12)))))
        },
        mark(MarkKind::Stop, 8, Some(close(8) + 60.0), Some((12, None))),
        mark(MarkKind::Target, 8, Some(close(8) - 80.0), Some((12, None))),
        ahead(Mark { price2: Some(1.0), ..mark(MarkKind::Trade, 17, Some(close(17)), None) }),
        mark(MarkKind::Stop, 17, Some(close(17) - 50.0), None),
        text("level", Mark { time: None, ..mark(MarkKind::Hline, 0, Some(close(10)), None) }),
        text("news", mark(MarkKind::Vline, 14, None, None)),
        Mark {
            time: Some(candles[0].open_time - 20 * HOUR),
            ..mark(MarkKind::Line, 0, Some(at(0).low - 200.0), Some((13, Some(at(13).low))))
        },
        mark(MarkKind::Span, 5, None, Some((6, None))),
        Mark { color: Some(Color::rgb(0xff, 0x98, 0)), ..ahead(mark(MarkKind::Span, 18, None, None)) },
        mark(MarkKind::Box, 9, Some(close(9) - 40.0), Some((11, Some(close(9) + 40.0)))),
        ahead(mark(MarkKind::Box, 15, Some(1.0), Some((15, Some(2.0))))),
        text("h\u{e9} ok", mark(MarkKind::Text, 16, None, None)),
        text("a note", mark(MarkKind::Text, 1, Some(at(1).high + 90.0), None)),
        Mark { time: Some(candles[last].open_time + HOUR), ..mark(MarkKind::Buy, 0, None, None) },
    ]
}

/// All kinds of marks together in several looks, and each alone.
pub(super) fn marks() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, pick: &dyn Fn(&Mark) -> bool, options: SpecOptions| {
        let candles = btc(2400, options.window as usize);
        let options = SpecOptions { marks: true, ..options };
        let mut case = Case::new(format!("marks-{name}"), &hours(), candles, options);
        case.own = Some(own(Vec::new(), some_marks(&case.candles).into_iter().filter(pick).collect()));
        cases.push(case);
    };
    for name in MarkKind::names() {
        add(name, &|mark| mark.kind.name() == name, chart());
    }
    let style = |name: &str| Style::named(name).unwrap_or_else(|error| panic!("{error}"));
    for (name, options) in [
        ("all", SpecOptions { width: 640, height: 640, window: 80, ..chart() }),
        ("all-paper", SpecOptions { style: style("paper"), ..chart() }),
        ("all-bare", SpecOptions { axes: Axes::Bare, title: false, ..chart() }),
        ("all-indexed", SpecOptions { color: ColorType::Indexed, lines: LineDrawing::Crisp, ..chart() }),
        ("all-log", SpecOptions { scale: PriceScale::Log, kind: Kind::Hollow, ..chart() }),
        ("all-tiny", SpecOptions { window: 40, ..size(24, 16) }),
        ("all-shared-columns", SpecOptions { window: 300, ..size(100, 100) }),
        ("all-line", SpecOptions { kind: Kind::Line, ..chart() }),
    ] {
        add(name, &|_| true, options);
    }
    cases
}
