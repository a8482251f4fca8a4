//! Lists and files that contradict each other, or are damaged.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{cache, export};
use crate::page::on_page;

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
fn strange_lists_are_told_and_nothing_in_them_is_taken_for_more_than_a_text() {
    on_page(async |page| {
        let set = page.folder.path().join("odd");
        fs::create_dir_all(set.join("train")).expect("a folder");
        let lines = [
            r#"{"file_name":"a.png","symbol":{"a":1},"interval":5,"end":9e18,"label":{"x":1},"split":["q"],"sha256":7,"spec":3}"#,
            r#"{"file_name":"b.png","end":"99999-01-01","label":1e400,"split":"train","horizon":-5}"#,
            r#"{"file_name":"<img src=x onerror=alert(1)>.png","symbol":"<b>","interval":"1h","end":"2020-01-01T00:00:00Z"}"#,
            r#"{"file_name":"../../etc/passwd","label":""}"#,
            r#"{"file_name":"a.png"}"#,
            r#"{"file_name":""}"#,
            "null",
        ];
        fs::write(set.join("train/metadata.jsonl"), lines.join("\n")).expect("written");
        fs::write(set.join("train/a.png"), b"\x89PNG\r\n\x1a\nrubbish").expect("written");
        fs::write(set.join("train/b.png"), b"").expect("written");
        fs::write(set.join("manifest.csv"), "file_path,label\n\"x, \"\"y\"\".png\",up\nz.png\n")
            .expect("written");
        fs::write(
            set.join("dataset.json"),
            r#"{"splits":"no","classes":[1],"spec":[],"label":"x","pictures":"many"}"#,
        )
        .expect("written");
        fs::write(set.join("no.sqlite"), "hello").expect("written");
        page.open_sample("").await?;
        page.choose_folder(&set).await?;
        page.see_set().await?;
        page.finds("could not be drawn").await?;
        let found = page.findings().await?;
        for told in [
            "x, \"y\".png",
            "odd/train/<img src=x onerror=alert(1)>.png",
            "1 picture is listed more than once",
            "odd/manifest.csv: 1 line is left out; line 3: it has 1 fields, and the header has 2",
            "odd/train/metadata.jsonl: 2 lines are left out; line 6: it names no picture",
            "odd/no.sqlite was left out: no.sqlite: file is not a database",
        ] {
            assert!(found.contains(told), "{told}: {found}");
        }
        assert_eq!(page.text("messages").await?, "");
        for place in 0..6 {
            page.picture(place).await?;
        }
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
