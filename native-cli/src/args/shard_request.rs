//! `--shard`: which shard a command is to make, as a flag says it or as the engine that runs it does.

use std::{num::NonZeroU32, str::FromStr};

use cache::{MOST_SHARDS, Shard};

use crate::error::Error;

/// A shard as a flag says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardRequest {
    Named(Shard),
    /// The engine that runs this knows which one, and how many there are unless that is said.
    OfEngine(Option<NonZeroU32>),
}

/// How many shards there are to be, as a flag says it.
pub fn number_of_shards(text: &str) -> Result<NonZeroU32, Error> {
    let number = text.parse().ok().filter(|&number: &NonZeroU32| number.get() <= MOST_SHARDS);
    number.ok_or_else(|| {
        Error::usage(format!("the number of shards is a whole number from 1 to {MOST_SHARDS}"))
    })
}

impl FromStr for ShardRequest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::usage(
                "a shard is such as 0/8, the first of eight; /8 or auto where an engine's variables say which",
            )
        };
        if text == "auto" {
            return Ok(Self::OfEngine(None));
        }
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let of = number_of_shards(of).map_err(|why| if of.parse::<u32>().is_ok() { why } else { wrong() })?;
        if index.is_empty() {
            return Ok(Self::OfEngine(Some(of)));
        }
        let index = index.parse().map_err(|_| wrong())?;
        if index >= of.get() {
            let last = of.get() - 1;
            let why = format!("shards are counted from 0, so the last of {of} is {last}/{of}");
            return Err(Error::Usage(why));
        }
        Ok(Self::Named(Shard { index, of }))
    }
}

/// What an engine says of the task that it runs: its number from 0, and how many there are, if that is known.
struct Told {
    variable: &'static str,
    index: u32,
    count: Option<u32>,
}

impl ShardRequest {
    /// The one shard that is meant, where `variable` gives what the environment says.
    pub fn settle(self, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, Error> {
        // A flag beats variables, an engine's too: one task may run several shards.
        let asked = match self {
            Self::Named(shard) => return Ok(shard),
            Self::OfEngine(of) => of,
        };
        let Some(Told { variable, index, count }) = told(&variable, asked.is_none())? else {
            return Err(Error::usage(
                "nothing says which shard this is: none of JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID and \
                 AWS_BATCH_JOB_ARRAY_INDEX is set; say it, such as --shard 0/8",
            ));
        };
        let of = asked.or(count.and_then(NonZeroU32::new));
        let why = match (asked, count, of) {
            (Some(of), Some(count), _) if of.get() != count => format!(
                "--shard /{of} and {variable} contradict each other: the engine runs {count} tasks; to run \
                 some shards of {of} again, name each, such as --shard 0/{of}"
            ),
            // A task that is run again by its number alone looks like this.
            (None, Some(1), _) => format!(
                "{variable} is of an array of one task, which does not say whether that is all or one of \
                 more; name the shard, such as --shard 0/1 or --shard 17/64"
            ),
            (_, _, Some(of)) if index < of.get() => return Ok(Shard { index, of }),
            (_, _, Some(of)) => format!(
                "{variable} makes this shard {index} of {of}, but they are counted from 0; run {of} tasks"
            ),
            (_, Some(_), None) => format!("the count beside {variable} is 0"),
            (_, None, None) => format!(
                "{variable} says which shard this is, but not of how many; say it, such as --shard /8"
            ),
        };
        Err(Error::Usage(why))
    }
}

fn told(variable: &impl Fn(&str) -> Option<String>, is_auto: bool) -> Result<Option<Told>, Error> {
    let number = |name: &str| {
        let number = |text: String| {
            text.parse().map_err(|_| Error::Usage(format!("{name} is no whole number: {text:?}")))
        };
        variable(name).map(number).transpose()
    };
    let mut all = Vec::new();
    for (variable, size) in
        [("JOB_COMPLETION_INDEX", None), ("AWS_BATCH_JOB_ARRAY_INDEX", Some("AWS_BATCH_JOB_ARRAY_SIZE"))]
    {
        if let Some(index) = number(variable)? {
            all.push(Told { variable, index, count: size.map(number).transpose()?.flatten() });
        }
    }
    if let Some(id) = number("SLURM_ARRAY_TASK_ID")? {
        let slurm = |name: &str| number(&format!("SLURM_ARRAY_TASK_{name}"));
        let (max, count, step) = (slurm("MAX")?, slurm("COUNT")?, slurm("STEP")?);
        let Some(min) = slurm("MIN")? else {
            return Err(Error::usage("SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_MIN is not"));
        };
        if is_auto && min > 1 {
            return Err(Error::Usage(format!(
                "the Slurm array begins at {min}, so it may be some tasks of more; name the shard, such as --shard {id}/64, or begin the array at 0"
            )));
        }
        let tasks = |max: u32| max.checked_sub(min).and_then(|steps| steps.checked_add(1));
        let holes = match (step, max, count) {
            (Some(step), max, _) if step > 1 && max != Some(min) => format!("has a step of {step}"),
            (_, Some(max), Some(count)) if tasks(max) != Some(count) => {
                format!("has {count} tasks between {min} and {max}")
            }
            _ => String::new(),
        };
        if !holes.is_empty() {
            let mend = "give it no step and no holes, such as --array=0-7";
            return Err(Error::Usage(format!("the Slurm array {holes}; {mend}")));
        }
        let Some(index) = id.checked_sub(min) else {
            return Err(Error::usage("SLURM_ARRAY_TASK_ID is below SLURM_ARRAY_TASK_MIN"));
        };
        all.push(Told { variable: "SLURM_ARRAY_TASK_ID", index, count });
    }
    all.into_iter()
        .map(Ok)
        .reduce(|first, other| {
            let (first, other) = (first?, other?);
            let count = first.count.or(other.count);
            if first.index == other.index && other.count.is_none_or(|_| other.count == count) {
                return Ok(Told { count, ..first });
            }
            Err(Error::Usage(format!(
                "{} and {} contradict each other; name the shard, such as --shard 0/8",
                first.variable, other.variable
            )))
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(text: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let asked: ShardRequest = text.parse().map_err(|error: Error| error.to_string())?;
        asked.settle(variable).map(|shard| shard.to_string()).map_err(|error| error.to_string())
    }

    const SLURM: [(&str, &str); 4] = [
        ("SLURM_ARRAY_TASK_ID", "12"),
        ("SLURM_ARRAY_TASK_MIN", "10"),
        ("SLURM_ARRAY_TASK_MAX", "17"),
        ("SLURM_ARRAY_TASK_COUNT", "8"),
    ];
    const AWS: [(&str, &str); 2] = [("AWS_BATCH_JOB_ARRAY_INDEX", "2"), ("AWS_BATCH_JOB_ARRAY_SIZE", "8")];

    #[test]
    fn an_engine_says_which_shard_it_runs() {
        assert_eq!(settle("/8", &[("JOB_COMPLETION_INDEX", "5")]).as_deref(), Ok("5/8"));
        for variables in [&SLURM[..], &AWS] {
            assert_eq!(settle("/8", variables).as_deref(), Ok("2/8"));
        }
        assert_eq!(settle("auto", &AWS).as_deref(), Ok("2/8"));
        for (min, max, shard) in [("0", "15", "12/16"), ("1", "16", "11/16")] {
            let own = [
                SLURM[0],
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_MAX", max),
                ("SLURM_ARRAY_TASK_COUNT", "16"),
                ("SLURM_ARRAY_TASK_STEP", "1"),
            ];
            assert_eq!(settle("auto", &own).as_deref(), Ok(shard));
        }
        assert_eq!(
            settle("/8", &[SLURM, [AWS, AWS].concat().try_into().expect("four")].concat()).as_deref(),
            Ok("2/8")
        );
        assert_eq!(settle("7/9", &SLURM).as_deref(), Ok("7/9"), "a flag beats variables");
    }

    #[test]
    fn what_is_not_said_or_contradicts_itself_is_refused() {
        let refused = |text: &str, variables: &[(&str, &str)], word: &str| {
            let why = settle(text, variables).expect_err(text);
            assert!(why.contains(word), "{why}");
        };
        refused("/8", &[], "nothing says which shard");
        refused("auto", &[("JOB_COMPLETION_INDEX", "5")], "not of how many");
        refused("/5", &[("JOB_COMPLETION_INDEX", "5")], "counted from 0");
        refused("/9", &SLURM, "contradict");
        refused("/9", &AWS, "contradict");
        refused("/8", &[&SLURM[..], &[("JOB_COMPLETION_INDEX", "3")]].concat(), "contradict");
        refused("/8", &[SLURM[0], SLURM[1], ("SLURM_ARRAY_TASK_MAX", "18"), SLURM[3]], "no holes");
        refused("/8", &[SLURM[0], SLURM[1], SLURM[2], ("SLURM_ARRAY_TASK_STEP", "2")], "a step of 2");
        refused("auto", &SLURM, "begins at 10");
        for id in ["0", "1", "17"] {
            let alone = [("ID", id), ("MIN", id), ("MAX", id), ("COUNT", "1"), ("STEP", "1")];
            let names = alone.map(|(name, value)| (format!("SLURM_ARRAY_TASK_{name}"), value));
            let alone: Vec<_> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            refused("auto", &alone, if id == "17" { "begins at 17" } else { "an array of one task" });
            refused("/64", &alone, "contradict");
        }
        let alone = [("AWS_BATCH_JOB_ARRAY_INDEX", "0"), ("AWS_BATCH_JOB_ARRAY_SIZE", "1")];
        refused("auto", &alone, "an array of one task");
        refused("/4294967295", &[("JOB_COMPLETION_INDEX", "5")], "from 1 to 1000000");
        refused("/8", &[SLURM[0]], "SLURM_ARRAY_TASK_MIN");
        refused("/8", &[("JOB_COMPLETION_INDEX", "one")], "no whole number");
        for text in ["8/8", "1", "1/0", "-1/8", "a/8", "1/8/8", "", "0/1000001"] {
            assert!(text.parse::<ShardRequest>().is_err(), "{text}");
        }
    }
}
