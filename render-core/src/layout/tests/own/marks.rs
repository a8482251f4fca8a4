//! Arrows and trades: where they stand, and their colours.

use super::*;

#[test]
fn an_arrow_stands_clear_of_its_candle_and_a_second_one_clear_of_the_first() {
    let (candles, spec) = thirty();
    let interval = hour();
    let buy = Mark { time: Some(candles[12].open_time), ..Mark::new(MarkKind::Buy) };
    let own = Own::new(Vec::new(), vec![buy.clone(), buy]).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let geometry = geometry(&window, &spec);
    let candle = geometry.candles[12];
    let [first, second] = &geometry.marks[..] else { panic!("two arrows: {:?}", geometry.marks) };
    assert!(first.y > candle.y + candle.h, "{first:?} {candle:?}");
    assert!(second.y >= first.y + first.h, "{first:?} {second:?}");
    assert!(first.x <= candle.x + candle.w / 2 && candle.x + candle.w / 2 < first.x + first.w);
}

#[test]
fn a_trade_is_coloured_by_profit_and_one_that_is_open_is_neutral() {
    let (candles, spec) = thirty();
    let interval = hour();
    let style = &spec.options().style;
    let trade = |exit: usize, price2: f64, side: MarkSide| {
        let time2 = candles[0].open_time + exit as i64 * HOUR;
        let (time, price) = (Some(candles[3].open_time), Some(101.0));
        let mark = Mark {
            time,
            price,
            time2: Some(time2),
            price2: Some(price2),
            side,
            ..Mark::new(MarkKind::Trade)
        };
        Own::new(Vec::new(), vec![mark]).expect("valid")
    };
    let count = |own: &Own, color: Color| {
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        pixels_of(&window.with_own(own), &spec, color) as i64 - pixels_of(&window, &spec, color) as i64
    };
    let [gain, loss] = [true, false].map(|rises| style.narrow(rises));
    assert!(count(&trade(9, 105.0, MarkSide::Long), gain) > 20);
    assert!(count(&trade(9, 105.0, MarkSide::Short), loss) > 20);
    // The exit comes after the window's last candle.
    for side in [MarkSide::Long, MarkSide::Short] {
        let open = trade(30, 105.0, side);
        assert!(count(&open, gain) <= 0 && count(&open, loss) <= 0);
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid");
        let [with, without] = [window.with_own(&open), window].map(|window| frame(&window, &spec).rgb);
        let changed = with.chunks(3).zip(without.chunks(3)).filter(|(a, b)| a != b).count();
        assert!(changed > 300, "{changed}");
    }
}

#[test]
fn a_trade_that_is_open_is_neutral_whatever_its_row_s_colour() {
    let (candles, spec) = thirty();
    let interval = hour();
    let green = Color::rgb(0, 255, 0);
    let seen_of = |kind: MarkKind, exit: Option<usize>, color: Option<Color>| {
        let time2 = exit.map(|exit| candles[0].open_time + exit as i64 * HOUR);
        let price2 = time2.filter(|_| kind == MarkKind::Trade).map(|_| 105.0);
        let time = Some(candles[3].open_time);
        let mark = Mark { time, price: Some(101.0), time2, price2, color, ..Mark::new(kind) };
        let own = Own::new(Vec::new(), vec![mark]).expect("valid");
        let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
        (seen(&window, &spec), geometry(&window, &spec).marks[0].color)
    };
    for exit in [None, Some(30)] {
        assert_eq!(seen_of(MarkKind::Trade, exit, Some(green)), seen_of(MarkKind::Trade, exit, None));
    }
    assert_eq!(seen_of(MarkKind::Trade, Some(29), Some(green)).1, green);
    // A level's colour is known with its price.
    assert_eq!(seen_of(MarkKind::Stop, Some(30), Some(green)).1, green);
}

#[test]
fn which_of_two_open_marks_ends_later_decides_nothing() {
    let (candles, spec) = thirty();
    let interval = hour();
    let last = candles[29].open_time;
    let mark = |kind: MarkKind, ends: i64, color: Color| {
        let price = (kind != MarkKind::Span).then_some(103.0);
        let price2 = (kind == MarkKind::Trade).then_some(100.0 + ends as f64);
        let (time, time2) = (Some(candles[10].open_time), Some(last + ends * HOUR));
        Mark { time, price, time2, price2, color: Some(color), ..Mark::new(kind) }
    };
    let (red, blue) = (Color::rgb(255, 0, 0), Color::rgb(0, 0, 255));
    for kind in [MarkKind::Span, MarkKind::Trade, MarkKind::Stop, MarkKind::Target] {
        let drawn = |first: i64, second: i64| {
            let own =
                Own::new(Vec::new(), vec![mark(kind, first, red), mark(kind, second, blue)]).expect("valid");
            let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
            seen(&window, &spec)
        };
        assert_eq!(drawn(5, 9), drawn(9, 5), "{kind:?}");
    }
}

#[test]
fn an_arrow_without_room_on_its_side_stands_on_the_other_and_points_at_its_candle() {
    let (mut candles, spec) = thirty();
    (candles[12].low, candles[20].high) = (60.0, 130.0);
    let interval = hour();
    let spec = Spec::new(SpecOptions { padding: Some(0), ..spec.options().clone() }).expect("valid");
    let color = Color::rgb(0, 0, 255);
    let buy = Mark { time: Some(candles[12].open_time), color: Some(color), ..Mark::new(MarkKind::Buy) };
    let own = Own::new(Vec::new(), vec![buy]).expect("valid");
    let window = Window::new("BTCUSDT", &interval, &candles, 0).expect("valid").with_own(&own);
    let (geometry, frame) = (geometry(&window, &spec), frame(&window, &spec));
    let (arrow, candle) = (&geometry.marks[0], geometry.candles[12]);
    assert!(arrow.y + arrow.h <= candle.y, "{arrow:?} {candle:?}");
    let wide = |y: i32| {
        let row = Rect::new(arrow.x, y, arrow.w, 1);
        pixels(&frame, row).iter().filter(|pixel| **pixel == color).count()
    };
    assert_eq!(wide(arrow.y + arrow.h - 1), 1);
}
