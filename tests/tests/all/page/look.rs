//! How a picture is chosen, and that it is the native one.

use serde_json::json;

use super::{native::obey, on_page};

/// Knobs as a link has them, of every kind there is.
const LOOKS: [&str; 20] = [
    "",
    "size=640x480&window=80",
    "size=64x48&window=30",
    "size=1920x1080&style=yahoo&title=true",
    "style=binance&kind=hollow&labels=150",
    "style=charles&kind=ohlc&size=800&gaps=slot",
    "kind=line&scale=log&last-price=true",
    "kind=area&style=nightclouds&size=500x300",
    "kind=heikin-ashi&overlay=sma:20+ema:50",
    "scale=percent&range=5%25&padding=10",
    "range=20000..40000&overlay=bollinger:20,2&lines=crisp",
    "indicator=rsi:14+macd:12,26,9&size=900x1200",
    "indicator=atr:14+stochastic:14,3,3&overlay=vwap:20+wma:10",
    "axes=off&no-volume=true",
    "axes=bare&color=indexed&size=224",
    "no-grid=true&price-labels=left&utc-offset=%2B05:30",
    "volume-share=40&utc-offset=-03:00&title=true&last-price=true",
    "preset=cnn",
    "preset=price-trends&window=60",
    "preset=vlm&axes=bare&color=indexed",
];

#[test]
fn twenty_looks_have_the_bytes_the_pixels_and_the_name_that_their_commands_give() {
    on_page(async |page| {
        for (at, look) in LOOKS.iter().enumerate() {
            let series =
                ["BTCUSDT+1h&end=2023-03-24T16:00:00Z", "ETHUSD+4h&end=2024-08-05T12:00:00Z"][at % 2];
            page.open_sample(&format!("series={series}&{look}")).await?;
            assert_eq!(page.text("messages").await?, "", "{look}");
            let folder = tempfile::tempdir().expect("a folder");
            let command = page.text("command").await?;
            let written = obey(&command, folder.path());
            assert_eq!(page.text("sha256").await?, written.sha256(), "{look}: {command}");
            assert_eq!(page.text("pixel-sha256").await?, written.pixel_sha256(), "{look}: {command}");
            assert_eq!(page.text("file-name").await?, written.name, "{look}: {command}");
        }
        Ok(())
    });
}

#[test]
fn what_candles_do_not_allow_is_told() {
    on_page(async |page| {
        page.open_sample("range=1..2").await?;
        let drawn = page.text("drawn").await?;
        assert!(
            drawn.starts_with("No candle is drawn, since none lies in the fixed range of prices. "),
            "{drawn}"
        );
        page.open_sample("scale=log").await?;
        let drawn = page.text("drawn").await?;
        assert!(drawn.starts_with("Drawn for this screen"), "{drawn}");
        Ok(())
    });
}

#[test]
fn the_window_moves_by_keys_slider_and_dates() {
    on_page(async |page| {
        page.open_sample("end=2023-03-24T16:00:00Z").await?;
        let end = async || page.value("end").await;
        assert_eq!(end().await?, "2023-03-24 16:00");
        for (key, expected) in [
            ("ArrowLeft", "2023-03-24 15:00"),
            ("ArrowLeft", "2023-03-24 14:00"),
            // The exchange had no candle at 13:00.
            ("ArrowLeft", "2023-03-24 12:00"),
            ("ArrowRight", "2023-03-24 14:00"),
            ("End", "2023-05-31 23:00"),
            ("ArrowRight", "2023-05-31 23:00"),
            ("PageUp", "2023-05-25 17:00"),
            ("Home", "2023-01-07 05:00"),
            ("ArrowLeft", "2023-01-07 05:00"),
            ("PageDown", "2023-01-13 11:00"),
        ] {
            page.press(key).await?;
            assert_eq!(end().await?, expected, "{key}");
        }
        page.eval("(s => { s.value = 1000; s.dispatchEvent(new Event('input')); })(document.getElementById('slider'))").await?;
        assert_eq!(
            (end().await?.as_str(), page.text("position").await?.as_str()),
            ("2023-02-11 16:00", "1,001 / 3,623")
        );
        for (typed, shown, note) in [
            ("2023-03-01", "2023-03-01 00:00", ""),
            ("2023-03-24 13:00", "2023-03-24 12:00", "There is no candle at 2023-03-24 13:00"),
            ("2022-12-31", "2023-01-07 05:00", "not enough candles"),
            ("2024-01-01T00:00:00Z", "2023-05-31 23:00", "There is no candle at"),
        ] {
            page.set("end", typed).await?;
            assert_eq!(end().await?, shown, "{typed}");
            assert!(page.text("messages").await?.contains(note), "{typed}");
        }
        page.set("end", "yesterday").await?;
        assert!(page.text("messages").await?.contains("is no time"));
        Ok(())
    });
}

#[test]
fn dragging_ends_with_the_picture_where_the_slider_is_let_go() {
    on_page(async |page| {
        page.open_sample("").await?;
        page.forget_digest().await?;
        let drag = "(s => { for (let at = 149; at < 900; at += 1) { s.value = at; s.dispatchEvent(new Event('input')); } })";
        page.eval(&format!("{drag}(document.getElementById('slider'))")).await?;
        page.settle().await?;
        assert_eq!(page.text("position").await?, "900 / 3,623");
        let folder = tempfile::tempdir().expect("a folder");
        let written = obey(&page.text("command").await?, folder.path());
        assert_eq!(page.text("sha256").await?, written.sha256());
        Ok(())
    });
}

#[test]
fn the_form_makes_the_same_look_as_a_link_and_a_link_gives_it_again() {
    on_page(async |page| {
        page.open_sample("").await?;
        for (knob, value) in
            [("size", "800x600"), ("style", "yahoo"), ("kind", "ohlc"), ("overlay", "sma:20 ema:50")]
        {
            page.forget_digest().await?;
            page.set(&format!("knob-{knob}"), value).await?;
            page.settle().await?;
        }
        let made = page.text("sha256").await?;
        let state = page.eval("location.hash.slice(1)").await?;
        let state = state.as_str().unwrap_or_default();
        assert!(state.contains("size=800x600") && state.contains("overlay=sma%3A20+ema%3A50"), "{state}");
        page.open(state).await?;
        page.settle().await?;
        assert_eq!(page.text("sha256").await?, made);
        assert_eq!(page.value("knob-style").await?, "yahoo");
        // Back to what is usual, nothing is left of it.
        for (knob, value) in [("size", "1280"), ("style", "mike"), ("kind", "candle"), ("overlay", "")] {
            page.forget_digest().await?;
            page.set(&format!("knob-{knob}"), value).await?;
            page.settle().await?;
        }
        assert!(!page.text("command").await?.contains("--size"));
        page.open_sample("").await?;
        assert_ne!(page.text("sha256").await?, made);
        Ok(())
    });
}

#[test]
fn knobs_that_make_no_spec_are_refused_in_the_core_s_words() {
    on_page(async |page| {
        page.open_sample("").await?;
        for (knob, value, message) in [
            ("size", "7", "outside 8 to 8192"),
            ("size", "big", "size is N or WxH"),
            ("window", "3000", "outside 2 to 2000"),
            ("overlay", "sma", "sma:20"),
            ("range", "5", "20000..30000"),
        ] {
            page.set(&format!("knob-{knob}"), value).await?;
            let said = page.text("messages").await?;
            assert!(said.contains(message), "{knob} {value}: {said}");
            page.set(
                &format!("knob-{knob}"),
                match knob {
                    "size" => "1280",
                    "window" => "150",
                    "range" => "window",
                    _ => "",
                },
            )
            .await?;
            assert_eq!(page.text("messages").await?, "", "{knob}");
        }
        Ok(())
    });
}

#[test]
fn the_crosshair_tells_the_candle_under_it() {
    on_page(async |page| {
        page.open_sample("end=2023-01-07T05:00:00Z").await?;
        let last = "2023-01-07 05:00O 16935.93 H 16939.55 L 16925.26 C 16930.21 V";
        let readout = page.eval("document.getElementById('readout').textContent").await?.to_string();
        let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let csv = std::fs::read_to_string(tests::root().join("crates/market/sample/BTCUSDT-1h.csv"))
            .expect("the sample");
        let line = csv.lines().nth(150).expect("150 candles");
        for value in line.split(',').skip(1) {
            assert!(readout.contains(value), "{readout} lacks {value} of {line}");
        }
        assert!(plain(&readout).contains(&plain("2023-01-07 05:00")), "{readout} {last}");
        // The first candle of the window, by keys.
        page.press(",").await?;
        page.eval("(() => { for (let at = 0; at < 400; at += 1) document.body.dispatchEvent(new KeyboardEvent('keydown', {key: ',', bubbles: true})); })()").await?;
        assert!(page.text("readout").await?.contains("2023-01-01 00:00"));
        // By the pointer: the price of the row that it is on lies between the panel's ends.
        page.eval("(box => { const r = box.getBoundingClientRect(); box.dispatchEvent(new PointerEvent('pointermove', {clientX: r.left + r.width / 2, clientY: r.top + r.height / 3})); })(document.getElementById('picture'))").await?;
        let value = page.text("cross-value").await?;
        let price: f64 = value.parse().expect("a number");
        assert!((16_300.0..17_200.0).contains(&price), "{value}");
        assert_eq!(page.eval("document.getElementById('cross-x').hidden").await?, json!(false));
        Ok(())
    });
}

#[test]
fn the_browser_tests_itself_against_the_built_in_hashes() {
    on_page(async |page| {
        page.open("").await?;
        page.click("selftest").await?;
        page.wait("document.getElementById('messages').textContent !== ''").await?;
        let said = page.text("messages").await?;
        assert!(said.contains("built-in pictures have the built-in hashes"), "{said}");
        Ok(())
    });
}

#[test]
fn it_fits_a_telephone_a_desk_and_the_dark() {
    on_page(async |page| {
        for (width, height, ratio) in [(360, 780, 3), (768, 1024, 2), (1440, 900, 1), (2560, 1440, 1)] {
            let screen =
                json!({"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": width < 800});
            page.browser("Emulation.setDeviceMetricsOverride", screen).await?;
            for scheme in ["light", "dark"] {
                let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
                page.browser("Emulation.setEmulatedMedia", features).await?;
                let fits = async |view: &str| {
                    let wide = format!("document.documentElement.scrollWidth <= {width}");
                    assert_eq!(page.eval(&wide).await?, json!(true), "{view} at {width}");
                    page.screenshot(&format!("{view}-{width}-{scheme}")).await
                };
                page.open("").await?;
                page.wait("imageCache.first !== null").await?;
                fits("first-visit").await?;
                page.open_sample("title=true&overlay=sma:20").await?;
                fits("sample").await?;
                page.set("knob-size", "7").await?;
                fits("error").await?;
                page.open_sample("").await?;
                let other = tests::root().join("tests/ref/gallery/style-mike.png");
                page.choose(&[&other]).await?;
                page.wait("document.getElementById('verdict').textContent.includes('dropped file')").await?;
                fits("difference").await?;
            }
        }
        Ok(())
    });
}
