//! What becomes of mplfinance's keywords, from the package's own table.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Kit, example::escaped};

/// A table of the keywords of `plot` or, by the name `ADDPLOT_KEYWORDS`, of `make_addplot`.
pub fn table(kit: &Kit, of: &str) -> Result<String> {
    let script = format!(
        "import json, image_cache.mpf as mpf\nprint(json.dumps([[name, it.means, repr(it.default), it.hint, \
         [repr(other) for other in it.also]] for name, it in mpf.{of}.items()]))"
    );
    let ran = kit.command("python", &kit.empty("keywords")?).args(["-c", &script]).output()?;
    ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let keywords: Vec<Value> = serde_json::from_slice(&ran.stdout)?;
    ensure!(!keywords.is_empty(), "{of} is empty");
    let mut text = format!(
        "There are {} keywords.\n\n| keyword | here | what else |\n| --- | --- | --- |\n",
        keywords.len()
    );
    for keyword in &keywords {
        let word = |index: usize| keyword[index].as_str().context("a text");
        let (name, means, default, hint) = (word(0)?, word(1)?, word(2)?, word(3)?);
        let also = keyword[4].as_array().into_iter().flatten().filter_map(Value::as_str);
        let (here, more) = match means {
            "equal" => ("the same", String::new()),
            "no effect" => ("taken, without effect", String::new()),
            _ => {
                let values: Vec<_> = [default].into_iter().chain(also).map(|it| format!("`{it}`")).collect();
                ("an error", format!("but for {}: {}", values.join(", "), escaped(hint)))
            }
        };
        text += &format!("| `{name}` | {here} | {} |\n", more.replace('|', "\\|"));
    }
    Ok(text)
}
