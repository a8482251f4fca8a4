//! More pictures and larger files than fit into memory.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use serde_json::json;
use thirtyfour::{By, Key};

use super::export;
use crate::page::on_page;

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
