//! That everybody can use the page: whoever has no mouse, whoever does not see it.

use std::fs;

use serde_json::{Value, json};

use super::{Page, on_page, target_dir};

/// What axe finds in the page as it is: of each fault its rule and the elements.
async fn faults(page: &Page) -> Vec<Value> {
    let file = target_dir().join("npm/axe/axe.min.js");
    let axe = fs::read_to_string(&file)
        .unwrap_or_else(|_| panic!("{} is missing: `cargo xtask test` fetches it", file.display()));
    page.driver.execute(axe, Vec::new()).await.expect("axe can be loaded");
    let run = "const done = arguments[0];
        axe.run({resultTypes: ['violations']}).then(({violations, passes}) => done([passes.length,
            violations.map(({id, nodes}) => ({id, nodes: nodes.map(({target, failureSummary}) => [target.join(' '), failureSummary])}))]),
            (error) => done(String(error)))";
    let answer = page.driver.execute_async(run, Vec::new()).await.expect("axe runs");
    let (passes, found) = (&answer.json()[0], &answer.json()[1]);
    assert!(passes.as_u64() > Some(10), "axe has looked at nothing: {}", answer.json());
    found.as_array().expect("a list").clone()
}

async fn color_scheme(page: &Page, scheme: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    page.browser("Emulation.setEmulatedMedia", features).await.expect("a scheme");
}

#[test]
fn no_view_has_a_fault_that_axe_finds_in_light_and_in_dark() {
    on_page(async |page| {
        for scheme in ["light", "dark"] {
            color_scheme(page, scheme).await;
            page.open("").await?;
            page.wait("imageCache.first !== null").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "first visit, {scheme}");
            page.open_sample("").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "sample, {scheme}");
            page.eval("document.querySelectorAll('#knobs details').forEach(it => { it.open = true; })")
                .await?;
            page.set("knob-overlay", "sma:20:#ff9800:2 ichimoku:9,26,52").await?;
            page.set("knob-panel-order", "volume price").await?;
            let values = |time: i64| format!("{time},1,2\n");
            let rows: String = (0..3).map(|at| values(1_672_531_200 + 3600 * at)).collect();
            let models = page.file("models.csv", format!("time,slow,fast\n{rows}"));
            page.choose(&[&page.file("marks.csv", "kind,price\nhline,27000\n"), &models]).await?;
            page.wait("document.getElementById('ask').open").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "question, {scheme}");
            page.click("ask-draw").await?;
            page.wait("document.querySelectorAll('#own-files li').length === 2").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "form, {scheme}");
            page.set("knob-overlay", "sma").await?;
            page.wait("document.querySelector('.message.error') !== null").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "error, {scheme}");
            let other = page.file(
                "other.png",
                fs::read(tests::root().join("tests/ref/gallery/style-mike.png")).expect("a picture"),
            );
            page.open_sample("").await?;
            page.choose(&[&other]).await?;
            page.wait("document.getElementById('verdict').textContent.includes('dropped file')").await?;
            assert_eq!(faults(page).await, Vec::<Value>::new(), "difference, {scheme}");
        }
        Ok(())
    });
}

/// What the page offers, as far as it is shown: each control by its name for people, or by what it is.
const CONTROLS: &str = "(() => {
    const shown = (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0;
    window.named = (one) => one.id || one.getAttribute('aria-label') || one.textContent.trim() || one.tagName;
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(shown).map(named);
})()";

async fn key(page: &Page, key: &str) {
    for kind in ["rawKeyDown", "keyUp"] {
        let code = if key == "Tab" { 9 } else { 13 };
        let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
        page.browser("Input.dispatchKeyEvent", event).await.expect("a key");
    }
}

/// Goes on by the Tab key until it comes round, and returns what had the focus, each with whether that was seen.
async fn round(page: &Page) -> Vec<(String, bool)> {
    page.eval("(document.activeElement.blur(), scrollTo(0, 0))").await.expect("no focus");
    let mut all: Vec<(String, bool)> = Vec::new();
    for _ in 0..300 {
        key(page, "Tab").await;
        let seen = "((one) => one === document.body ? null : [named(one), [one, one.closest('.overview')].some((it) => it && getComputedStyle(it).outlineStyle !== 'none')])(document.activeElement)";
        let focus = page.eval(seen).await.expect("a focus");
        let Some(name) = focus[0].as_str() else { break };
        if all.first().is_some_and(|(first, _)| first == name) {
            break;
        }
        all.push((name.to_owned(), focus[1] == json!(true)));
    }
    all
}

#[test]
fn the_tab_key_reaches_every_control_and_shows_where_it_is() {
    on_page(async |page| {
        for state in ["", "data=sample"] {
            page.open(state).await?;
            page.wait("imageCache.first !== null").await?;
            page.eval("document.querySelector('#knobs details').open = true").await?;
            let controls = page.eval(CONTROLS).await?;
            let reached = round(page).await;
            assert!(reached.len() > 5, "{reached:?}");
            for control in controls.as_array().expect("a list").iter().filter_map(Value::as_str) {
                assert!(
                    reached.iter().any(|(name, _)| name == control),
                    "{state}: {control} is not in {reached:?}"
                );
            }
            let unseen: Vec<_> = reached.iter().filter(|(_, is_seen)| !is_seen).collect();
            assert!(unseen.is_empty(), "{state}: the focus is not to be seen at {unseen:?}");
        }
        Ok(())
    });
}
