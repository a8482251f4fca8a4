//! Series of one's own: at which candle a value is drawn, and what is refused.

use super::*;

#[test]
fn a_value_is_drawn_at_the_last_candle_at_or_before_it() {
    let (candles, _) = thirty();
    let interval = hour();
    let spec = Spec::new(SpecOptions {
        width: 600,
        height: 600,
        window: 30,
        series: vec!["fair:scatter".parse().expect("a drawing")],
        ..SpecOptions::default()
    })
    .expect("valid");
    let at = |time: i64| {
        let own = Own::new(
            vec![OwnSeries::new("fair", vec![OwnValue::new(time, Some(102.0))]).expect("valid")],
            Vec::new(),
        );
        let own = own.expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let points = &geometry(&window, &spec).lines[0].points;
        points.first().map(|point| (point.open_time, point.value))
    };
    let fifth = candles[5].open_time;
    assert_eq!(at(fifth), Some((fifth, 102.0)));
    assert_eq!(at(fifth + HOUR - 1), Some((fifth, 102.0)));
    assert_eq!(at(candles[0].open_time - 1), None);
    let last = candles[29].open_time;
    assert_eq!([at(last + HOUR - 1), at(last + HOUR)], [Some((last, 102.0)), None]);
}

#[test]
fn a_step_begins_with_the_last_value_before_the_window() {
    let (candles, _) = thirty();
    let interval = hour();
    for (form, begins) in [("step", true), ("line", false)] {
        let series = vec![format!("stops:{form}:below").parse().expect("a drawing")];
        let spec = Spec::new(SpecOptions { window: 30, series, ..SpecOptions::default() }).expect("valid");
        let value = OwnValue::new(candles[0].open_time - 5 * HOUR, Some(7.0));
        let own =
            Own::new(vec![OwnSeries::new("stops", vec![value]).expect("valid")], Vec::new()).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        assert_eq!(geometry(&window, &spec).lines[0].points.is_empty(), !begins);
    }
}

#[test]
fn series_and_marks_that_make_no_sense_are_refused() {
    let value = |time: i64, value: f64| OwnValue::new(time, Some(value));
    let series = |values: Vec<OwnValue>| OwnSeries::new("x", values).map_err(|error| error.to_string());
    assert!(series(vec![value(0, f64::NAN)]).expect_err("not finite").contains("1970-01-01"));
    assert!(series(vec![OwnValue::band(0, 2.0, 1.0)]).is_err());
    assert!(series(vec![value(0, 1.0), value(0, 2.0)]).expect_err("twice").contains("two values"));
    assert!(series(vec![value(5, 1.0), value(0, 2.0), value(5, 1.0)]).is_ok());
    let x = || OwnSeries::new("x", Vec::new()).expect("valid");
    assert!(Own::new(vec![x(), x()], Vec::new()).expect_err("twice").to_string().contains("given twice"));
    let mark = |change: fn(&mut Mark)| {
        let mut mark = Mark { time: Some(0), price: Some(1.0), ..Mark::new(MarkKind::Trade) };
        change(&mut mark);
        mark.check()
    };
    assert_eq!(mark(|_| {}), Ok(()));
    let changes: [fn(&mut Mark); 6] = [
        |mark| mark.price = None,
        |mark| mark.price = Some(f64::INFINITY),
        |mark| mark.time2 = Some(5),
        |mark| (mark.time2, mark.price2) = (Some(-1), Some(1.0)),
        |mark| mark.text = "a\u{7}".to_owned(),
        |mark| mark.kind = MarkKind::Vline,
    ];
    for change in changes {
        assert!(mark(change).is_err());
    }
}

#[test]
fn a_band_over_the_fill_of_closes_lets_it_shine_through() {
    let closes: Vec<f64> = (0..30).map(|i| 100.0 + f64::from(i % 7)).collect();
    let candles = candles(&closes);
    let interval = hour();
    let values = candles.iter().map(|candle| OwnValue::band(candle.open_time, 99.0, 104.5)).collect();
    let own = Own::new(vec![OwnSeries::new("fair", values).expect("valid")], Vec::new()).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    for kind in [crate::Kind::Area, crate::Kind::Baseline] {
        let (_, spec) = thirty();
        let series = vec!["fair:band:#00ffff".parse().expect("a drawing")];
        let baseline = (kind == crate::Kind::Baseline).then_some(103.0);
        let spec =
            Spec::new(SpecOptions { kind, baseline, series, ..spec.options().clone() }).expect("valid");
        let style = &spec.options().style;
        let cyan = Color::rgb(0, 255, 255);
        let fills = match kind {
            crate::Kind::Area => vec![style.line.over(style.panel, 25, 100)],
            _ => [true, false].map(|rises| style.narrow(rises).over(style.panel, 20, 100)).to_vec(),
        };
        for fill in fills {
            assert!(pixels_of(&window, &spec, Style::band_fill_over(cyan, fill)) > 1000, "{kind:?} {fill:?}");
        }
        assert!(pixels_of(&window, &spec, style.band_fill(cyan)) > 1000, "{kind:?}");
    }
}

#[test]
fn legends_tell_the_greatest_and_the_least_values() {
    let (candles, spec) = thirty();
    let interval = hour();
    for (text, greatest, told) in
        [("x", 1e308, "1e308"), ("x:below", 1e308, "1e308"), ("x:below", 1e-320, "1e-320")]
    {
        let values = candles.iter().zip([1.0, -1.0].into_iter().cycle());
        let values = values.map(|(candle, sign)| OwnValue::new(candle.open_time, Some(sign * greatest)));
        let own = Own::new(vec![OwnSeries::new("x", values.collect()).expect("valid")], Vec::new());
        let own = own.expect("valid");
        let series = vec![text.parse().expect("a drawing")];
        let spec = Spec::new(SpecOptions { series, title: true, ..spec.options().clone() }).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        let geometry = geometry(&window, &spec);
        let panel = geometry.lines[0].panel;
        let of = |role: &str| -> Vec<&str> {
            let labels = geometry.labels.iter();
            let here = labels.filter(|label| label.role == role && label.panel == Some(panel));
            here.map(|label| label.text.trim()).collect()
        };
        assert!(of("legend").contains(&format!("-{told}").as_str()), "{text}: {:?}", of("legend"));
    }
}

#[test]
fn a_legend_tells_no_value_after_a_row_that_says_that_there_is_none() {
    let (candles, spec) = thirty();
    let interval = hour();
    for form in ["line", "step", "scatter", "bars", "band"] {
        let told = |rows: &[(usize, Option<f64>)]| {
            let rows = rows.iter().map(|(at, value)| OwnValue::new(candles[*at].open_time, *value));
            let own = Own::new(vec![OwnSeries::new("x", rows.collect()).expect("valid")], Vec::new());
            let own = own.expect("valid");
            let series = vec![format!("x:{form}:below").parse().expect("a drawing")];
            let spec = Spec::new(SpecOptions { series, title: true, ..spec.options().clone() });
            let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
            let labels = geometry(&window, &spec.expect("valid")).labels;
            labels.into_iter().any(|label| label.role == "legend" && label.text.contains("102.5"))
        };
        assert!(told(&[(3, Some(101.0)), (9, Some(102.5))]), "{form}: its last row is only older");
        assert!(!told(&[(3, Some(101.0)), (9, Some(102.5)), (12, None)]), "{form}");
        assert!(told(&[(3, Some(101.0)), (5, None), (9, Some(102.5))]), "{form}");
    }
}
