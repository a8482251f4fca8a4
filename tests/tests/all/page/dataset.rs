//! A data set looked through in the page: what it shows, what it finds, and what it does with bad input.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

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
    let of_cache = ["csv", "parquet"].contains(&form);
    let from: &[&str] = if of_cache {
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
        for form in ["webdataset", "hf-parquet", "csv", "parquet"] {
            let description = export(folder, form, &format!("sets/{form}"));
            let place = folder.join("sets").join(form);
            if ["csv", "parquet"].contains(&form) {
                // A manifest lies beside the cache whose pictures it names.
                fs::rename(folder.join("cache"), place.join("cache")).expect("moved");
            }
            page.choose_folder(&place).await?;
            page.see_set().await?;
            page.finds("are what the candles give now").await?;
            let pictures = description["pictures"].as_u64().expect("a number");
            let found = page.findings().await?;
            // A manifest has only those of the cache that have labels.
            if form != "csv" && form != "parquet" {
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

/// The files of a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn files_and_lists_that_contradict_each_other_are_told_with_the_first_of_them() {
    on_page(async |page| {
        let set = page.folder.path().join("set");
        export(page.folder.path(), "imagefolder", "set");
        let up = files(&set.join("train/up"));
        let name = |at: usize| up[at].file_name().expect("a name").to_string_lossy().into_owned();
        fs::remove_file(&up[0]).expect("removed");
        // In the folder of another class: listed under `up` and not there, there under `down` and not listed.
        fs::rename(&up[1], set.join("train/down").join(name(1))).expect("moved");
        // Recorded with another label than its folder's.
        let metadata = set.join("train/metadata.jsonl");
        let lines = fs::read_to_string(&metadata).expect("text");
        let changed: Vec<String> = lines
            .lines()
            .map(|line| {
                if line.contains(&name(2)) {
                    line.replace(r#""label":"up""#, r#""label":"down""#)
                } else {
                    line.to_owned()
                }
            })
            .collect();
        assert_ne!(lines.trim_end(), changed.join("\n"));
        fs::write(&metadata, format!("{}\n{{\"file_name\":\"up/x", changed.join("\n"))).expect("written");
        // Another picture's bytes, and one in two splits.
        fs::copy(&up[4], &up[3]).expect("copied");
        fs::copy(&up[5], set.join("test/up").join(name(5))).expect("copied");
        page.open("").await?;
        page.choose_folder(&set).await?;
        page.see_set().await?;
        page.finds("have the SHA-256 that is recorded").await?;
        let found = page.findings().await?;
        for (sentence, first) in [
            ("2 listed pictures are not there", format!("set/train/up/{}", name(0))),
            ("2 pictures are there, and not listed", format!("set/test/up/{}", name(5))),
            (
                "1 picture is recorded with another label than where it lies",
                format!("set/train/up/{}: recorded as down", name(2)),
            ),
            ("1 picture has other bytes than recorded", format!("set/train/up/{}", name(3))),
            ("2 pictures are in more than one split", format!("set/train/up/{}", name(5))),
            ("set/dataset.json says other counts than there are", "train, down: it says".to_owned()),
            ("set/train/metadata.jsonl: 1 line is left out", "it is no JSON, or cut off".to_owned()),
        ] {
            assert!(found.contains(sentence), "{sentence}: {found}");
            assert!(found.contains(&first), "{first}: {found}");
        }
        // What is not there is shown as such, and how many are so is told where they are chosen.
        assert!(page.filter("set-only", "absent").await?.starts_with("2 of "));
        assert!(page.picture(0).await?.contains("not there"));
        page.screenshot("dataset-contradictions").await?;
        Ok(())
    });
}

#[test]
fn windows_of_one_split_that_share_candles_with_another_are_told() {
    on_page(async |page| {
        let set = page.folder.path().join("set");
        export(page.folder.path(), "imagefolder", "set");
        page.open("").await?;
        page.choose_folder(&set).await?;
        page.see_set().await?;
        assert!(!page.findings().await?.contains("share"));
        // A picture from the middle of train is given to test, with its neighbours left where they are.
        let metadata = fs::read_to_string(set.join("train/metadata.jsonl")).expect("text");
        let mut lines: Vec<&str> = metadata.lines().collect();
        let line = lines.remove(30).to_owned();
        let row: Value = serde_json::from_str(&line).expect("JSON");
        let name = row["file_name"].as_str().expect("a name");
        fs::rename(set.join("train").join(name), set.join("test").join(name)).expect("moved");
        fs::write(set.join("train/metadata.jsonl"), lines.join("\n")).expect("written");
        let mut test = OpenOptions::new().append(true).open(set.join("test/metadata.jsonl")).expect("a file");
        writeln!(test, "{}", line.replace(r#""split":"train""#, r#""split":"test""#)).expect("written");
        page.choose_folder(&set).await?;
        page.see_set().await?;
        page.finds("share candles with a window of another split").await?;
        let found = page.findings().await?;
        assert!(found.contains("1 of test with train"), "{found}");
        page.filter("set-only", "leak").await?;
        assert!(page.picture(0).await?.contains("leak"));
        Ok(())
    });
}

#[test]
fn of_a_tar_that_is_cut_off_what_is_whole_is_shown() {
    on_page(async |page| {
        export(page.folder.path(), "webdataset", "set");
        let tar = page.folder.path().join("set/train-000000.tar");
        let bytes = fs::read(&tar).expect("a tar");
        // In the middle of a picture, which is the third member of its sample.
        let at = bytes
            .windows(8)
            .enumerate()
            .filter(|(_, part)| part == b"\x89PNG\r\n\x1a\n")
            .nth(20)
            .expect("pictures")
            .0
            + 100;
        let damaged = [&bytes[..1000], &[7; 512], &bytes[1512..]].concat();
        page.open("").await?;
        for (name, bytes, pictures, told) in [
            (
                "cut-000000.tar",
                &bytes[..at],
                "20 pictures",
                format!("cut-000000.tar: it is cut off at byte {at}: "),
            ),
            (
                "header-000000.tar",
                &bytes[..300],
                "0 pictures",
                "cut off at byte 300, in the middle of a header".to_owned(),
            ),
            (
                "damaged-000000.tar",
                &damaged,
                "0 pictures",
                "it is damaged at byte 1024: no header of tar is there".to_owned(),
            ),
        ] {
            page.choose(&[&page.file(name, bytes)]).await?;
            page.finds(&told).await?;
            page.wait(&format!("document.getElementById('set-shown').textContent === {pictures:?}")).await?;
        }
        Ok(())
    });
}

#[test]
fn of_parquet_what_is_cut_off_is_left_out_and_told() {
    on_page(async |page| {
        let folder = page.folder.path();
        export(folder, "hf-parquet", "set");
        let file = folder.join("set/data/train-00000-of-00001.parquet");
        let bytes = fs::read(&file).expect("Parquet");
        fs::write(&file, &bytes[..bytes.len() / 2]).expect("written");
        page.open("").await?;
        page.choose_folder(&folder.join("set")).await?;
        page.see_set().await?;
        let found = page.findings().await?;
        let told = "set/data/train-00000-of-00001.parquet: it has no end as Parquet has, so it is cut off";
        assert!(found.contains(told), "{found}");
        assert!(found.contains("train: it says ") && found.contains(", and 0 are there"), "{found}");
        assert!(page.text("set-counts").await?.contains("validation"));
        Ok(())
    });
}

/// An index of so many entries, whose pictures are nowhere.
fn index(file: &Path, count: u32) {
    let connection = rusqlite::Connection::open(file).expect("a database");
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = off;
             CREATE TABLE images (symbol, interval, end_open_time_ms, img_size_px, window_len, style_version, file_path,
                 sha256, width_px, height_px, created_utc, status, spec_hash, size_bytes);
             CREATE TABLE specs (spec_hash, spec_json);
             WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
             INSERT INTO images SELECT 'SYM' || (i % 50), '1h', 1577836800000 + i / 50 * 3600000, 96, 150, 1,
                 'SYM' || (i % 50) || '/1h/SYM' || (i % 50) || '_1h_' || i || '.png', printf('%064x', i), 96, 96,
                 '2026-01-01T00:00:00Z', 'ok', 'abc', 7000 FROM n"
        ))
        .expect("an index");
}

#[test]
fn a_million_pictures_are_scrolled_through_with_few_nodes_and_a_check_can_be_stopped() {
    on_page(async |page| {
        let file = page.folder.path().join("image_cache.sqlite");
        index(&file, 1_000_000);
        page.open("").await?;
        page.choose(&[&file]).await?;
        page.wait("document.getElementById('progress') !== null").await?;
        let start = std::time::Instant::now();
        while page.text("set-shown").await? != "1,000,000 pictures" {
            assert!(start.elapsed() < Duration::from_secs(300), "{}", page.text("progress").await?);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        page.finds("None of 1,000,000 listed pictures came along: drop their folder together with the list")
            .await?;
        let nodes = "document.querySelectorAll('.cell').length";
        page.eval("document.getElementById('set-grid').focus()").await?;
        let list = page.driver.find(By::Id("set-grid")).await?;
        list.send_keys(Key::End + "").await?;
        let last = page.picture(999_999).await?;
        assert!(last.starts_with("not there") && last.contains("no label – SYM49 1h 2022"), "{last}");
        list.send_keys(Key::Up + "").await?;
        assert!(
            page.eval("document.getElementById('set-grid').getAttribute('aria-activedescendant')")
                .await?
                .as_str()
                .is_some_and(|id| id.starts_with("picture-9999"))
        );
        // The bar goes where it is dragged, a wheel moves by what it says.
        page.eval("(box => { box.scrollTop = box.scrollHeight / 2; })(document.getElementById('set-grid'))")
            .await?;
        let middle = "Number(document.querySelector('.cell').dataset.place)";
        page.wait(&format!("Math.abs({middle} - 500000) < 2000")).await?;
        page.wait("document.querySelectorAll('.cell:not([data-filled])').length === 0").await?;
        let before = page.eval(middle).await?.as_u64().expect("a number");
        page.eval("(box => { box.scrollTop += 400; })(document.getElementById('set-grid'))").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let moved = page.eval(middle).await?.as_u64().expect("a number") - before;
        assert!((1..60).contains(&moved), "{moved}");
        let count = page.eval(nodes).await?.as_u64().expect("a number");
        assert!((10..200).contains(&count), "{count} nodes");
        assert!(page.filter("set-series", "7").await?.starts_with("20,000 of 1,000,000"));
        page.click("set-check").await?;
        page.wait("document.getElementById('set-progress-text').textContent.startsWith('Checking ')").await?;
        page.click("set-stop").await?;
        page.finds("The check was stopped after ").await?;
        Ok(())
    });
}

#[test]
fn files_of_two_gigabytes_are_not_read_whole() {
    on_page(async |page| {
        let folder = page.folder.path().join("set");
        export(page.folder.path(), "webdataset", "set");
        let sparse = |name: &str| {
            let file = File::create(folder.join(name)).expect("a file");
            file.set_len(2 << 30).expect("a sparse file");
            folder.join(name)
        };
        for name in ["zeros.tar", "huge.png", "metadata.jsonl", "x.parquet"] {
            sparse(name);
        }
        // After the pictures of a shard: a member of 2 GB.
        let tar = folder.join("train-000000.tar");
        let size = fs::metadata(&tar).expect("a tar").len();
        let mut file = OpenOptions::new().write(true).open(&tar).expect("a tar");
        let mut header = tar::Header::new_gnu();
        header.set_path("huge.bin").expect("a name");
        header.set_size(2 << 30);
        header.set_cksum();
        file.seek(SeekFrom::Start(size - 1024)).expect("a place");
        file.write_all(header.as_bytes()).expect("written");
        file.set_len(size + 512 + (2 << 30)).expect("a sparse file");
        drop(file);
        page.open_sample("").await?;
        page.choose_folder(&folder).await?;
        page.see_set().await?;
        let found = page.findings().await?;
        for told in [
            "set/zeros.tar: it begins with zeros, so it holds nothing",
            "set/huge.png has 2,147 MB, more than any picture here, and was left out",
            "set/metadata.jsonl: line 1 is longer than 1 MB, so it is no list of pictures",
            "set/x.parquet: it has no end as Parquet has",
            "set/train-000000.tar: 1 file in it is neither a picture nor stands beside one, and was left out",
        ] {
            assert!(found.contains(told), "{told}: {found}");
        }
        assert!(page.text("set-counts").await?.contains("train"));
        // Candles of that size are refused, and those that are open stay.
        let csv = sparse("candles.csv");
        page.choose(&[&csv]).await?;
        page.wait("document.querySelector('.message.error')?.textContent.includes('candles.csv has 2.0 GB')")
            .await?;
        assert_eq!(page.eval("document.getElementById('series').options.length").await?, json!(2));
        Ok(())
    });
}

#[test]
fn an_index_without_its_folder_and_an_empty_folder_are_told() {
    on_page(async |page| {
        let folder = page.folder.path();
        cache(folder);
        fs::create_dir(folder.join("nothing")).expect("a folder");
        page.open("").await?;
        page.choose_folder(&folder.join("nothing")).await?;
        page.wait("document.querySelector('.message.error')?.textContent.includes('folder is empty')")
            .await?;
        page.choose(&[&folder.join("cache/image_cache.sqlite")]).await?;
        page.see_set().await?;
        let found = page.findings().await?;
        assert!(
            found.contains("listed pictures came along: drop their folder together with the list"),
            "{found}"
        );
        let first = page.picture(0).await?;
        assert!(first.contains("BTCUSDT 1h") && first.contains("not there"), "{first}");
        page.click("picture-0").await?;
        page.wait("document.getElementById('detail-verdict').textContent.includes('its file is not there')")
            .await?;
        page.click("detail-close").await?;
        // What is no data set leaves the one that is open.
        let before = page.text("set-name").await?;
        page.choose_folder(&folder.join("nothing")).await?;
        page.eval(&format!("document.getElementById('set-name').textContent = {before:?}")).await?;
        page.wait("document.querySelector('.message.error')?.textContent.includes('folder is empty')")
            .await?;
        assert!(
            page.eval("document.querySelectorAll('.cell').length")
                .await?
                .as_u64()
                .is_some_and(|count| count > 0)
        );
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
