//! A spec that is built by hand: lists, styles as pictures, presets, and what makes the same picture elsewhere.

use std::{fs, process::Command};

use render_core::{KNOBS, Knob, STYLES};
use serde_json::json;

use super::{
    Page,
    native::{BINARY, obey_all, written},
    on_page,
};

type Done = thirtyfour::error::WebDriverResult<()>;

/// Sets a field that a selector finds, as a person does who then leaves it.
async fn fill(page: &Page, selector: &str, value: &str) -> Done {
    page.eval(&format!(
        "(field => {{ field.value = {value:?}; field.dispatchEvent(new Event('input')); field.dispatchEvent(new Event('change')); }})(document.querySelector({selector:?}))"
    ))
    .await
    .map(drop)
}

async fn press_button(page: &Page, selector: &str) -> Done {
    page.eval(&format!("document.querySelector({selector:?}).click()")).await.map(drop)
}

/// Adds an entry of a kind to a list.
async fn add(page: &Page, list: &str, kind: &str) -> Done {
    let row = format!(".list:has(#knob-{list})");
    let choose = format!(
        "(menu => {{ menu.value = [...menu.options].find(it => it.text === {kind:?}).value; }})(document.querySelector('{row} .add select'))"
    );
    page.eval(&choose).await?;
    press_button(page, &format!("{row} .add button")).await
}

/// Whether the picture is the one that the command writes.
async fn is_native(page: &Page) -> Done {
    page.settle().await?;
    let folder = tempfile::tempdir().expect("a folder");
    let command = page.text("command").await?;
    assert_eq!(page.text("sha256").await?, obey_all(&command, folder.path()).sha256(), "{command}");
    Ok(())
}

#[test]
fn overlays_are_added_coloured_ordered_and_taken_out_in_a_list() {
    on_page(async |page| {
        page.open_sample("").await?;
        page.forget_digest().await?;
        for kind in ["sma", "ichimoku", "session-vwap"] {
            add(page, "overlay", kind).await?;
        }
        assert_eq!(page.value("knob-overlay").await?, "sma:20 ichimoku:9,26,52 session-vwap");
        let entry = |at: u8, rest: &str| format!(".list:has(#knob-overlay) li:nth-child({at}) {rest}");
        fill(page, &entry(1, "input[type=text]"), "50").await?;
        fill(page, &entry(1, "input[type=color]"), "#ff9800").await?;
        fill(page, &entry(1, "input[type=number]"), "2.5").await?;
        // Five colours, each of which can be chosen once the one before it is.
        let colors = entry(2, "input[type=color]");
        let all = format!("[...document.querySelectorAll({colors:?})].map(it => it.disabled)");
        assert_eq!(page.eval(&all).await?, json!([false, true, true, true, true]));
        fill(page, &colors, "#112233").await?;
        assert_eq!(page.eval(&all).await?, json!([false, false, true, true, true]));
        assert_eq!(
            page.value("knob-overlay").await?,
            "sma:50:#ff9800:2.5 ichimoku:9,26,52:#112233 session-vwap"
        );
        is_native(page).await?;
        // The focus goes with what is moved, by buttons and by keys.
        page.forget_digest().await?;
        press_button(page, &entry(3, "[data-move=up]")).await?;
        assert_eq!(page.eval("document.activeElement.ariaLabel").await?, json!("Move session-vwap up"));
        page.eval("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowUp', altKey: true, bubbles: true, cancelable: true}))").await?;
        press_button(page, &entry(3, "[data-remove]")).await?;
        assert_eq!(page.value("knob-overlay").await?, "session-vwap sma:50:#ff9800:2.5");
        is_native(page).await?;
        page.screenshot("list").await?;
        // A text that makes no entries is refused in the core's words, and can be mended.
        fill(page, &entry(2, "input[type=text]"), "x").await?;
        let said = page.text("messages").await?;
        assert!(said.contains("period \"x\" must be a whole number"), "{said}");
        fill(page, &entry(2, "input[type=text]"), "7").await?;
        assert_eq!(page.text("messages").await?, "");
        Ok(())
    });
}

#[test]
fn every_list_offers_what_the_table_of_knobs_has() {
    on_page(async |page| {
        page.open_sample("").await?;
        for knob in KNOBS.iter().filter(|knob| knob.name != "series") {
            let render_core::Takes::List { examples, colors, .. } = knob.takes else { continue };
            let expected: Vec<_> = match colors {
                [] => examples.to_vec(),
                _ => examples.iter().filter_map(|text| text.split(':').next()).collect(),
            };
            let menu = format!(
                "[...document.querySelectorAll('.list:has(#knob-{}) .add option')].map(it => it.text)",
                knob.name
            );
            assert_eq!(page.eval(&menu).await?, json!(expected), "{}", knob.name);
        }
        Ok(())
    });
}

#[test]
fn styles_are_pictures_of_the_candles_and_chosen_by_keys() {
    on_page(async |page| {
        page.open_sample("").await?;
        let drawn = "[...document.querySelectorAll('.styles canvas')].filter(it => it.getContext('2d').getImageData(0, 0, it.width, it.height).data.some(byte => byte > 0)).length";
        assert_eq!(page.eval(drawn).await?, json!(0), "drawn before anybody looks");
        press_button(page, ".thumbnails summary").await?;
        page.wait(&format!("{drawn} === {}", STYLES.len())).await?;
        // Each style has a picture of its own.
        let different =
            "new Set([...document.querySelectorAll('.styles canvas')].map(it => it.toDataURL())).size";
        assert!(page.eval(different).await?.as_u64() >= Some(STYLES.len() as u64 - 1));
        page.screenshot("styles").await?;
        page.forget_digest().await?;
        page.eval("document.querySelector('.styles input[value=mike]').focus()").await?;
        let keys = page.driver.active_element().await?;
        keys.send_keys(thirtyfour::Key::Down).await?;
        page.settle().await?;
        let chosen = page.value("knob-style").await?;
        let next = STYLES.iter().position(|name| *name == "mike").map(|at| STYLES[(at + 1) % STYLES.len()]);
        assert_eq!(Some(chosen.as_str()), next);
        is_native(page).await
    });
}

#[test]
fn a_preset_takes_all_its_settings_and_what_differs_goes_back_one_by_one_or_at_once() {
    on_page(async |page| {
        page.open_sample("size=300x200&window=33&style=yahoo&overlay=ema:9").await?;
        let changes = "document.querySelector('.changes:not([hidden]) span')?.textContent ?? ''";
        assert_eq!(page.eval(changes).await?, json!("4 settings differ from the usual"));
        page.forget_digest().await?;
        page.set("knob-preset", "vlm").await?;
        page.settle().await?;
        let value = async |knob: &str| page.value(&format!("knob-{knob}")).await;
        // The preset says nothing of styles and overlays.
        for (knob, expected) in
            [("size", "1024"), ("window", "100"), ("labels", "235"), ("style", "yahoo"), ("overlay", "ema:9")]
        {
            assert_eq!(value(knob).await?, expected, "{knob}");
        }
        assert_eq!(page.eval("document.getElementById('knob-title').checked").await?, json!(true));
        assert_eq!(page.eval(changes).await?, json!("2 settings differ from vlm"));
        is_native(page).await?;
        page.eval("document.querySelector('#knobs > details:last-child').open = true").await?;
        page.set("knob-labels", "100").await?;
        let back = ".knob:has(> #knob-labels) .back";
        let label = page.eval(&format!("document.querySelector({back:?}).ariaLabel")).await?;
        assert_eq!(label, json!("Label size, %: back to 235"));
        page.screenshot("changed").await?;
        press_button(page, back).await?;
        assert_eq!(value("labels").await?, "235");
        assert_eq!(page.eval("document.activeElement.id").await?, json!("knob-labels"));
        page.forget_digest().await?;
        press_button(page, ".changes button").await?;
        assert_eq!((value("style").await?.as_str(), value("overlay").await?.as_str()), ("mike", ""));
        assert_eq!((page.eval(changes).await?, value("preset").await?.as_str()), (json!(""), "vlm"));
        is_native(page).await
    });
}

#[test]
fn the_toml_gives_the_same_file() {
    on_page(async |page| {
        for look in [
            "",
            "size=640x480&window=80&overlay=sma:20:%23ff9800:2+bollinger:20,2&title=true&no-volume=true",
            "preset=price-trends&window=60&overlay=&labels=120&price-decimals=2&utc-offset=%2B05:30",
            "style=yahoo&indicator=rsi:14&panel-heights=price:3+rsi:1&range=5%25&no-grid=true",
        ] {
            page.open_sample(&format!("series=BTCUSDT+1h&end=2023-03-24T16:00:00Z&{look}")).await?;
            let folder = tempfile::tempdir().expect("a folder");
            let toml = page.text("toml").await?;
            fs::write(folder.path().join("image-cache.toml"), &toml).expect("a file");
            let output = Command::new(&*BINARY).arg("render").current_dir(folder.path()).output();
            let output = output.expect("it runs");
            assert!(output.status.success(), "{toml}\n{}", String::from_utf8_lossy(&output.stderr));
            let file = written(&toml, folder.path());
            assert_eq!(page.text("sha256").await?, file.sha256(), "{toml}");
            assert_eq!(page.text("file-name").await?, file.name, "{toml}");
        }
        Ok(())
    });
}

/// What the package of Python calls a knob, as `python/src/classes/spec.rs` does.
fn keyword(knob: &Knob) -> String {
    knob.name.strip_prefix("no-").unwrap_or(knob.name).replace('-', "_")
}

#[test]
fn the_line_of_python_names_the_knobs_as_the_package_does() {
    on_page(async |page| {
        page.open_sample(
            "series=BTCUSDT+1h&end=2023-03-24T16:00:00Z&preset=vlm&size=640x480&window=80&overlay=sma:20+ema:50\
             &no-volume=true&title=false&utc-offset=%2B05:30&right-margin=3&price-decimals=2",
        )
        .await?;
        let line = page.text("python").await?;
        assert_eq!(
            line,
            "import image_cache as ic\npicture = ic.draw(ic.Market().read(\"BTCUSDT\", \"1h\"), \
             end=\"2023-03-24T16:00:00Z\", preset=\"vlm\", size=\"640x480\", window=80, overlay=[\"sma:20\", \"ema:50\"], \
             title=False, price_decimals=2, utc_offset=\"+05:30\", right_margin=3, volume=False)"
        );
        let (_, arguments) = line.split_once("end=").expect("an end");
        let known: Vec<String> = KNOBS.iter().map(keyword).collect();
        for (name, _) in arguments.split(", ").filter_map(|part| part.split_once('=')) {
            let is_known = known.iter().any(|own| own == name) || name == "preset";
            assert!(is_known || name.starts_with('"'), "{name}");
        }
        // By the tabs, with arrows alone.
        page.eval("document.getElementById('tab-command').focus()").await?;
        for (id, shown) in
            [("tab-toml", "way-toml"), ("tab-python", "way-python"), ("tab-command", "way-command")]
        {
            page.driver.active_element().await?.send_keys(thirtyfour::Key::Right).await?;
            assert_eq!(page.eval("document.activeElement.id").await?, json!(id));
            assert_eq!(page.eval(&format!("document.getElementById({shown:?}).hidden")).await?, json!(false));
        }
        Ok(())
    });
}
