//! [`Session`]: the Python that runs a page's blocks, as a notebook would.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Kit, blocks::Block};

/// A Python that is ended when this is dropped.
pub struct Session {
    python: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Session {
    pub fn start(kit: &Kit, folder: &Path) -> Result<Self> {
        let mut python = kit
            .command("python", folder)
            .args(["-W", "error", "-c", include_str!("session.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("python")?;
        let asks = python.stdin.take().context("python takes nothing")?;
        let answers = BufReader::new(python.stdout.take().context("python says nothing")?);
        Ok(Self { python, asks, answers })
    }

    /// What a block prints, or why it fails. Lines in errors are those of the page.
    pub fn run(&mut self, block: &Block, at: &str) -> Result<Result<String, String>> {
        let page = at.rsplit_once(':').map_or(at, |(page, _)| page);
        let code = "\n".repeat(block.line) + &block.code;
        writeln!(self.asks, "{}", json!({ "code": code, "page": page }))?;
        self.asks.flush()?;
        let mut answer = String::new();
        ensure!(self.answers.read_line(&mut answer)? > 0, "{at}: Python has ended itself");
        let answer: Value = serde_json::from_str(&answer).with_context(|| format!("{at}: {answer}"))?;
        let printed = answer["printed"].as_str().unwrap_or_default().to_owned();
        Ok(answer["error"].as_str().map_or(Ok(printed.clone()), |why| Err(format!("{printed}{why}"))))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to do.
        let _ = self.python.kill();
        let _ = self.python.wait();
    }
}
