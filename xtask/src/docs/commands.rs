//! The reference of commands: what the program itself says of each.

use anyhow::{Context, Result, ensure};

use super::{Kit, example::escaped};

/// The help of every command that the program lists.
pub fn reference(kit: &Kit) -> Result<String> {
    let overview = help(kit, &["--help"])?;
    let (_, list) = overview.split_once("Commands:\n").context("the program lists no commands")?;
    let commands: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        // What goes on in a further line stands further to the right.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    ensure!(commands.contains(&"render"), "the program's list of commands reads otherwise than it did");
    let mut text = format!("## image-cache\n\n{}", block(&overview));
    for name in commands {
        text += &format!("## {name}\n\n{}", block(&help(kit, &["help", name])?));
    }
    Ok(text)
}

fn block(text: &str) -> String {
    format!("<pre class=\"help\"><code class=\"language-text\">{}</code></pre>\n\n", escaped(text.trim_end()))
}

fn help(kit: &Kit, words: &[&str]) -> Result<String> {
    let ran =
        kit.command("image-cache", &kit.empty("commands")?).args(words).output().context("image-cache")?;
    ensure!(
        ran.status.success(),
        "image-cache {}: {}",
        words.join(" "),
        String::from_utf8_lossy(&ran.stderr)
    );
    Ok(String::from_utf8(ran.stdout)?)
}
