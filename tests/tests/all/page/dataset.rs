//! A data set looked through in the page: what it shows, what it finds, and what it does with bad input.

mod bad;
mod large;

use std::{fs, path::Path, process::Command};

use dataset::Form;
use serde_json::{Value, json};
use thirtyfour::{By, Key, error::WebDriverResult};

use super::{Page, candles::hours, candles::klines, native::BINARY, on_page};

/// Pictures of the sample, small and few.
const FEW: [&str; 5] = ["--sample", "--stride", "40", "--size", "96x64"];
const LABELLED: [&str; 6] =
    ["--label", "direction", "--horizon", "12", "--split", "train=0.7,validation=0.15,test=0.15"];

fn run(folder: &Path, arguments: &[&str]) {
    let output = Command::new(&*BINARY).args(arguments).current_dir(folder).output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Renders a cache of the sample into `cache` below a folder.
fn cache(folder: &Path) {
    let places = ["--root", "cache/pictures", "--index", "cache/image_cache.sqlite"];
    run(folder, &[&["render"], &FEW[..], &places].concat());
}

/// Exports a data set of the sample in a form, straight or from `cache`.
fn export(folder: &Path, form: &str, to: &str) -> Value {
    let is_manifest = Form::named(form).is_some_and(Form::is_manifest);
    let from: &[&str] = if is_manifest {
        &["--root", "cache/pictures", "--index", "cache/image_cache.sqlite"]
    } else {
        &["--render"]
    };
    run(folder, &[&["export", "--as", form, "--to", to], &FEW[..], &LABELLED, from].concat());
    let description = fs::read_to_string(folder.join(to).join("dataset.json")).expect("a description");
    serde_json::from_str(&description).expect("JSON")
}

impl Page {
    /// Chooses all that is in a folder.
    async fn choose_folder(&self, folder: &Path) -> WebDriverResult<()> {
        self.eval("document.getElementById('set-name').textContent = ''").await?;
        self.driver.find(By::Id("folder")).await?.send_keys(folder.display().to_string()).await
    }

    /// Waits for the data set, its first pictures, and the check that small ones have of themselves.
    async fn see_set(&self) -> WebDriverResult<()> {
        self.wait("document.getElementById('set-name').textContent !== ''").await?;
        self.wait("!document.getElementById('set-grid').hidden && document.querySelector('.cell[data-filled]') !== null").await?;
        self.wait("document.getElementById('set-stop').hidden && !document.getElementById('progress')").await
    }

    /// What was found, with all details.
    async fn findings(&self) -> WebDriverResult<String> {
        self.text("set-findings").await
    }

    /// Waits until something is found.
    async fn finds(&self, text: &str) -> WebDriverResult<()> {
        self.wait(&format!("document.getElementById('set-findings').textContent.includes({text:?})")).await
    }

    /// Sets a menu, and waits for how many pictures are shown then.
    async fn filter(&self, id: &str, value: &str) -> WebDriverResult<String> {
        self.eval("document.getElementById('set-shown').textContent = ''").await?;
        self.set(id, value).await?;
        self.wait("document.getElementById('set-shown').textContent !== ''").await?;
        self.text("set-shown").await
    }

    /// What screen readers hear of the picture at a place.
    async fn picture(&self, place: usize) -> WebDriverResult<String> {
        let node = format!("document.getElementById('picture-{place}')");
        self.wait(&format!("{node}?.querySelector('img, .nothing') != null")).await?;
        let heard = self.eval(&format!("{node}.textContent.replace(/\\s+/g, ' ').trim()")).await?;
        Ok(heard.as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn an_exported_data_set_is_shown_with_its_counts_and_each_picture_beside_its_candles() {
    on_page(async |page| {
        let description = export(page.folder.path(), "imagefolder", "set");
        page.open_sample("").await?;
        page.choose_folder(&page.folder.path().join("set")).await?;
        page.see_set().await?;
        let pictures = description["pictures"].as_u64().expect("a number");
        page.finds(&format!("{pictures} are what the candles give now, byte for byte")).await?;
        page.finds(&format!("{pictures} have the SHA-256 that is recorded")).await?;
        assert!(!page.findings().await?.contains("candles with a window of another split"));
        let facts = page.text("set-facts").await?;
        assert!(
            facts.contains("imagefolder · 96×64 px · 150 candles · label direction over 12 candles"),
            "{facts}"
        );

        // The table's counts are those that the export tells.
        let rows = page
            .eval("[...document.querySelectorAll('#set-counts tbody tr')].map(row => [...row.cells].map(cell => cell.firstElementChild?.textContent ?? cell.textContent))")
            .await?;
        let heads = page
            .eval("[...document.querySelectorAll('#set-counts thead th')].map(one => one.textContent)")
            .await?;
        for split in description["splits"].as_array().expect("splits") {
            let row =
                rows.as_array().expect("rows").iter().find(|row| row[0] == split["name"]).expect("its row");
            for (class, name) in description["classes"].as_array().expect("classes").iter().enumerate() {
                let column =
                    heads.as_array().expect("heads").iter().position(|head| head == name).expect("a column");
                assert_eq!(row[column], split["classes"][class].to_string(), "{split}");
            }
        }
        let [down, validation] = ["down", "validation"].map(|name| {
            format!("[...document.querySelectorAll('#dataset option')].find(one => one.textContent.startsWith('{name} ')).value")
        });
        let value = async |script: &str| {
            Ok::<_, thirtyfour::error::WebDriverError>(
                page.eval(script).await?.as_str().unwrap_or_default().to_owned(),
            )
        };
        page.filter("set-split", &value(&validation).await?).await?;
        let shown = page.filter("set-label", &value(&down).await?).await?;
        let expected = &description["splits"][1]["classes"][0];
        assert_eq!(description["classes"][0], "down");
        assert_eq!(shown, format!("{expected} of {pictures} pictures"));
        let first = page.picture(0).await?;
        assert!(first.starts_with("same bytes label down validation ETHUSD 4h 20"), "{first}");

        // By keys alone: the list, the next picture, large, and back.
        page.eval("document.getElementById('set-grid').focus()").await?;
        let active = async || page.driver.active_element().await;
        active().await?.send_keys(Key::Right + Key::Enter).await?;
        page.wait("document.getElementById('detail-verdict').textContent === 'The candles give this picture, byte for byte.'").await?;
        assert_eq!(page.text("detail-place").await?, format!("2 of {expected}"));
        let same = page.eval("[...document.querySelectorAll('.sides img, .sides canvas')].map(one => one.naturalWidth ?? one.width)").await?;
        assert_eq!(same, json!([96, 96]));
        active().await?.send_keys(Key::Right + "").await?;
        page.wait(&format!("document.getElementById('detail-place').textContent === '3 of {expected}'"))
            .await?;
        // Nor do keys end at the first one.
        for (key, place) in [(Key::Left, 2), (Key::Left, 1), (Key::Left, 1), (Key::Right, 2), (Key::Right, 3)]
        {
            active().await?.send_keys(key + "").await?;
            page.wait(&format!(
                "document.getElementById('detail-place').textContent === '{place} of {expected}'"
            ))
            .await?;
        }
        active().await?.send_keys(Key::Escape + "").await?;
        page.wait("document.activeElement.id === 'set-grid'").await?;
        let at =
            page.eval("document.getElementById('set-grid').getAttribute('aria-activedescendant')").await?;
        assert_eq!(at, "picture-2");
        let heard = page.eval("['role', 'aria-setsize', 'aria-posinset', 'aria-selected'].map(name => document.getElementById('picture-2').getAttribute(name))").await?;
        assert_eq!(heard, json!(["option", expected.to_string(), "3", "true"]));
        Ok(())
    });
}

#[test]
fn every_form_shows_the_same_pictures_and_a_cache_its_own() {
    on_page(async |page| {
        let folder = page.folder.path();
        cache(folder);
        page.open_sample("").await?;
        for form in Form::ALL.iter().filter(|form| **form != Form::Imagefolder) {
            let (is_manifest, form) = (form.is_manifest(), form.name());
            let description = export(folder, form, &format!("sets/{form}"));
            let place = folder.join("sets").join(form);
            if is_manifest {
                // A manifest lies beside the cache whose pictures it names.
                fs::rename(folder.join("cache"), place.join("cache")).expect("moved");
            }
            page.choose_folder(&place).await?;
            page.see_set().await?;
            page.finds("are what the candles give now").await?;
            let pictures = description["pictures"].as_u64().expect("a number");
            let found = page.findings().await?;
            // A manifest has only those of the cache that have labels.
            if !is_manifest {
                assert!(
                    found.contains(&format!("{pictures} are what the candles give now, byte for byte")),
                    "{form}: {found}"
                );
                assert!(!page.text("set-facts").await?.contains("no split"));
            }
            assert!(
                !found.contains("differ") && !found.contains("not there") && !found.contains("another"),
                "{form}: {found}"
            );
            for split in description["splits"].as_array().expect("splits") {
                let name = split["name"].as_str().expect("a name");
                let row = format!(
                    "[...document.querySelectorAll('#set-counts tbody tr')].find(row => row.cells[0].textContent === {name:?}).cells.item(document.querySelectorAll('#set-counts thead th').length - 3).textContent"
                );
                assert_eq!(page.eval(&row).await?, split["pictures"].to_string(), "{form} {name}");
            }
            page.click("picture-0").await?;
            page.wait("document.getElementById('detail-verdict').textContent.includes('byte for byte')")
                .await?;
            page.click("detail-close").await?;
            if place.join("cache").is_dir() {
                fs::rename(place.join("cache"), folder.join("cache")).expect("moved");
            }
        }
        page.choose_folder(&folder.join("cache")).await?;
        page.see_set().await?;
        page.finds("are what the candles give now, byte for byte").await?;
        let found = page.findings().await?;
        assert!(found.contains("say “missing”") && !found.contains("differ"), "{found}");
        Ok(())
    });
}

#[test]
fn candles_that_come_later_are_checked_against_and_differences_come_first() {
    on_page(async |page| {
        let folder = page.folder.path();
        let candles = hours();
        let text = klines(&candles[..400], 1000);
        fs::write(folder.join("BTCUSDT-1h.csv"), &text).expect("written");
        run(folder, &["import", "BTCUSDT-1h.csv", "--db", "market.sqlite"]);
        run(
            folder,
            &[
                "export",
                "--db",
                "market.sqlite",
                "--as",
                "imagefolder",
                "--to",
                "set",
                "--render",
                "--size",
                "64",
            ],
        );
        page.open("").await?;
        page.choose_folder(&folder.join("set")).await?;
        page.see_set().await?;
        page.finds("have the SHA-256 that is recorded").await?;
        assert!(!page.findings().await?.contains("candles give"));
        page.click("picture-0").await?;
        page.wait("document.getElementById('detail-verdict').textContent.startsWith('Open its candles')")
            .await?;
        page.click("detail-close").await?;

        // The last candle is another one: only windows that end with it differ.
        let mut other = candles[..400].to_vec();
        other[399].close = (other[399].close + other[399].low) / 2.0;
        page.choose(&[&page.file("BTCUSDT-1h.csv", klines(&other, 1000))]).await?;
        page.finds("1 picture differs from what the candles give now").await?;
        page.wait("document.getElementById('set-sort').value === 'differences'").await?;
        let first = page.picture(0).await?;
        assert!(first.contains("different"), "{first}");
        assert!(page.picture(1).await?.contains("same bytes"));
        page.click("picture-0").await?;
        page.wait("document.getElementById('detail-verdict').textContent.includes('pixels differ')").await?;
        let pressed =
            page.eval("document.querySelector('[data-side][aria-pressed=true]').dataset.side").await?;
        assert_eq!(pressed, "difference");
        page.screenshot("dataset-difference").await?;
        page.click("detail-chart").await?;
        page.settle().await?;
        assert_eq!(page.eval("document.getElementById('dataset').hidden").await?, json!(true));
        page.click("set-tab").await?;
        assert_eq!(page.eval("document.getElementById('dataset').hidden").await?, json!(false));
        Ok(())
    });
}

#[test]
fn folders_that_are_dropped_are_walked_with_the_candles_in_them() {
    on_page(async |page| {
        let folder = page.folder.path();
        cache(folder);
        fs::write(folder.join("cache/BTCUSDT-1h.csv"), klines(&hours()[..300], 1000)).expect("written");
        run(folder, &["import", "cache/BTCUSDT-1h.csv", "--db", "cache/market.sqlite"]);
        page.open("").await?;
        let path = folder.join("cache").display().to_string();
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({"items": [], "files": [path], "dragOperationsMask": 1});
            page.browser("Input.dispatchDragEvent", json!({"type": kind, "x": 300, "y": 300, "data": data}))
                .await?;
        }
        page.see_set().await?;
        page.finds("could not be drawn").await?;
        assert_eq!(page.text("set-name").await?, "cache");
        let found = page.findings().await?;
        assert!(found.contains("no candles of ETHUSD 4h are open"), "{found}");
        assert!(found.contains("cache/BTCUSDT-1h.csv is of another kind, and was left out"), "{found}");
        Ok(())
    });
}

#[test]
fn a_data_set_fits_a_telephone_a_desk_and_the_dark() {
    on_page(async |page| {
        export(page.folder.path(), "imagefolder", "set");
        page.open_sample("").await?;
        page.choose_folder(&page.folder.path().join("set")).await?;
        page.see_set().await?;
        page.finds("byte for byte").await?;
        for (width, height) in [(360, 780), (768, 1024), (1440, 900), (2560, 1440)] {
            let size =
                json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
            page.browser("Emulation.setDeviceMetricsOverride", size).await?;
            page.wait("document.querySelectorAll('.cell img').length > 0").await?;
            assert_eq!(
                page.eval(&format!("document.documentElement.scrollWidth <= {width}")).await?,
                json!(true),
                "{width}"
            );
            for scheme in ["light", "dark"] {
                let dark = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
                page.browser("Emulation.setEmulatedMedia", dark).await?;
                page.screenshot(&format!("dataset-{width}-{scheme}")).await?;
            }
        }
        Ok(())
    });
}
