//! The templates of `integrations/`, run for real or with stand-ins for what an engine does.

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use common::{Place, Ran, hourly, ran, rows, specs, tree};

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

fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap_or_default()
}
