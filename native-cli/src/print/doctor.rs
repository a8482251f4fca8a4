//! `doctor`: what was found, and what to do about it.

use serde::Serialize;
use serde_json::json;

use crate::{console::Console, error::Error};

/// How much a finding is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// Worth knowing; runs go on.
    Note,
    /// In the way of a run, or of trust in it.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What it is of.
    check: &'static str,
    verdict: Verdict,
    /// What was seen.
    what: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, what: String) -> Self {
        Self { check, verdict: Verdict::Ok, what, advice: None }
    }

    pub fn note(check: &'static str, what: String, advice: &str) -> Self {
        Self { check, verdict: Verdict::Note, what, advice: Some(advice.to_owned()) }
    }

    pub fn problem(check: &'static str, what: String, advice: &str) -> Self {
        Self { check, verdict: Verdict::Problem, what, advice: Some(advice.to_owned()) }
    }

    /// An error that a run would end with; its own words say what to do.
    pub fn of_error(check: &'static str, error: &Error) -> Self {
        Self { check, verdict: Verdict::Problem, what: error.to_string(), advice: None }
    }
}

/// Prints all findings; `true` where none is a problem.
pub fn print(console: &mut Console, findings: &[Finding]) -> bool {
    let count = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (problems, notes) = (count(Verdict::Problem), count(Verdict::Note));
    if console.is_json() {
        findings.iter().for_each(|finding| console.print_json("finding", finding));
        console.print_json("summary", &json!({"problems": problems, "notes": notes}));
        return problems == 0;
    }
    for Finding { check, verdict, what, advice } in findings {
        let verdict = match verdict {
            Verdict::Ok => "ok",
            Verdict::Note => "note",
            Verdict::Problem => "PROBLEM",
        };
        console.print(&format!("{verdict:8}{check:9}{what}"));
        if let Some(advice) = advice {
            console.print(&format!("{:17}{advice}", ""));
        }
    }
    console.print(&match problems {
        0 => "Nothing is in the way.".to_owned(),
        1 => "1 problem".to_owned(),
        _ => format!("{problems} problems"),
    });
    problems == 0
}
