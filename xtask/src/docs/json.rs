//! The reference of `--format json`, from what commands print now.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use super::{Kit, example::escaped};

/// Commands that show every type of line, in one folder one after another; `;` parts what only prepares the last one.
const COMMANDS: [(&str, &str); 11] = [
    ("render", "render --sample --stride 500 --preset cnn"),
    ("verify", "verify --sample --symbol BTCUSDT"),
    ("repair", "repair --sample --symbol BTCUSDT"),
    ("status", "status --sample"),
    ("plan", "plan --sample --preset cnn --shards 2"),
    ("import", "import BTCUSDT-1h.csv --db market.sqlite"),
    ("draw", "draw BTCUSDT-1h.csv --size 200"),
    (
        "export",
        "export --sample --render --preset cnn --stride 8 --to set --as webdataset --label return --horizon 3",
    ),
    ("styles", "styles"),
    ("selftest", "selftest"),
    ("doctor", "doctor --sample"),
];

/// What fields mean whose names do not say enough.
const WORDS: &[(&str, &str)] = &[
    ("across_gaps", "Pictures whose windows span missing candles."),
    ("bytes", "Bytes of the pictures' files."),
    ("calendar", "Which candles are expected."),
    ("classes", "Names of the labels' classes, by number."),
    ("corrupt", "Entries whose file is absent or has other bytes."),
    ("done", "The share of all ends that have an entry."),
    ("dropped", "Missing entries that went, because their ends are none any more."),
    ("dry_run", "Whether nothing was written."),
    ("empty", "Rows without any price."),
    ("end", "Open time of the window's last candle."),
    ("ends", "How many windows there are, or the first and last candle."),
    ("estimated_bytes", "Bytes, estimated from a few pictures."),
    ("failed", "Pictures that could not be written."),
    ("finished", "Whether a shard has all its rows; null where there are no shards."),
    ("gaps", "Stretches of missing candles."),
    ("in_use_by", "The process that is writing to the index."),
    ("input_sha256", "Hash of all that can decide a pixel."),
    ("interrupted", "Whether the run was ended before its end."),
    ("kind", "What was found: corrupt, stale, orphan or missing."),
    ("left_out", "How many ends are in no split, by the reason why."),
    ("makeable", "Pictures that the source can make."),
    ("mend", "The command that mends it; null where there is nothing to mend."),
    ("mended", "What `repair` has mended."),
    ("missing", "Ends of which the source cannot make a picture."),
    ("missing_candles", "Candles that the source lacks and the calendar expects."),
    ("not_given", "Entries that need files of `--series` or `--marks` which were not given."),
    ("ok", "Entries that are as they should be."),
    ("orphaned", "Pictures that no row of the index has."),
    ("path", "The picture's file, relative to the root."),
    ("pixel_sha256", "SHA-256 over the decoded RGB rows."),
    ("plan", "Hash of all that decides the pictures."),
    ("reason", "Why, in words."),
    ("refused_ends", "Ends that no file name can show."),
    ("rendered", "Pictures that were made."),
    ("repeated", "Rows that said again what another one had said."),
    ("sha256", "SHA-256 of the file."),
    ("spec", "Hash of the spec."),
    ("spec_tag", "What file names say of the spec."),
    ("stale", "Entries whose candles, spec or style version have changed."),
    ("superseded", "Rows of candles that were not over, which others complete."),
    ("type", "What the line is."),
    ("unchanged", "What was there already, and right."),
    ("unreadable", "Folders that could not be read."),
    ("widened", "Highs and lows that missed a price by rounding."),
];

/// Tables of every type of line that the commands print.
pub fn reference(kit: &Kit) -> Result<String> {
    let folder = kit.empty("json-reference")?;
    let mut text = String::new();
    for (name, words) in COMMANDS {
        let command = format!("image-cache {words} --format json");
        let ran = kit.command("bash", &folder).args(["-c", &command]).output()?;
        let printed = String::from_utf8(ran.stdout)?;
        // What `repair` finds is there to be found.
        if name == "render" {
            let first = kit.command("bash", &folder).args(["-c", DAMAGE]).status()?;
            ensure!(first.success(), "there is no picture to damage");
        }
        let mut types: Vec<(String, Map<String, Value>)> = Vec::new();
        for line in printed.lines() {
            let Value::Object(fields) =
                serde_json::from_str(line).with_context(|| format!("{command}: {line}"))?
            else {
                continue;
            };
            let kind = fields["type"].as_str().context("a line has no type")?.to_owned();
            if types.iter().all(|(other, _)| *other != kind) {
                types.push((kind, fields));
            }
        }
        ensure!(!types.is_empty(), "{command} prints nothing: {}", String::from_utf8_lossy(&ran.stderr));
        write!(text, "## {name}\n\n`{command}`\n\n")?;
        for (kind, fields) in types {
            write!(text, "### {name}: {kind}\n\n| field | here | what it says |\n| --- | --- | --- |\n")?;
            for (field, value) in fields {
                let said = WORDS.iter().find(|(name, _)| *name == field).map_or("", |(_, said)| *said);
                writeln!(text, "| `{field}` | <code>{}</code> | {said} |", shown(&value))?;
            }
            text.push('\n');
        }
    }
    Ok(text)
}

const DAMAGE: &str = "rm \"$(find sample/image-cache -name '*.png' | sort | head -n 1)\"";

/// A value, short enough for a table.
fn shown(value: &Value) -> String {
    const MOST: usize = 90;
    let text = value.to_string();
    let short: String = text.chars().take(MOST).collect();
    let more = if short.len() < text.len() { " …" } else { "" };
    format!("{}{more}", escaped(&short).replace('|', "&#124;"))
}
