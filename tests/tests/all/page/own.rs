//! Series of one's own and marks, from files beside the candles.

use serde_json::json;

use super::{
    Page,
    candles::{hours, klines},
    native::obey_all,
    on_page,
};

type Done = thirtyfour::error::WebDriverResult<()>;

const MARKS: &str = "kind,time,price,time2,price2,text\n\
    buy,2023-01-05T00:00,,,,in\n\
    trade,2023-01-05T00:00,16850.5,2023-01-07T12:00,16940.25,\n\
    hline,,16900,,,level\n\
    box,2023-01-06,16700,2023-01-07,16800,\n";

/// Values by time, an hour apart, with a gap in them.
fn values(factor: f64) -> String {
    let row = |(at, candle): (usize, &render_core::Candle)| {
        let value = if at == 120 { String::new() } else { (candle.close * factor + 1.0 / 3.0).to_string() };
        format!("{},{value}\n", candle.open_time)
    };
    format!("time,value\n{}", hours()[..200].iter().enumerate().map(row).collect::<String>())
}

async fn open_candles(page: &Page) -> Done {
    page.open("").await?;
    page.choose_candles(&[&page.file("BTCUSDT-1h-2023-01.csv", klines(&hours()[..200], 1000))]).await?;
    page.settle().await
}

/// Whether the picture is the one that the commands write beside the files.
async fn is_native(page: &Page) -> Done {
    page.settle().await?;
    let commands = page.text("command").await?;
    let _ = std::fs::remove_dir_all(page.folder.path().join("image-cache"));
    let _ = std::fs::remove_file(page.folder.path().join("market.sqlite"));
    assert_eq!(page.text("sha256").await?, obey_all(&commands, page.folder.path()).sha256(), "{commands}");
    Ok(())
}

#[test]
fn a_series_and_marks_from_files_are_drawn_as_the_command_draws_them() {
    on_page(async |page| {
        open_candles(page).await?;
        let bare = page.text("sha256").await?;
        page.choose_candles(&[&page.file("Fair value.csv", values(1.001)), &page.file("trades.csv", MARKS)])
            .await?;
        page.settle().await?;
        assert_eq!(page.text("messages").await?, "");
        let files =
            page.eval("[...document.querySelectorAll('#own-files li')].map(it => it.textContent)").await?;
        assert_eq!(files, json!(["Fair value.csvfair_value×", "trades.csv4 marks×"]));
        let command = page.text("command").await?;
        assert!(command.ends_with("--series 'fair_value=Fair value.csv' --marks trades.csv"), "{command}");
        is_native(page).await?;
        page.screenshot("own").await?;

        // In other ways, and together with knobs of the spec.
        page.forget_digest().await?;
        let menu = |at: u8| {
            format!("document.querySelector('.list:has(#knob-series) .look select:nth-child({at})')")
        };
        for (at, word) in [(1, "step"), (2, "below"), (3, "left")] {
            page.eval(&format!(
                "(menu => {{ menu.value = {word:?}; menu.dispatchEvent(new Event('change')); }})({})",
                menu(at)
            ))
            .await?;
        }
        page.set("knob-size", "640x480").await?;
        assert_eq!(page.value("knob-series").await?, "fair_value:step:below:left");
        is_native(page).await?;
        let link = page.eval("location.hash").await?.to_string();
        assert!(!link.contains("fair_value") && !link.contains("marks"), "no link brings a file: {link}");

        // Without the files the picture is that of the candles alone.
        for _ in 0..2 {
            page.forget_digest().await?;
            page.eval("document.querySelector('#own-files button').click()").await?;
            page.settle().await?;
        }
        page.forget_digest().await?;
        page.set("knob-size", "1280").await?;
        page.settle().await?;
        assert_eq!(page.text("sha256").await?, bare);
        Ok(())
    });
}

#[test]
fn rows_of_other_series_a_band_and_a_file_that_is_dropped_again_are_as_the_command_has_them() {
    on_page(async |page| {
        open_candles(page).await?;
        let band = |apart: f64| {
            let row = |c: &render_core::Candle| {
                format!(
                    "{},BTCUSDT,{},{}\n{},ETHUSDT,1,2\n",
                    c.open_time,
                    c.close - apart,
                    c.close + apart,
                    c.open_time
                )
            };
            format!("time,symbol,low,high\n{}", hours()[..200].iter().map(row).collect::<String>())
        };
        page.choose_candles(&[&page.file("cone.csv", band(40.0))]).await?;
        page.settle().await?;
        assert_eq!(page.value("knob-series").await?, "cone:band");
        is_native(page).await?;
        let before = page.text("sha256").await?;
        page.choose_candles(&[&page.file("cone.csv", band(90.0))]).await?;
        page.settle().await?;
        assert_ne!(page.text("sha256").await?, before);
        is_native(page).await?;
        let json: Vec<_> =
            hours()[..200].iter().map(|c| json!({"time": c.open_time, "signal": c.volume / 7.0})).collect();
        page.choose_candles(&[&page.file("signal.json", json!(json).to_string())]).await?;
        page.settle().await?;
        assert_eq!(page.value("knob-series").await?, "cone:band signal");
        is_native(page).await
    });
}

#[test]
fn the_page_asks_where_columns_leave_it_open() {
    on_page(async |page| {
        open_candles(page).await?;
        let rows: String = hours()[..200]
            .iter()
            .map(|c| format!("{},{},{}\n", c.open_time, c.close - 50.0, c.close + 50.0))
            .collect();
        page.choose_candles(&[&page.file("models.csv", format!("time,slow,fast\n{rows}"))]).await?;
        page.wait("document.getElementById('ask').open").await?;
        assert!(page.text("ask-what").await?.starts_with("models.csv may be several things."));
        page.screenshot("ask").await?;
        page.eval("document.querySelectorAll('#ask-choices input')[1].click()").await?;
        page.click("ask-draw").await?;
        page.settle().await?;
        assert_eq!(page.value("knob-series").await?, "slow fast");
        is_native(page).await?;
        // What is left alone leaves everything as it is.
        let before = page.text("sha256").await?;
        page.choose(&[&page.file(
            "others.csv",
            format!("time,type,a\n{}", rows.replace(',', ",x,").replacen(",x,", ",", 0)),
        )])
        .await?;
        page.wait("document.getElementById('ask').open || document.querySelector('.error') !== null").await?;
        page.eval("document.getElementById('ask').open && document.getElementById('ask-leave').click()")
            .await?;
        page.wait("!document.getElementById('ask').open").await?;
        assert_eq!(page.text("sha256").await?, before);
        Ok(())
    });
}

#[test]
fn what_is_wrong_is_told_by_file_row_and_reason_and_nothing_is_lost() {
    on_page(async |page| {
        open_candles(page).await?;
        let before = page.text("sha256").await?;
        let candle = |c: &render_core::Candle| {
            format!("[{},{},{},{},{},{}]", c.open_time, c.open, c.high, c.low, c.close, c.volume)
        };
        let fine: Vec<String> = hours()[..40].iter().map(candle).collect();
        let word = candle(&hours()[40]).replace(&format!(",{},", hours()[40].close), ",\"two\",");
        for (name, text, message) in [
            (
                "trades.csv",
                format!("{MARKS}byu,2023-01-05,,,,\n"),
                "trades.csv: line 6: \"byu\" is no kind of mark; did you mean buy",
            ),
            (
                "trades.csv",
                "kind,time,price\nhline,,x\n".to_owned(),
                "trades.csv: line 2: column \"price\": \"x\" is not a number",
            ),
            (
                "trades.csv",
                "kind,time,price\nbuy,2023-01-05,\nspan,2023-01-05,\n".to_owned(),
                "trades.csv: line 3: a span needs a time2",
            ),
            (
                "fair.csv",
                "time,value\n2023-01-05,1\n2023-01-05,2\n".to_owned(),
                "fair.csv: line 3: series fair has another value at 2023-01-05T00:00:00Z than in line 2",
            ),
            (
                "klines.json",
                format!("[{},{}", fine.join(","), "[1672675200000,2,3,1,2,5,]]"),
                "klines.json: element 41: is no JSON: a comma stands before a closing bracket",
            ),
            (
                "klines.json",
                format!("[{},{}]", fine.join(","), word),
                "element 41: close \"two\" is not a number",
            ),
        ] {
            page.choose(&[&page.file(name, &text)]).await?;
            page.wait("document.querySelector('.error') !== null").await?;
            let said = page.text("messages").await?;
            assert!(said.contains(message), "{name}: {said}");
            assert!(!said.contains("column 6") && !said.contains("byte"), "{said}");
            page.eval("document.querySelector('.error button').click()").await?;
            assert_eq!(page.text("sha256").await?, before, "{name}");
        }
        // A spec that draws what no file brings is no spec here.
        page.set("knob-series", "nowhere").await?;
        let said = page.text("messages").await?;
        assert!(
            said.contains("Series nowhere is drawn from a file, and none of that name is open"),
            "{said}"
        );
        page.set("knob-series", "").await?;
        assert_eq!(page.text("messages").await?, "");
        Ok(())
    });
}

#[test]
fn without_candles_the_page_says_what_is_needed_first() {
    on_page(async |page| {
        page.open("").await?;
        page.hand_over("drop", "trades.csv", MARKS).await?;
        page.wait("document.querySelector('.error') !== null").await?;
        let said = page.text("messages").await?;
        assert!(said.starts_with("trades.csv: ") && said.contains("open their candles first"), "{said}");
        Ok(())
    });
}
