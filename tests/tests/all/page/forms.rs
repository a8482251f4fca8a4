//! Files as exchanges, brokers, terminals and libraries write them: the page reads them as `import` does.

use std::{fs, path::PathBuf};

use serde_json::json;

use super::{native::obey_all, on_page};

/// Where the files of the command line's tests are.
fn folder() -> PathBuf {
    tests::root().join("native-cli/tests/forms")
}

/// A file, the symbol that a user gives it, and what the page says of its form.
const FORMS: [(&str, &str, &str); 10] = [
    ("yfinance/AAPL.csv", "", "CSV with a header, commas, UTF-8; times: year, month, day, UTC"),
    ("alpaca/bars.json", "AAPL", "JSON, bars"),
    ("binance/btcusdt_kline_1h.jsonl", "", "JSON lines"),
    ("binance/BTCUSDT-1h-2023-01.csv", "", "CSV without a header, commas, UTF-8; times: ms since 1970"),
    ("metatrader5/EURUSD_H1_202301302000_202301310700.csv", "", "CSV with a header, tabs, UTF-8"),
    ("metatrader5/AAPL_Daily_202303060000_202303210000.csv", "", "CSV with a header, tabs, UTF-8"),
    ("cryptodatadownload/Binance_BTCUSDT_1h.csv", "", "CSV with a header, commas"),
    ("interactivebrokers/forex.csv", "EURUSD", "CSV with a header, commas"),
    ("upbit/candles.json", "KRW-BTC", "JSON"),
    ("tradingview/NASDAQ_AAPL, 1D.csv", "", "CSV with a header, commas"),
];

#[test]
fn a_file_gives_the_picture_that_import_and_render_give() {
    on_page(async |page| {
        page.open("").await?;
        for (form, symbol, says) in FORMS {
            let own = tempfile::tempdir().expect("a folder");
            let name = form.split('/').next_back().expect("a name");
            let file = own.path().join(name);
            fs::copy(folder().join(form), &file).expect("a file");
            page.choose_candles(&[&file]).await?;
            page.settle().await?;
            if !symbol.is_empty() {
                page.forget_digest().await?;
                page.set("symbol", symbol).await?;
                page.settle().await?;
            }
            assert_eq!(page.text("position").await?, "12 / 12", "{form}");
            let told = page.text("form").await?;
            assert!(told.starts_with(says), "{form}: {told}");
            let written = obey_all(&page.text("command").await?, own.path());
            assert_eq!(page.text("sha256").await?, written.sha256(), "{form}");
        }
        Ok(())
    });
}

#[test]
fn utf_16_of_a_terminal_gives_the_picture_that_import_and_render_give() {
    on_page(async |page| {
        page.open("").await?;
        let name = "EURUSD_H1_202301302000_202301310700.csv";
        let text = fs::read_to_string(folder().join("metatrader5").join(name)).expect("a text");
        let units = format!("\u{feff}{text}");
        let file = page.file(name, units.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        page.choose_candles(&[&file]).await?;
        page.settle().await?;
        assert!(page.text("form").await?.starts_with("CSV with a header, tabs, UTF-16"));
        page.screenshot("metatrader").await?;
        let written = obey_all(&page.text("command").await?, page.folder.path());
        assert_eq!(page.text("sha256").await?, written.sha256());
        Ok(())
    });
}

#[test]
fn each_symbol_of_a_file_is_a_series_to_choose() {
    on_page(async |page| {
        page.open("").await?;
        let file =
            page.file("all_stocks.csv", fs::read(folder().join("several/all_stocks.csv")).expect("a file"));
        page.choose_candles(&[&file]).await?;
        page.settle().await?;
        let options = page.eval("[...document.getElementById('series').options].map(o => o.text)").await?;
        assert_eq!(options, json!(["AAL 1d", "AAPL 1d"]));
        page.screenshot("several").await?;
        page.forget_digest().await?;
        page.set("series", "1").await?;
        page.settle().await?;
        assert_eq!(page.value("symbol").await?, "AAPL");
        let written = obey_all(&page.text("command").await?, page.folder.path());
        assert_eq!(page.text("sha256").await?, written.sha256());
        Ok(())
    });
}

#[test]
fn what_is_no_text_is_named_for_what_it_is() {
    on_page(async |page| {
        page.open("").await?;
        for (name, text, says) in [
            ("a.parquet", "PAR1\u{15}\0", "a.parquet: is a Parquet file"),
            ("a.pdf", "%PDF-1.7\n", "a.pdf: is a PDF document"),
            ("a.html", "<!DOCTYPE html><p>", "a.html: is a web page"),
        ] {
            page.hand_over("drop", name, text).await?;
            page.wait("document.querySelector('.error') !== null").await?;
            let told = page.text("messages").await?;
            assert!(told.contains(says), "{name}: {told}");
            page.eval("document.querySelector('.error button').click()").await?;
        }
        Ok(())
    });
}
