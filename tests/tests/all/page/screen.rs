//! How pictures are drawn for the screen, and how their window is moved on it.

use serde_json::{Value, json};

use super::{Page, native::obey, on_page};

/// The size of the canvas, of its room, and of the canvas on the page.
const SIZES: &str = "((canvas, room, box) => ({canvas: [canvas.width, canvas.height], room: [room.clientWidth, room.clientHeight], page: [box.width, box.height]}))(document.getElementById('canvas'), document.getElementById('easel'), document.getElementById('canvas').getBoundingClientRect())";

/// Moves a pointer over an element, given in parts of its width and height; the button is down in between.
async fn drag(page: &Page, id: &str, from: (f64, f64), to: (f64, f64)) {
    let script = format!(
        "(box => {{ const r = box.getBoundingClientRect();
           const at = (kind, x, y) => {{ const where = {{clientX: r.left + x * r.width, clientY: r.top + y * r.height}};
             const hit = kind === 'pointerdown' ? (document.elementFromPoint(where.clientX, where.clientY) ?? box) : box;
             hit.dispatchEvent(new PointerEvent(kind, {{pointerId: 1, pointerType: 'mouse', isPrimary: true, bubbles: true, button: 0, ...where}})); }};
           box.setPointerCapture = () => {{}};
           at('pointerdown', {}, {});
           for (let part = 1; part <= 8; part += 1) at('pointermove', {} + {} * part / 8, {});
           at('pointerup', {}, {}); }})(document.getElementById({id:?}))",
        from.0, from.1, from.0, to.0 - from.0, to.1, to.0, to.1
    );
    page.eval(&script).await.expect("a drag");
}

async fn wheel(page: &Page, notches: f64, at: f64) {
    let script = format!(
        "(box => {{ const r = box.getBoundingClientRect(); box.dispatchEvent(new WheelEvent('wheel', {{deltaY: {}, clientX: r.left + {at} * r.width, clientY: r.top + 50, bubbles: true, cancelable: true}})); }})(document.getElementById('picture'))",
        100.0 * notches
    );
    page.eval(&script).await.expect("a wheel");
}

/// The picture's file is the one that its command writes.
async fn is_native(page: &Page) {
    let folder = tempfile::tempdir().expect("a folder");
    let written = obey(&page.text("command").await.expect("a command"), folder.path());
    assert_eq!(page.text("sha256").await.expect("a hash"), written.sha256());
}

#[test]
fn a_picture_is_drawn_for_its_screen_and_its_file_stays_the_spec_s() {
    on_page(async |page| {
        for ratio in [1, 2, 3] {
            let screen = json!({"width": 1200, "height": 800, "deviceScaleFactor": ratio, "mobile": false});
            page.browser("Emulation.setDeviceMetricsOverride", screen).await?;
            page.open_sample("").await?;
            let sizes = page.eval(SIZES).await?;
            let side = |what: &str, at: usize| sizes[what][at].as_f64().expect("a number");
            for at in [0, 1] {
                assert_eq!(side("canvas", at), side("room", at) * f64::from(ratio), "{sizes}");
                assert_eq!(side("page", at), side("room", at), "{sizes}");
            }
            let told = page.text("drawn").await?;
            let size = format!("{}×{}", side("canvas", 0), side("canvas", 1));
            assert!(told.contains(&size) && told.contains("The file has 1280×1280"), "{told}");
            assert!(page.text("file-name").await?.contains("_px1280_"));
            is_native(page).await;
        }
        Ok(())
    });
}

#[test]
fn exact_shows_the_file_s_own_pixels_one_to_one_or_enlarged_by_a_whole_number() {
    on_page(async |page| {
        for (look, canvas, factor) in [
            ("", [1280, 1280], 1.0),
            ("size=64x48&window=30", [64, 48], 8.0),
            ("size=400x200&window=30", [400, 200], 2.0),
        ] {
            page.open_sample(&format!("{look}&view=exact")).await?;
            let sizes = page.eval(SIZES).await?;
            assert_eq!(sizes["canvas"], json!(canvas), "{look}");
            assert_eq!(sizes["page"][0].as_f64(), Some(f64::from(canvas[0]) * factor), "{look}: {sizes}");
            is_native(page).await;
        }
        assert!(page.text("drawn").await?.contains("own 400×200 pixels, each as 2×2"));
        page.driver.find(thirtyfour::By::Css("[data-zoom=fit]")).await?.click().await?;
        page.wait("document.getElementById('drawn').textContent.includes('for this screen')").await?;
        page.driver.find(thirtyfour::By::Css("[data-zoom=exact]")).await?.click().await?;
        page.wait("document.getElementById('canvas').width === 400").await?;
        page.wait("location.hash.includes('view=exact')").await?;
        Ok(())
    });
}

#[test]
fn dragging_the_picture_moves_its_window_and_ends_with_its_file() {
    on_page(async |page| {
        page.open_sample("end=2023-03-24T16:00:00Z").await?;
        page.forget_digest().await?;
        let before = page.text("position").await?;
        drag(page, "picture", (0.2, 0.3), (0.7, 0.3)).await;
        page.settle().await?;
        // To the right is back in time. Half of the picture is nearly half of its 150 candles.
        let number =
            |text: &str| text.split(" / ").next().and_then(|at| at.replace(',', "").parse::<i64>().ok());
        let moved =
            number(&before).expect("a number") - number(&page.text("position").await?).expect("a number");
        assert!((75..=90).contains(&moved), "{moved}");
        is_native(page).await;
        page.forget_digest().await?;
        drag(page, "picture", (0.7, 0.3), (0.2, 0.3)).await;
        page.settle().await?;
        assert_eq!(page.text("position").await?, before, "and back");
        Ok(())
    });
}

#[test]
fn the_wheel_and_keys_change_the_window_around_what_they_point_at() {
    on_page(async |page| {
        page.open_sample("end=2023-03-24T16:00:00Z").await?;
        let window = async || page.value("knob-window").await;
        page.forget_digest().await?;
        wheel(page, 3.0, 0.5).await;
        page.settle().await?;
        let longer: u32 = window().await?.parse().expect("a number");
        assert_eq!(longer, 200, "150 times 1.1, three times");
        assert_ne!(
            page.value("end").await?,
            "2023-03-24 16:00",
            "the candle under the pointer stays, the end does not"
        );
        is_native(page).await;
        page.forget_digest().await?;
        page.press("+").await?;
        page.settle().await?;
        assert_eq!(window().await?, "160");
        page.forget_digest().await?;
        page.press("-").await?;
        page.settle().await?;
        assert_eq!(window().await?, "200");
        // As far as it goes, and no further.
        for (notches, least) in [(-200.0, "2"), (400.0, "2000")] {
            page.forget_digest().await?;
            wheel(page, notches, 0.5).await;
            page.settle().await?;
            assert_eq!(window().await?, least);
            is_native(page).await;
        }
        assert_eq!(page.text("messages").await?, "");
        Ok(())
    });
}

#[test]
fn the_overview_shows_the_whole_series_and_its_handle_moves_and_stretches_the_window() {
    on_page(async |page| {
        page.open_sample("end=2023-03-24T16:00:00Z").await?;
        let place = "(h => { const [a, b] = [h, h.parentElement].map(e => e.getBoundingClientRect()); return [(a.left - b.left) / b.width, (a.right - b.left) / b.width]; })(document.getElementById('handle'))";
        let at = async || -> Value { page.eval(place).await.expect("a place") };
        let drawn = "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v !== 0))(document.getElementById('overview-line'))";
        page.wait(drawn).await?;
        let right = at().await[1].as_f64().expect("a number");
        let expected = 1979.0 / 3623.0;
        assert!((right - expected).abs() < 0.01, "{right} {expected}");
        page.forget_digest().await?;
        let middle = (at().await[0].as_f64().expect("a number") + right) / 2.0;
        drag(page, "overview", (middle, 0.5), (middle + 0.2, 0.5)).await;
        page.settle().await?;
        let moved = at().await[1].as_f64().expect("a number") - right;
        assert!((moved - 0.2).abs() < 0.01, "{moved}");
        assert_eq!(page.value("knob-window").await?, "150");
        is_native(page).await;
        // By its left side it becomes longer.
        page.forget_digest().await?;
        let left = at().await[0].as_f64().expect("a number");
        drag(page, "overview", (left, 0.5), (left - 0.1, 0.5)).await;
        page.settle().await?;
        let window: f64 = page.value("knob-window").await?.parse().expect("a number");
        assert!((window - 150.0 - 362.0).abs() < 20.0, "{window}");
        is_native(page).await;
        // A click beside it goes there.
        page.forget_digest().await?;
        drag(page, "overview", (0.02, 0.5), (0.02, 0.5)).await;
        page.settle().await?;
        assert!(at().await[0].as_f64().expect("a number") < 0.01);
        Ok(())
    });
}

#[test]
fn the_crosshair_has_tags_of_time_and_price() {
    on_page(async |page| {
        page.open_sample("end=2023-01-07T05:00:00Z").await?;
        page.eval("(box => { const r = box.getBoundingClientRect(); box.dispatchEvent(new PointerEvent('pointermove', {clientX: r.left + r.width / 2, clientY: r.top + r.height / 3})); })(document.getElementById('picture'))").await?;
        let time = page.text("cross-time").await?;
        assert!(page.text("readout").await?.starts_with(&time) && time.starts_with("2023-01-0"), "{time}");
        let inside = "((tag, box) => tag.left >= box.left && tag.right <= box.right && tag.bottom <= box.bottom + 1)(document.getElementById('cross-time').getBoundingClientRect(), document.getElementById('picture').getBoundingClientRect())";
        assert_eq!(page.eval(inside).await?, json!(true));
        Ok(())
    });
}

#[test]
fn the_first_visit_shows_a_picture_before_any_click() {
    on_page(async |page| {
        page.open("").await?;
        page.wait("imageCache.first !== null").await?;
        let colors = "(c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)(document.getElementById('welcome-picture'))";
        assert!(page.eval(colors).await?.as_u64() > Some(4), "it is not empty");
        page.click("welcome-picture").await?;
        page.settle().await?;
        assert!(page.text("file-name").await?.starts_with("BTCUSDT_1h_"));
        Ok(())
    });
}

#[test]
fn a_picture_is_told_in_words() {
    on_page(async |page| {
        page.open_sample("end=2023-01-07T05:00:00Z").await?;
        let told = page.eval("document.getElementById('picture').ariaLabel").await?;
        let told = told.as_str().unwrap_or_default();
        for part in
            ["BTCUSDT 1h, 150 candles from 2023-01-01 00:00 to 2023-01-07 05:00: up ", "last price 16934.28"]
        {
            assert!(told.contains(part), "{told}");
        }
        Ok(())
    });
}

#[test]
fn the_page_opens_without_a_network_once_it_was_there() {
    on_page(async |page| {
        page.open_sample("").await?;
        let kept =
            "window.kept === true || (navigator.serviceWorker.ready.then(() => (window.kept = true)), false)";
        page.wait(kept).await?;
        let offline = json!({"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0});
        page.browser("Network.enable", json!({})).await?;
        page.browser("Network.emulateNetworkConditions", offline).await?;
        page.open_sample("series=ETHUSD+4h").await?;
        is_native(page).await;
        Ok(())
    });
}

#[test]
fn the_crosshair_s_candle_may_be_gone_in_a_shorter_window() {
    on_page(async |page| {
        page.open_sample("").await?;
        page.press(".").await?;
        for (key, window) in [("+", "120"), ("+", "96"), ("+", "77")] {
            page.forget_digest().await?;
            page.press(key).await?;
            page.settle().await?;
            assert_eq!(page.value("knob-window").await?, window);
        }
        assert_eq!(page.text("messages").await?, "");
        assert_eq!(page.eval("document.getElementById('picture').hidden").await?, json!(false));
        is_native(page).await;
        Ok(())
    });
}

#[test]
fn the_strip_s_left_side_leaves_the_window_s_end_where_it_is() {
    on_page(async |page| {
        page.open_sample("end=2023-01-20T00:00:00Z&window=300").await?;
        let left = "(h => { const [a, b] = [h, h.parentElement].map(e => e.getBoundingClientRect()); return (a.left - b.left) / b.width; })(document.getElementById('handle'))";
        let left = page.eval(left).await?.as_f64().expect("a number");
        page.forget_digest().await?;
        drag(page, "overview", (left, 0.5), (left - 0.5, 0.5)).await;
        page.settle().await?;
        assert_eq!(
            (page.value("end").await?.as_str(), page.value("knob-window").await?.as_str()),
            ("2023-01-20 00:00", "457")
        );
        Ok(())
    });
}

#[test]
fn what_an_address_asks_for_and_is_not_there_is_told() {
    on_page(async |page| {
        for (state, told) in [
            ("data=sample&end=garbage", "“garbage” is no time"),
            ("data=sample&end=2050-01-01", "There is no window of 150 candles that ends at 2050-01-01"),
            ("data=sample&series=FOO+1h", "The address is of FOO 1h, whose candles are not open"),
            ("data=sample&styl=dark", "The address says “styl”, which means nothing here"),
        ] {
            page.open_sample(state.trim_start_matches("data=sample&")).await?;
            page.wait(&format!("document.getElementById('messages').textContent.includes({told:?})")).await?;
        }
        // A window that is no length of any picture is told as it was asked for.
        page.open_sample("").await?;
        page.set("knob-window", "5000").await?;
        let said = page.text("messages").await?;
        assert!(said.contains("Window 5000 is outside 2 to 2000"), "{said}");
        // What is wrong with the form is so still when something else is right.
        page.set("end", "2023-03-01").await?;
        assert!(page.text("messages").await?.contains("Window 5000 is outside"));
        Ok(())
    });
}
