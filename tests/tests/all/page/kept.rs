//! What stays as it was asked for: across files that are dropped again, series that are
//! too short, and knobs that make no spec.

use serde_json::json;

use super::{Page, candles::hours, candles::klines, native::obey, on_page};

/// The selected series, the window's end and its place.
async fn shown(page: &Page) -> thirtyfour::error::WebDriverResult<[String; 3]> {
    let series = page.eval("document.getElementById('series').selectedOptions[0].text").await?;
    let series = series.as_str().unwrap_or_default().to_owned();
    Ok([series, page.value("end").await?, page.text("position").await?])
}

#[test]
fn a_link_s_series_and_end_hold_for_files_and_for_files_that_are_dropped_again() {
    on_page(async |page| {
        let link = "series=BTCUSDT+1h&end=2023-01-08T01:00:00Z&size=320x240";
        page.open(link).await?;
        let other = page.file("AAA-1h.csv", klines(&hours()[..300], 1000));
        let file = page.file("BTCUSDT-1h.csv", klines(&hours()[..200], 1000));
        page.choose_candles(&[&other, &file]).await?;
        page.wait("document.getElementById('series').options.length === 2").await?;
        page.settle().await?;
        assert_eq!(shown(page).await?, ["BTCUSDT 1h", "2023-01-08 01:00", "170 / 200"]);
        let before = page.text("sha256").await?;
        // A longer one of the same name: the same window of it.
        page.file("BTCUSDT-1h.csv", klines(&hours()[..240], 1000));
        page.choose_candles(&[&other, &file]).await?;
        page.wait("document.getElementById('position').textContent.endsWith(' 240')").await?;
        page.settle().await?;
        assert_eq!(shown(page).await?, ["BTCUSDT 1h", "2023-01-08 01:00", "170 / 240"]);
        assert_eq!(page.text("sha256").await?, before);

        // Candles without a name have that of the link, and so the same picture.
        page.open(&format!("{link}&title=true")).await?;
        page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&hours()[..200], 1000)).await?;
        page.settle().await?;
        let named = page.text("sha256").await?;
        page.open(&format!("{link}&title=true")).await?;
        page.hand_over("paste", "", &klines(&hours()[..200], 1000)).await?;
        page.settle().await?;
        assert_eq!(shown(page).await?, ["BTCUSDT 1h", "2023-01-08 01:00", "170 / 200"]);
        assert_eq!(page.text("sha256").await?, named);
        Ok(())
    });
}

#[test]
fn a_name_that_the_user_gave_a_file_stays_when_it_is_dropped_again() {
    on_page(async |page| {
        page.open("").await?;
        for (count, shown) in [(200, "UNNAMED"), (210, "ETHUSD")] {
            page.forget_digest().await?;
            page.hand_over("drop", "my candles.csv", &klines(&hours()[..count], 1000)).await?;
            page.wait(&format!("document.getElementById('position').textContent.endsWith(' {count}')"))
                .await?;
            page.settle().await?;
            assert_eq!(page.value("symbol").await?, shown);
            page.set("symbol", "ETHUSD").await?;
        }
        let import = "image-cache import 'my candles.csv' --db market.sqlite --symbol ETHUSD --interval 1h";
        let command = page.text("command").await?;
        let (first, second) = command.split_once('\n').expect("two lines");
        assert_eq!(first, import);
        assert!(second.starts_with("image-cache render --db market.sqlite --symbol ETHUSD "), "{second}");

        // What the cache could not name is shown, but not offered as a file of its.
        let late = |c: &render_core::Candle| render_core::Candle { open_time: c.open_time + 500, ..*c };
        let late: Vec<_> = hours()[..200].iter().map(late).collect();
        page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&late, 1000)).await?;
        page.wait("document.getElementById('download').disabled").await?;
        let said = page.text("file-name").await?;
        assert!(said.starts_with("the cache cannot name it: "), "{said}");
        assert_eq!(page.text("command").await?, "");
        assert_eq!(page.text("sha256").await?.len(), 64);
        page.screenshot("nameless").await?;
        page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&hours()[..200], 1000)).await?;
        page.wait("!document.getElementById('download').disabled").await?;
        Ok(())
    });
}

#[test]
fn a_window_is_shorter_only_as_long_as_its_series_is() {
    on_page(async |page| {
        for (state, asked) in [("", "150"), ("window=100", "100")] {
            page.open(state).await?;
            for (count, window) in [(40, "40"), (200, asked), (60, "60"), (210, asked)] {
                page.forget_digest().await?;
                page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&hours()[..count], 1000)).await?;
                page.wait(&format!("document.getElementById('position').textContent.endsWith(' {count}')"))
                    .await?;
                page.settle().await?;
                assert_eq!(page.value("knob-window").await?, window, "{state}, {count} candles");
                let command = page.text("command").await?;
                assert_eq!(command.contains(&format!("--window {window}")), window != "150", "{command}");
                let said = page.text("messages").await?;
                assert_eq!(said.contains("the window is shorter here"), window != asked, "{said}");
                // A link asks for what was asked for.
                let link = page.eval("location.hash").await?.to_string();
                assert_eq!(link.contains("window="), !state.is_empty(), "{link}");
            }
        }
        // Whoever sets the length now is told that it is too long.
        page.hand_over("drop", "BTCUSDT-1h.csv", &klines(&hours()[..40], 1000)).await?;
        page.wait("document.getElementById('knob-window').value === '40'").await?;
        page.set("knob-window", "50").await?;
        page.wait("document.querySelector('.error')?.textContent.includes('the window has 50 candles')")
            .await?;
        Ok(())
    });
}

#[test]
fn steps_under_a_knob_that_makes_no_spec_show_the_look_before_in_every_place() {
    on_page(async |page| {
        page.open_sample("size=320x240&style=yahoo").await?;
        let before = page.text("sha256").await?;
        page.set("knob-size", "7").await?;
        page.set("knob-kind", "ohlc").await?;
        page.forget_digest().await?;
        page.press("ArrowLeft").await?;
        // A picture that was on its way may come before the step's.
        page.wait(&format!("!['', {before:?}].includes(document.getElementById('sha256').textContent)"))
            .await?;
        page.settle().await?;
        let made = page.text("sha256").await?;
        assert_ne!(made, before);
        assert_eq!(page.value("knob-size").await?, "7");
        assert_eq!(
            page.eval("document.getElementById('easel').classList.contains('stale')").await?,
            json!(true)
        );
        let folder = tempfile::tempdir().expect("a folder");
        let written = obey(&page.text("command").await?, folder.path());
        assert_eq!(written.sha256(), made);
        assert_eq!(written.name, page.text("file-name").await?);
        let link = page.eval("location.hash.slice(1)").await?;
        page.open(link.as_str().unwrap_or_default()).await?;
        page.settle().await?;
        assert_eq!(page.text("sha256").await?, made);
        Ok(())
    });
}

#[test]
fn knobs_put_back_to_what_is_usual_over_a_preset_are_so_in_the_command_and_the_link() {
    on_page(async |page| {
        page.open_sample("preset=price-trends").await?;
        let preset = page.text("sha256").await?;
        for knob in ["padding", "volume-share", "overlay", "labels"] {
            page.forget_digest().await?;
            page.set(&format!("knob-{knob}"), "").await?;
            page.settle().await?;
        }
        assert_eq!(page.text("messages").await?, "");
        let made = page.text("sha256").await?;
        assert_ne!(made, preset);
        let command = page.text("command").await?;
        assert!(command.ends_with("--overlay '' --padding auto --volume-share auto"), "{command}");
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(obey(&command, folder.path()).sha256(), made);
        let link = page.eval("location.hash.slice(1)").await?;
        page.open(link.as_str().unwrap_or_default()).await?;
        page.settle().await?;
        assert_eq!(page.text("sha256").await?, made);
        // A size that is a preset's own for another window is asked for all the same.
        page.open_sample("preset=price-trends&size=60x64&window=60").await?;
        assert_eq!(page.value("knob-size").await?, "60x64");
        Ok(())
    });
}

#[test]
fn a_database_without_candles_is_told_beside_one_that_has_some() {
    on_page(async |page| {
        let folder = page.folder.path();
        let writer = super::input::market(folder);
        drop(writer);
        std::fs::copy(folder.join("market.sqlite"), folder.join("empty.sqlite")).expect("a copy");
        let empty = rusqlite::Connection::open(folder.join("empty.sqlite")).expect("a database");
        empty.execute_batch("PRAGMA journal_mode = delete; DELETE FROM candles").expect("no candles");
        drop(empty);
        page.open("").await?;
        page.choose_candles(&[&folder.join("empty.sqlite"), &folder.join("market.sqlite")]).await?;
        page.settle().await?;
        let said = page.text("messages").await?;
        assert!(said.contains("empty.sqlite has no two candles in any of its 3 series."), "{said}");
        page.choose(&[&folder.join("empty.sqlite")]).await?;
        page.wait(
            "document.querySelector('.error')?.textContent.includes('empty.sqlite has no two candles')",
        )
        .await?;
        // The files that a database was opened from are gone with it.
        let bytes = std::fs::read(folder.join("market.sqlite")).expect("a file");
        page.eval(&format!(
            "void (async () => {{
                const {{ openDatabase, sqlite }} = await import('./sqlite.js');
                const {{ oo1 }} = await sqlite();
                const bytes = Uint8Array.from({bytes:?});
                const database = await openDatabase([{{ name: 'a.sqlite', bytes }}]);
                const count = database.rows(database.series[0]).length / 6;
                const open = () => new oo1.DB({{ filename: 'file:/0.sqlite?vfs=unix-none', flags: 'r' }}).close();
                open();
                database.close();
                try {{ open(); window.gone = 'still there'; }} catch (error) {{ window.gone = count + ': ' + error.message; }}
            }})().catch(error => (window.gone = String(error)))"
        ))
        .await?;
        page.wait("window.gone !== undefined").await?;
        let gone = page.eval("window.gone").await?;
        let gone = gone.as_str().unwrap_or_default();
        assert!(gone.starts_with("200: ") && gone.contains("unable to open database file"), "{gone}");
        Ok(())
    });
}
