//! A command of several steps: each runs, whatever became of the others, and the end says what did not.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::{process::end_step, setup::Absent};

/// The steps that ran so far.
#[derive(Default)]
pub struct Steps(Vec<Step>);

struct Step {
    title: String,
    seconds: f64,
    outcome: Result<()>,
}

impl Steps {
    /// Runs what `add` adds, and nothing else.
    pub fn alone(add: impl FnOnce(&mut Self)) -> Result<()> {
        let mut steps = Self::default();
        add(&mut steps);
        steps.finish()
    }

    /// Runs a step, says how long it took, and keeps what became of it; `true` where all is well.
    pub fn run(&mut self, title: &str, step: impl FnOnce() -> Result<()>) -> bool {
        println!("\n==> {title}");
        let begin = Instant::now();
        let outcome = step();
        end_step();
        let seconds = begin.elapsed().as_secs_f64();
        let is_well = outcome.is_ok();
        match &outcome {
            Ok(()) => println!("<== {title}: {seconds:.1} s"),
            Err(error) => println!("<== {title}: {}: {error:#}", verdict(&outcome)),
        }
        self.0.push(Step { title: title.to_owned(), seconds, outcome });
        is_well
    }

    /// Notes that a step cannot run without another one.
    pub fn leave_out(&mut self, title: &str, why: impl Into<String>) {
        let outcome = Err(Absent::new(why).into());
        self.0.push(Step { title: title.to_owned(), seconds: 0.0, outcome });
    }

    /// Lists all steps with their times.
    ///
    /// # Errors
    /// Names the steps that failed, and those that were not run.
    pub fn finish(self) -> Result<()> {
        let Self(steps) = self;
        let width = steps.iter().map(|step| step.title.len()).max().unwrap_or(0);
        println!();
        for Step { title, seconds, outcome } in &steps {
            let why = outcome.as_ref().err().map_or_else(String::new, |error| format!(": {error:#}"));
            println!("{title:width$} {seconds:7.1} s  {}{why}", verdict(outcome));
        }
        let all: f64 = steps.iter().map(|step| step.seconds).sum();
        println!("{:width$} {all:7.1} s", "all");
        let titles = |verdict_of: &str| {
            let those = steps.iter().filter(|step| verdict(&step.outcome) == verdict_of);
            those.map(|step| step.title.as_str()).collect::<Vec<_>>().join(", ")
        };
        match (titles(FAILED), titles(NOT_RUN)) {
            (failed, not_run) if failed.is_empty() && not_run.is_empty() => Ok(()),
            (failed, not_run) if not_run.is_empty() => bail!("failed: {failed}"),
            (failed, not_run) if failed.is_empty() => {
                bail!("not run: {not_run}; the lines above say what is missing")
            }
            (failed, not_run) => bail!("failed: {failed}; not run: {not_run}"),
        }
    }
}

const FAILED: &str = "FAILED";
const NOT_RUN: &str = "NOT RUN";

fn verdict(outcome: &Result<()>) -> &'static str {
    match outcome {
        Ok(()) => "ok",
        Err(error) if error.chain().any(<dyn std::error::Error>::is::<Absent>) => NOT_RUN,
        Err(_) => FAILED,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn every_step_runs_and_the_end_tells_failures_from_what_is_missing() {
        let mut steps = Steps::default();
        assert!(steps.run("one", || Ok(())));
        assert!(steps.finish().is_ok());

        let mut steps = Steps::default();
        assert!(!steps.run("one", || Err(anyhow!("broken"))));
        assert!(!steps.run("two", || Err(Absent::new("no npm").into())));
        assert!(!steps.run("three", || Err(Absent::new("no npm")).context("the page")));
        steps.leave_out("four", "no page");
        assert!(steps.run("five", || Ok(())));
        let error = steps.finish().expect_err("two did not run, one failed").to_string();
        assert_eq!(error, "failed: one; not run: two, three, four");

        let mut steps = Steps::default();
        steps.leave_out("four", "no page");
        let error = steps.finish().expect_err("it did not run").to_string();
        assert_eq!(error, "not run: four; the lines above say what is missing");
    }
}
