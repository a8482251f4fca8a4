//! The templates of `integrations/`, run for real or with stand-ins for what an engine does.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{self, Place, Ran, hourly, ran, rows, specs, tree};

fn template(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../integrations").join(name)
}

/// A script in a place, with the program and these stand-ins before all others of the path.
fn script(place: &Place, name: &str, args: &[&str], stand_ins: &[(&str, &str)]) -> Command {
    let folder = place.path("bin");
    fs::create_dir_all(&folder).expect("made");
    let stand_in = |name: &str, text: &str| {
        let file = folder.join(name);
        fs::write(&file, text).expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("permissions");
    };
    stand_in("image-cache", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_image-cache")));
    stand_ins.iter().for_each(|(name, text)| stand_in(name, text));
    let mut command = Command::new("bash");
    command.arg(template(name)).args(args).current_dir(place.path("."));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(paths).expect("a path"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["IMAGE_CACHE_", "SLURM_", "SBATCH_", "PARALLEL"].iter().any(|known| name.starts_with(known)) {
            command.env_remove(name);
        }
    }
    command
}

#[track_caller]
fn well(ran: &Ran) {
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
}

/// Fails unless two places hold the same.
#[track_caller]
fn assert_same(place: &Place, whole: &Place, index: &str, root: &str) {
    assert!(rows(&place.path(index)) == rows(&whole.path(index)));
    assert_eq!(specs(&place.path(index)), specs(&whole.path(index)));
    assert!(tree(&place.path(root)) == tree(&whole.path(root)));
}

#[test]
#[ignore = "needs GNU parallel; `cargo xtask integrations` installs it and runs this"]
fn gnu_parallel_makes_of_the_sample_what_one_run_makes() {
    let (place, whole) = (Place::new(), Place::new());
    let flags = ["--sample", "--size", "64"];
    well(&whole.run("render", &flags));
    let run = || {
        let mut command = script(&place, "parallel/render", &flags, &[]);
        ran(command.env("SHARDS", "7").env("INDEX", "sample/image_cache.sqlite"))
    };
    let first = run();
    well(&first);
    assert!(
        first.stdout.contains("290 ok, 0 corrupt") && first.stdout.contains("shards 0-6/7"),
        "{}",
        first.stdout
    );
    assert_same(&place, &whole, "sample/image_cache.sqlite", "sample/image-cache");
    let again = run();
    well(&again);
    assert!(
        again.stdout.lines().filter(|line| line.starts_with("Shard")).all(|line| line.ends_with(", 0 new"))
    );
}

#[test]
#[ignore = "needs GNU parallel; `cargo xtask integrations` installs it and runs this"]
fn gnu_parallel_tells_of_a_shard_that_fails() {
    let place = hourly(40);
    let flags = ["--size", "16", "--window", "10"];
    // In the way of the pictures.
    fs::write(place.root(), "a file").expect("written");
    let failed = ran(script(&place, "parallel/render", &flags, &[]).env("SHARDS", "2"));
    assert_eq!(failed.status, 1, "{}", failed.stderr);
    fs::remove_file(place.root()).expect("removed");
    well(&ran(script(&place, "parallel/render", &flags, &[]).env("SHARDS", "2")));
    assert_eq!(place.check_ok_rows(), 31);
    assert_eq!(ran(script(&place, "parallel/render", &["--size", "3"], &[]).env("SHARDS", "2")).status, 2);
}

#[test]
#[ignore = "needs GNU parallel; `cargo xtask integrations` installs it and runs this"]
fn gnu_parallel_takes_arguments_as_they_are_and_minds_no_setting_of_what_is_said() {
    let (place, whole) = (hourly(40), hourly(40));
    let root = "a {} {#} 'root' {1}";
    let flags = ["--size", "16", "--window", "10", "--root", root];
    well(&whole.run("render", &flags));
    fs::write(place.path("image-cache.toml"), "root = \"elsewhere\"\nquiet = true\n").expect("written");
    let mut command = script(&place, "parallel/render", &flags, &[]);
    command.envs([("SHARDS", "3"), ("IMAGE_CACHE_FORMAT", "json"), ("IMAGE_CACHE_QUIET", "true")]);
    well(&ran(command.env("IMAGE_CACHE_ROOT", "elsewhere")));
    assert_same(&place, &whole, "image_cache.sqlite", root);
    assert!(!place.path("elsewhere").exists());

    let mut dry = script(&place, "parallel/render", &flags, &[]);
    let dry = ran(dry.envs([("SHARDS", "2"), ("IMAGE_CACHE_DRY_RUN", "true")]));
    assert_eq!(dry.status, 1, "{}", dry.stderr);
    assert!(dry.stderr.contains("is dry-run set"), "{}", dry.stderr);
}

#[test]
#[ignore = "needs GNU parallel; `cargo xtask integrations` installs it and runs this"]
fn gnu_parallel_merges_what_lacks_only_what_the_plan_refuses() {
    let (place, whole) = (common::varied(), common::varied());
    let flags = ["--size", "16", "--window", "10"];
    assert_eq!(whole.run("render", &flags).status, 1, "ends off the second");
    let made = ran(script(&place, "parallel/render", &flags, &[]).env("SHARDS", "3"));
    well(&made);
    assert!(made.stderr.contains("an end of series XRPUSD 1h refused"), "{}", made.stderr);
    assert_same(&place, &whole, "image_cache.sqlite", "image-cache");
}

#[test]
fn scripts_say_what_they_do_not_take() {
    let place = hourly(20);
    for name in ["parallel/render", "slurm/submit"] {
        for flag in [
            "--index",
            "--jobs=2",
            "--geometry",
            "--dry-run",
            "--max-seconds=5",
            "--shard",
            "--plan=ab",
            "-q",
        ] {
            let refused = ran(&mut script(&place, name, &[flag, "x"], &[]));
            let word = flag.split('=').next().expect("a flag");
            assert_eq!(refused.status, 2, "{name} {flag}: {}", refused.stderr);
            assert!(refused.stderr.contains(&format!("{name}: error: {word}")), "{}", refused.stderr);
        }
        for shards in ["0", "-1", "eight", "1000000"] {
            let refused = ran(script(&place, name, &[], &[]).env("SHARDS", shards));
            assert_eq!(refused.status, 2, "{name} {shards}: {}", refused.stderr);
            assert!(refused.stderr.contains("SHARDS is"), "{}", refused.stderr);
        }
        let nothing = ran(&mut script(&place, name, &["--db", "nowhere.sqlite"], &[]));
        assert_eq!(nothing.status, 1);
        assert!(nothing.stderr.contains("does not exist") && nothing.stderr.contains("nothing is planned"));
    }
}

/// Runs what is submitted at once: each task of an array in turn, with the variables that Slurm sets.
const SBATCH: &str = r#"#!/bin/bash
set -euo pipefail
array='' plan=${IMAGE_CACHE_PLAN:-}
while [[ $1 == --* ]]; do
    case $1 in
    --array=*) array=${1#--array=} ;;
    --dependency=afterok:77 | --parsable) ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
    esac
    shift
done
echo "$(basename "$1") array=$array plan=${plan:0:8}" >>submitted
if [[ -n $array ]]; then
    for ((id = ${array%-*}; id <= ${array#*-}; id++)); do
        until SLURM_JOB_ID=$((100 + id)) SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_TASK_ID=$id SLURM_ARRAY_TASK_MIN=${array%-*} \
            SLURM_ARRAY_TASK_MAX=${array#*-} SLURM_ARRAY_TASK_COUNT=$((${array#*-} - ${array%-*} + 1)) \
            bash "$@" >>out 2>&1; do
            [[ -e requeued ]] && rm requeued || exit 1
        done
    done
    echo 77
else
    bash "$@" >>out 2>&1
fi
"#;
/// Each task is interrupted once before it has done anything.
const SRUN: &str = r#"#!/bin/bash
seen=seen.${SLURM_ARRAY_TASK_ID:-none}
if [[ $2 == render && ! -e $seen ]]; then
    touch "$seen"
    exit 130
fi
exec "$@"
"#;
/// Whoever is queued again runs once more.
const SCONTROL: &str = "#!/bin/sh\n[ \"$1\" = requeue ] && echo \"$2\" | tee -a requeues >requeued\n";

#[test]
fn a_slurm_array_makes_what_one_run_makes() {
    let (place, whole) = (hourly(300), hourly(300));
    let flags = ["--size", "16", "--window", "10"];
    well(&whole.run("render", &flags));
    let stand_ins = [("sbatch", SBATCH), ("srun", SRUN), ("scontrol", SCONTROL)];
    let mut command = script(&place, "slurm/submit", &flags, &stand_ins);
    let ran = ran(command.env("SHARDS", "3"));
    assert_eq!(ran.status, 0, "{}{}{}", ran.stdout, ran.stderr, read(&place, "out"));
    assert!(ran.stdout.contains("3 shards of plan "), "{}", ran.stdout);
    let submitted = read(&place, "submitted");
    let lines: Vec<&str> = submitted.lines().collect();
    assert_eq!(lines.len(), 2, "{submitted}");
    assert!(lines[0].starts_with("render.sbatch array=0-2 plan=") && !lines[0].ends_with('='), "{submitted}");
    assert_eq!(lines[1], "merge.sbatch array= plan=", "the plan is the array's alone");
    assert_eq!(read(&place, "requeues"), "100\n101\n102\n", "{}", read(&place, "out"));
    assert_same(&place, &whole, "image_cache.sqlite", "image-cache");
}

#[test]
fn a_slurm_array_has_its_index_where_the_merge_looks_and_one_task_can_run_again() {
    let (place, whole) = (Place::new(), Place::new());
    let flags = ["--sample", "--size", "16", "--window", "10", "--root", "y"];
    well(&whole.run("render", &flags));
    fs::write(place.path("image-cache.toml"), "root = \"elsewhere\"\nquiet = true\nformat = \"json\"\n")
        .expect("written");
    let stand_ins = [("sbatch", SBATCH), ("srun", SRUN), ("scontrol", SCONTROL)];
    for (shards, index) in [("1", "q.db"), ("3", "q"), ("2", "sample/q.sqlite")] {
        let mut command = script(&place, "slurm/submit", &flags, &stand_ins);
        let ran = ran(command.envs([("SHARDS", shards), ("INDEX", index)]));
        assert_eq!(ran.status, 0, "{}{}{}", ran.stdout, ran.stderr, read(&place, "out"));
        assert!(rows(&place.path(index)) == rows(&whole.path("sample/image_cache.sqlite")));
        assert!(tree(&place.path("y")) == tree(&whole.path("y")) && !place.path("elsewhere").exists());
    }
    // As an array of that one task, which is not interrupted.
    fs::write(place.path("seen.17"), "").expect("written");
    let mut alone = script(&place, "slurm/render.sbatch", &flags, &stand_ins);
    for (name, value) in [("ID", "17"), ("MIN", "17"), ("MAX", "17"), ("COUNT", "1")] {
        alone.env(format!("SLURM_ARRAY_TASK_{name}"), value);
    }
    well(&ran(alone.envs([("SHARDS", "64"), ("SLURM_JOB_ID", "5"), ("IMAGE_CACHE_INDEX", "r.sqlite")])));
    assert!(place.path("r.17-of-64.sqlite").exists());
}

#[test]
fn a_slurm_task_is_not_queued_again_for_ever() {
    let place = hourly(20);
    let stand_ins = [("srun", "#!/bin/sh\nexit 130\n"), ("scontrol", SCONTROL)];
    let run = |restarts: &str| {
        let mut command = script(&place, "slurm/render.sbatch", &[], &stand_ins);
        command.envs([("SHARDS", "1"), ("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_JOB_ID", "9")]);
        ran(command.envs([("SLURM_RESTART_COUNT", restarts), ("MAX_RESTARTS", "3")]))
    };
    assert_eq!((run("2").status, read(&place, "requeues").as_str()), (130, "9\n"));
    let last = run("3");
    assert_eq!((last.status, read(&place, "requeues").as_str()), (1, "9\n"));
    assert!(last.stderr.contains("MAX_RESTARTS allows no more"), "{}", last.stderr);
}

fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap_or_default()
}
