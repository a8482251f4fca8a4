//! The table of all targets, as it stands in DETERMINISM.md.

use anyhow::{Result, bail};

use crate::setup::Absent;

/// What came of a target.
pub enum Outcome {
    /// It cannot run here, and why. Nothing is said about its bytes.
    NotRun(String),
    /// It ran and gave no answer.
    Failed(String),
    /// It answered.
    Compared {
        /// Cases that are not as committed.
        differences: usize,
        /// All cases.
        cases: usize,
    },
}

/// One target.
pub struct Row {
    pub name: &'static str,
    /// What it is, with versions.
    pub what: String,
    pub outcome: Outcome,
    pub seconds: f64,
}

impl Outcome {
    fn is_same(&self) -> bool {
        matches!(self, Self::Compared { differences: 0, .. })
    }

    pub fn text(&self) -> String {
        match self {
            Self::NotRun(_) => "not run".to_owned(),
            Self::Failed(_) => "FAILED".to_owned(),
            Self::Compared { differences: 0, cases } => format!("{0} of {0} same", thousands(*cases)),
            Self::Compared { differences, cases } => {
                format!("{} of {} DIFFER", thousands(*differences), thousands(*cases))
            }
        }
    }

    /// Why there is no comparison, on one line.
    fn why(&self) -> Option<String> {
        match self {
            Self::NotRun(why) | Self::Failed(why) => Some(why.replace(['\n', '|'], " ")),
            Self::Compared { .. } => None,
        }
    }
}

/// The table in Markdown.
pub fn markdown(rows: &[Row]) -> String {
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let what = row.outcome.why().unwrap_or_else(|| row.what.clone());
            let seconds = match row.outcome {
                Outcome::NotRun(_) => String::new(),
                _ => format!("{:.1}", row.seconds),
            };
            [row.name.to_owned(), row.outcome.text(), seconds, what]
        })
        .collect();
    let head = ["target", "cases", "seconds", "what ran"].map(str::to_owned);
    let rule = ["---", "---", "---:", "---"].map(str::to_owned);
    [head, rule].iter().chain(&cells).map(|cells| format!("| {} |\n", cells.join(" | "))).collect()
}

/// Whether every target ran and gave the committed hashes.
pub fn verdict(rows: &[Row]) -> Result<()> {
    let count = |outcome: fn(&Outcome) -> bool| rows.iter().filter(|row| outcome(&row.outcome)).count();
    let not_run = count(|outcome| matches!(outcome, Outcome::NotRun(_)));
    let same = count(Outcome::is_same);
    let differ = rows.len() - same - not_run;
    println!("targets: {same} of {} the same, {differ} not, {not_run} not run", rows.len());
    if differ > 0 {
        bail!("committed hashes not given: {differ} of {} targets", rows.len());
    }
    if not_run > 0 {
        let names = rows.iter().filter(|row| matches!(row.outcome, Outcome::NotRun(_))).map(|row| row.name);
        let names = names.collect::<Vec<_>>().join(", ");
        return Err(Absent::new(format!("not run here, for the reasons in the table: {names}")).into());
    }
    Ok(())
}

/// A number with a comma between its thousands.
fn thousands(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1000), number % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcome: Outcome) -> Row {
        Row { name: "somewhere", what: "a machine".to_owned(), outcome, seconds: 1.26 }
    }

    #[test]
    fn what_did_not_run_is_never_told_as_passed() {
        let same = || row(Outcome::Compared { differences: 0, cases: 2000 });
        assert!(verdict(&[same(), same()]).is_ok());
        assert!(verdict(&[same(), row(Outcome::NotRun("no such machine".to_owned()))]).is_err());
        assert!(verdict(&[same(), row(Outcome::Failed("it crashed".to_owned()))]).is_err());
        assert!(verdict(&[same(), row(Outcome::Compared { differences: 1, cases: 2000 })]).is_err());
    }

    #[test]
    fn the_table_says_of_each_target_what_came_of_it() {
        let rows = [
            row(Outcome::Compared { differences: 0, cases: 2000 }),
            row(Outcome::Compared { differences: 12, cases: 1_234_567 }),
            row(Outcome::NotRun("no\nsuch | machine".to_owned())),
            row(Outcome::Failed("it crashed".to_owned())),
        ];
        assert_eq!(
            markdown(&rows),
            "| target | cases | seconds | what ran |\n\
             | --- | --- | ---: | --- |\n\
             | somewhere | 2,000 of 2,000 same | 1.3 | a machine |\n\
             | somewhere | 12 of 1,234,567 DIFFER | 1.3 | a machine |\n\
             | somewhere | not run |  | no such   machine |\n\
             | somewhere | FAILED | 1.3 | it crashed |\n"
        );
    }
}
