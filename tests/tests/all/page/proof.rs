//! What the page says of files that others made.

use std::fs;

use render_core::Digest;
use serde_json::json;

use super::{
    Page,
    candles::{hours, klines},
    native::{BINARY, obey},
    on_page,
};

/// Hands a PNG over and returns what the page says of it.
async fn verdict(page: &Page, name: &str, bytes: &[u8]) -> thirtyfour::error::WebDriverResult<String> {
    let file = page.file(name, bytes);
    page.eval("document.getElementById('verdict').textContent = ''").await?;
    page.choose(&[&file]).await?;
    page.wait("!['', 'Comparing…'].includes(document.getElementById('verdict').textContent)").await?;
    page.text("verdict").await
}

#[test]
fn a_png_is_told_to_be_this_picture_or_its_pixels_or_where_it_differs() {
    on_page(async |page| {
        let state = "series=BTCUSDT+1h&end=2023-03-24T16:00:00Z&size=640x480";
        let native = async |state: &str| {
            page.open_sample(state).await?;
            let folder = tempfile::tempdir().expect("a folder");
            Ok::<_, thirtyfour::error::WebDriverError>(obey(&page.text("command").await?, folder.path()))
        };
        let indexed = native(&format!("{state}&color=indexed")).await?;
        let other = native(&state.replace("16:00", "15:00")).await?;
        let small = native(&format!("{state}&size=320x240").replacen("size=640x480&", "", 1)).await?;
        let same = native(state).await?;

        let said = verdict(page, "mine.png", &same.bytes).await?;
        assert!(said.contains("is this picture, byte for byte"), "{said}");
        let said = verdict(page, "mine.png", &indexed.bytes).await?;
        assert!(said.contains("shows the same pixels, but its bytes are others"), "{said}");
        let said = verdict(page, "mine.png", &other.bytes).await?;
        assert!(said.contains("differs in") && said.contains("other candles or settings"), "{said}");
        assert_eq!(
            page.eval("document.querySelector('[aria-pressed=true][data-view]').dataset.view").await?,
            json!("difference")
        );
        page.screenshot("difference").await?;
        // Where another picture is shown, the pointer is over none of this one's candles.
        page.eval("(box => { const r = box.getBoundingClientRect(); box.dispatchEvent(new PointerEvent('pointermove', {clientX: r.left + r.width / 2, clientY: r.top + r.height / 3})); })(document.getElementById('picture'))").await?;
        page.press(",").await?;
        assert_eq!(page.eval("document.getElementById('cross-x').hidden").await?, json!(true));
        assert_eq!(page.text("readout").await?, "");
        page.eval("document.querySelector('[data-view=picture]').click()").await?;
        assert!(page.text("readout").await?.contains("2023-03-24 16:00"));
        let said = verdict(page, "mine.png", &small.bytes).await?;
        assert!(said.contains("is 320×240 pixels, this picture 640×480"), "{said}");

        // The cache's own name tells which window it shows.
        page.choose(&[&page.file(&other.name, &other.bytes)]).await?;
        page.wait("document.getElementById('end').value === '2023-03-24 15:00'").await?;
        page.wait("document.getElementById('verdict').textContent.includes('byte for byte')").await?;

        page.choose(&[&page.file("broken.png", &same.bytes[..400])]).await?;
        page.wait("document.querySelector('.error')?.textContent.includes('no PNG that can be read')")
            .await?;
        assert_eq!(page.eval("document.getElementById('views').hidden").await?, json!(true));

        // Nothing is said of a picture that is not the one shown any more.
        let hash = page.text("sha256").await?;
        page.choose(&[&page.file(&other.name, &other.bytes)]).await?;
        page.wait("document.getElementById('verdict').textContent.includes('byte for byte')").await?;
        page.press("ArrowLeft").await?;
        let moved = format!("document.getElementById('sha256').textContent !== {hash:?}");
        page.wait(&moved).await?;
        let said = "document.getElementById('verdict').textContent.includes('byte for byte')";
        assert_eq!(page.eval(said).await?, json!(false));
        page.wait("document.getElementById('verdict').textContent.includes('differs in')").await?;
        Ok(())
    });
}

#[test]
fn a_check_lets_the_window_move_and_ends_when_other_candles_come() {
    on_page(async |page| {
        let folder = page.folder.path();
        let render = ["render", "--sample", "--stride", "4"];
        let output =
            std::process::Command::new(&*BINARY).args(render).current_dir(folder).output().expect("it runs");
        assert!(output.status.success());
        page.open_sample("").await?;
        let head = "document.querySelector('#report h2')?.textContent";
        let (before, hash) = (page.value("end").await?, page.text("sha256").await?);
        page.choose(&[&folder.join("sample/image_cache.sqlite")]).await?;
        page.wait(&format!("/checking [1-9]/.test({head})")).await?;
        assert_eq!(page.value("end").await?, before, "the view is another");
        page.press("ArrowLeft").await?;
        page.wait(&format!("document.getElementById('sha256').textContent !== {hash:?}")).await?;
        assert!(page.text("report").await?.contains("checking"), "the step had to wait for the check");
        page.choose_candles(&[&page.file("ETHUSD-1h.csv", klines(&hours()[..200], 1000))]).await?;
        page.settle().await?;
        page.wait(&format!("{head}.includes('the check was stopped after')")).await?;
        Ok(())
    });
}

#[test]
fn the_download_has_the_cache_s_name_and_bytes() {
    on_page(async |page| {
        page.open_sample("end=2023-03-24T16:00:00Z&style=yahoo").await?;
        let folder = page.folder.path();
        let allow = json!({"behavior": "allow", "downloadPath": folder});
        page.browser("Browser.setDownloadBehavior", allow).await?;
        page.click("download").await?;
        let file = folder.join("BTCUSDT_1h_2023-03-24T16-00-00_px1280_w150_v1_yahoo.png");
        let start = std::time::Instant::now();
        while !file.is_file() && start.elapsed() < super::PATIENCE {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let bytes = fs::read(&file).expect("the download");
        assert_eq!(Digest::of(&bytes).to_string(), page.text("sha256").await?);
        Ok(())
    });
}

#[test]
fn hashes_and_the_picture_go_to_the_clipboard() {
    on_page(async |page| {
        let allow = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        page.browser("Browser.grantPermissions", allow).await?;
        page.open_sample("").await?;
        page.eval("document.querySelector('[data-copy=sha256]').click()").await?;
        page.wait("document.querySelector('[data-copy=sha256]').textContent === 'Copied'").await?;
        page.eval("void navigator.clipboard.readText().then(text => (window.read = text))").await?;
        page.wait("window.read !== undefined").await?;
        assert_eq!(page.eval("window.read").await?, json!(page.text("sha256").await?));
        page.click("copy-picture").await?;
        page.wait("document.getElementById('copy-picture').textContent === 'Copied'").await?;
        Ok(())
    });
}

#[test]
fn an_index_is_confirmed_entry_by_entry_and_a_changed_one_is_found() {
    on_page(async |page| {
        let folder = page.folder.path();
        let render = ["render", "--sample", "--stride", "100", "--size", "200x150", "--title"];
        let output =
            std::process::Command::new(&*BINARY).args(render).current_dir(folder).output().expect("it runs");
        assert!(output.status.success());
        let index = folder.join("sample/image_cache.sqlite");
        let connection = rusqlite::Connection::open(&index).expect("an index");
        let count = |status: &str| -> i64 {
            let sql = "SELECT count(*) FROM images WHERE status = ?";
            connection.query_row(sql, [status], |row| row.get(0)).expect("a number")
        };
        let (ok, missing) = (count("ok"), count("missing"));
        assert!(ok > 50 && missing > 0);
        page.open_sample("").await?;
        page.choose(&[&index]).await?;
        page.wait("/confirmed$/.test(document.querySelector('#report h2')?.textContent)").await?;
        let report = page.text("report").await?;
        assert!(report.contains(&format!("{ok} of {ok} entries confirmed")), "{report}");
        assert!(report.contains(&format!("{missing} more say “missing”")), "{report}");

        let change = "UPDATE images SET sha256 = replace(sha256, substr(sha256, 1, 8), 'deadbeef')
            WHERE rowid = (SELECT max(rowid) FROM images WHERE status = 'ok' AND symbol = 'ETHUSD')";
        assert_eq!(connection.execute(change, []).expect("a change"), 1);
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
        page.choose(&[&index]).await?;
        page.wait(&format!(
            "document.querySelector('#report h2')?.textContent.includes('{} of {ok} entries confirmed')",
            ok - 1
        ))
        .await?;
        assert!(page.text("report").await?.contains("deadbeef"));
        page.screenshot("index").await?;
        page.eval("document.querySelector('#report button').click()").await?;
        page.wait("document.getElementById('series').selectedOptions[0].text === 'ETHUSD 4h'").await?;
        Ok(())
    });
}
