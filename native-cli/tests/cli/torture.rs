//! Runs that are killed at random moments, and a source that never stands still.
//!
//! A few rounds each; `cargo xtask torture` runs many. A killed process loses nothing that it
//! gave to the kernel, so this does not show what a power loss does: that would take a
//! virtual machine that is switched off, or a block device that replays its writes up to
//! each flush.

use std::{
    env, fs,
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::common::{self, HOUR, Market, Place, START, hourly};

const CANDLES: i64 = 2500;
const FLAGS: [&str; 2] = ["--size", "48"];

fn setting(name: &str, usual: u64) -> u64 {
    env::var(name).ok().map_or(usual, |text| text.parse().expect("a number"))
}

/// Random enough to kill at any moment; the seed is printed, though a moment never comes again.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).expect("random bytes");
        Self(u64::from_le_bytes(bytes) | 1)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Breaks a stretch of pictures, after their rows say so, as those of a verify would.
fn damage(place: &Place, files: &[PathBuf], random: &mut Random) {
    let below = |random: &mut Random, end: usize| usize::try_from(random.below(end as u64)).expect("small");
    let first = below(random, files.len());
    let broken = &files[first..first + below(random, files.len() - first)];
    let index = place.open_index();
    let transaction = index.unchecked_transaction().expect("a transaction");
    for path in broken {
        let mark = "UPDATE images SET status = 'corrupt' WHERE file_path = ?1 AND status = 'ok'";
        transaction.execute(mark, [path.to_str().expect("text")]).expect("marked");
    }
    transaction.commit().expect("committed");
    for path in broken {
        let path = place.root().join(path);
        let Ok(mut bytes) = fs::read(&path) else {
            continue;
        };
        match random.below(3) {
            0 => fs::remove_file(&path).expect("removed"),
            1 => fs::write(&path, &bytes[..bytes.len() / 2]).expect("written"),
            _ => {
                if let Some(byte) = bytes.get_mut(40) {
                    *byte ^= 1;
                }
                fs::write(&path, &bytes).expect("written");
            }
        }
    }
}

#[test]
fn runs_killed_at_random_moments_never_leave_a_false_row_and_end_like_one_that_was_not() {
    let rounds = setting("TORTURE_ROUNDS", 12);
    let mut random = Random::new();
    println!("seed {}", random.0);
    let whole = hourly(CANDLES);
    // How long each takes when it has everything to do.
    let commands = [Place::render_args(&FLAGS), vec!["repair", "--delete-orphans"], vec!["verify"]];
    let mut usual = commands.clone().map(|args| {
        if args[0] == "repair" {
            whole.open_index().execute("UPDATE images SET input_sha256 = NULL", []).expect("made stale");
        }
        let started = Instant::now();
        assert_eq!(common::ran(&mut whole.command(&args)).status, 0);
        u64::try_from(started.elapsed().as_micros()).expect("short")
    });
    let (tree, rows) = (whole.tree(), whole.rows());
    let files: Vec<PathBuf> = tree.keys().cloned().collect();

    let place = hourly(CANDLES);
    let (mut killed, mut ended, mut checked) = ([0_u64; 3], 0, 0);
    while killed.iter().sum::<u64>() < rounds {
        // The one that was killed least, so that all have their share.
        let least = (0..3).min_by_key(|which| killed[*which]).unwrap_or_default();
        let which = if has_table(&place) { least } else { 0 };
        let mut args = commands[which].clone();
        args.extend([["--jobs", "1"], ["--jobs", "3"]][usize::try_from(random.below(2)).expect("small")]);
        // What is right now and then changes is stale later, and is made again.
        let change = ["volume + 1", "volume - 1"][usize::try_from(random.below(2)).expect("small")];
        if random.below(2) == 0 {
            let at = START + i64::try_from(random.below(CANDLES as u64)).expect("small") * HOUR;
            place
                .market()
                .execute(&format!("UPDATE candles SET volume = max(1, {change}) WHERE open_time = {at}"));
        }
        if random.below(4) > 0 && has_table(&place) {
            damage(&place, &files, &mut random);
        }
        let mut command = place.command(&args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        thread::sleep(Duration::from_micros(random.below(usual[which])));
        child.kill().expect("killed or done");
        if child.wait().expect("ended").code().is_some() {
            ended += 1;
            // There was less to do than thought, or the machine has become faster.
            usual[which] = (usual[which] * 3 / 4).max(5000);
        } else {
            killed[which] += 1;
            usual[which] = usual[which] * 6 / 5;
        }
        if has_table(&place) {
            checked += place.check_ok_rows();
        }
    }
    place.market().execute("DROP TABLE candles");
    let candles = "ATTACH ?1 AS whole";
    let market = place.market();
    market.connection.execute(candles, [whole.db().to_str().expect("text")]).expect("attached");
    market.execute(
        "CREATE TABLE candles AS SELECT * FROM whole.candles; CREATE INDEX by_time ON candles(series_id, open_time)",
    );
    place.render_well(&FLAGS);
    let ran = place.run("verify", &["--rerender"]);
    assert_eq!(ran.status, 0, "{}", ran.stdout);
    assert_eq!(place.temporaries(), 0);
    assert!(place.tree() == tree, "the tree is that of an uninterrupted run");
    assert!(place.rows() == rows, "the index is that of an uninterrupted run");
    let [render, repair, verify] = killed;
    println!(
        "{rounds} runs killed: {render} render, {repair} repair, {verify} verify; {ended} more had ended before; \
         {checked} ok rows compared with their files after the kills, none false; \
         then a clean run: tree of {} files and index of {} rows equal an uninterrupted run's",
        tree.len(),
        rows.len()
    );
}

fn has_table(place: &Place) -> bool {
    place.index().exists() && place.open_index().prepare("SELECT 1 FROM images").is_ok()
}

#[test]
fn while_another_process_writes_every_picture_is_that_of_some_moment_and_nobody_waits() {
    let seconds = setting("TORTURE_SECONDS", 4);
    let place = hourly(800);
    place
        .market()
        .execute("CREATE UNIQUE INDEX key ON candles(series_id, open_time); PRAGMA journal_mode = WAL");
    let stop = AtomicBool::new(false);
    let (upserts, slowest, largest, runs, rendered) = thread::scope(|scope| {
        let writer = scope.spawn(|| write(&place, &stop));
        let (mut runs, mut rendered) = (0, 0);
        let end = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < end {
            let ran = place.render(&["--size", "32", "--format", "json"]);
            assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
            runs += 1;
            rendered += ran.summary()["rendered"].as_u64().expect("a number");
        }
        stop.store(true, Ordering::Relaxed);
        let (upserts, slowest, largest) = writer.join().expect("no panic");
        (upserts, slowest, largest, runs, rendered)
    });
    let ok = place.check_ok_rows();
    let ran = place.run("verify", &["--rerender", "--format", "json"]);
    let summary = ran.summary();
    assert!([0, 3].contains(&ran.status), "{}", ran.stderr);
    assert_eq!(
        (&summary["corrupt"], &summary["orphaned"], &summary["refused"]),
        (&0.into(), &0.into(), &0.into())
    );
    assert_eq!(summary["ok"].as_u64().unwrap_or(0) + summary["stale"].as_u64().unwrap_or(0), ok as u64);
    let forged = ran
        .json()
        .iter()
        .filter(|line| line["reason"].as_str().is_some_and(|why| why.contains("other bytes")))
        .count();
    assert_eq!(forged, 0, "whatever is not stale renders to the same bytes");
    assert!(largest < 64 << 20, "the WAL grew to {largest} bytes");
    println!(
        "{upserts} upserts in {seconds} s, the slowest {slowest:?}, the WAL never above {largest} bytes; \
         {runs} runs of render made {rendered} pictures; of {ok} ok rows afterwards {} render to the same bytes, {} are stale, 0 are wrong",
        summary["ok"], summary["stale"]
    );
}

/// Upserts 200 candles a second, now and then a new one; gives their number, the longest wait and the largest WAL.
fn write(place: &Place, stop: &AtomicBool) -> (u64, Duration, u64) {
    let market: Market = place.market();
    market.connection.busy_timeout(Duration::from_secs(30)).expect("set");
    let (mut upserts, mut slowest, mut largest) = (0, Duration::ZERO, 0);
    let mut random = Random::new();
    let (started, mut last) = (Instant::now(), 800);
    while !stop.load(Ordering::Relaxed) {
        let due = u64::try_from(started.elapsed().as_millis()).expect("short") / 5;
        if upserts >= due {
            thread::sleep(Duration::from_millis(1));
            continue;
        }
        let before = Instant::now();
        let step = if upserts % 100 == 0 {
            last
        } else {
            last - 1 - i64::try_from(random.below(300)).expect("small")
        };
        last = last.max(step + 1);
        let volume = random.below(1000) as f64;
        market
            .connection
            .execute(
                "INSERT INTO candles VALUES(1, ?1, 100, 120, 90, 110, ?2)
                 ON CONFLICT(series_id, open_time) DO UPDATE SET volume = excluded.volume",
                (START + step * HOUR, volume),
            )
            .expect("never refused");
        upserts += 1;
        slowest = slowest.max(before.elapsed());
        largest = largest.max(fs::metadata(place.path("market.sqlite-wal")).map_or(0, |about| about.len()));
    }
    (upserts, slowest, largest)
}
