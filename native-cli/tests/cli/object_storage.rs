//! A root in object storage, on a server that is killed; `cargo xtask object-storage` brings one and runs this.

use std::{
    collections::BTreeMap,
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{self, Place, Ran, ran, rows, sha256_of, tree};
use rusqlite::Connection;

const KEY: &str = "AKIDOFTHETEST";
const SECRET: &str = "hush-hush-of-the-test";
const ROOT: &str = "s3://bucket/pics";
/// All pictures of the sample, small enough that the server has most of the work.
const ALL: [&str; 7] = ["--sample", "--stride", "1", "--size", "128", "--window", "50"];
/// No test waits longer for what should come at once.
const LONG: Duration = Duration::from_secs(120);

/// An S3 server that keeps objects in a folder, so that they outlive it.
struct Server {
    port: u16,
    data: PathBuf,
    child: Option<Child>,
}

impl Server {
    fn start(place: &Place) -> Self {
        let data = place.path("server");
        fs::create_dir_all(data.join("bucket")).expect("a bucket");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let mut server = Self { port: free.port(), data, child: None };
        server.restart();
        server
    }

    fn restart(&mut self) {
        let program = env::var_os("OBJECT_STORAGE_SERVER").expect("run by `cargo xtask object-storage`");
        let child = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .args(["--access-key", KEY, "--secret-key", SECRET])
            .arg(&self.data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("the server starts"));
        wait_until(|| TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    /// Ends it as a power loss would, in the middle of whatever it does.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("ended");
        }
    }

    fn objects(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut objects = tree(&self.data.join("bucket/pics"));
        // The server's own way to write: these it never shows, and clears away when it starts.
        objects.retain(|path, _| !name(path).starts_with(".tmp."));
        objects
    }

    fn count(&self) -> usize {
        self.objects().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LONG, "it has not come");
        thread::sleep(Duration::from_millis(5));
    }
}

fn command(place: &Place, server: &Server, args: &[&str]) -> Command {
    let index = ["--index", "remote.sqlite", "--root", ROOT];
    let mut command = place.command(&[args, &index].concat());
    command
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", server.port))
        .env("AWS_ALLOW_HTTP", "true");
    command
}

/// Runs a command that must end so, and tell no secret.
#[track_caller]
fn run(place: &Place, server: &Server, args: &[&str], status: i32) -> Ran {
    let ran = ran(&mut command(place, server, args));
    assert_eq!(ran.status, status, "{args:?}: {}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{}{}", ran.stdout, ran.stderr);
    ran
}

/// The same pictures in a folder, with their rows.
fn local(place: &Place, flags: &[&str]) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<common::Row>) {
    let args = [&["render", "--root", "local", "--index", "local.sqlite"], flags].concat();
    let ran = ran(&mut place.command(&args));
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    (tree(&place.path("local")), rows(&place.path("local.sqlite")))
}

/// Fails where a row says `ok` and its object is not there, whole; gives the number of such rows.
fn check_ok_rows(place: &Place, server: &Server) -> usize {
    let index = Connection::open(place.path("remote.sqlite")).expect("an index");
    let Ok(mut select) = index.prepare("SELECT file_path, sha256 FROM images WHERE status = 'ok'") else {
        return 0;
    };
    let ok = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    let ok: Vec<(String, String)> = ok.collect::<Result<_, _>>().expect("rows");
    let objects = server.objects();
    for (path, sha256) in &ok {
        assert_eq!(&sha256_of(objects.get(Path::new(path)).expect(path)), sha256, "{path}");
    }
    ok.len()
}

/// Fails where an object is not a whole picture that belongs there.
fn check_whole(server: &Server, all: &BTreeMap<PathBuf, Vec<u8>>) {
    for (path, bytes) in server.objects() {
        assert!(all.get(&path) == Some(&bytes), "{}", path.display());
    }
}

fn times(server: &Server) -> BTreeMap<PathBuf, std::time::SystemTime> {
    let root = server.data.join("bucket/pics");
    let time =
        |path: &PathBuf| fs::metadata(root.join(path)).and_then(|about| about.modified()).expect("a time");
    server.objects().into_keys().map(|path| (path.clone(), time(&path))).collect()
}

#[test]
#[ignore = "needs a server: cargo xtask object-storage"]
fn a_bucket_holds_what_a_folder_does_and_is_looked_after() {
    let place = Place::new();
    let server = Server::start(&place);
    let (files, index) = local(&place, &["--sample"]);
    run(&place, &server, &["render", "--sample"], 0);
    assert!(server.objects() == files);
    assert_eq!(rows(&place.path("remote.sqlite")), index);

    let before = times(&server);
    let again = run(&place, &server, &["render", "--sample", "--format", "json"], 0).summary();
    assert_eq!((&again["rendered"], &again["unchanged"]), (&0.into(), &files.len().into()));
    assert_eq!(times(&server), before);
    for depth in [&["--quick"][..], &[], &["--rerender"]] {
        run(&place, &server, &[&["verify", "--sample"], depth].concat(), 0);
    }

    // A byte that has changed, an object that is gone, and one that nobody knows.
    let bucket = server.data.join("bucket/pics");
    let path = |number: usize| bucket.join(files.keys().nth(number).expect("a picture"));
    let mut bytes = fs::read(path(3)).expect("an object");
    bytes[40] ^= 1;
    fs::write(path(3), bytes).expect("written");
    fs::remove_file(path(5)).expect("removed");
    let orphan = path(7).to_str().expect("text").replace("_v1", "_v2");
    fs::copy(path(7), &orphan).expect("copied");
    let found = run(&place, &server, &["verify", "--sample", "--format", "json"], 3).summary();
    assert_eq!((&found["corrupt"], &found["orphaned"]), (&2.into(), &1.into()), "{found}");
    run(&place, &server, &["repair", "--sample"], 3);
    assert!(Path::new(&orphan).exists());
    run(&place, &server, &["repair", "--sample", "--delete-orphans"], 0);
    assert!(server.objects() == files);
    run(&place, &server, &["verify", "--sample"], 0);
    let status = run(&place, &server, &["status", "--sample", "--format", "json"], 0).summary();
    assert_eq!((&status["ok"], &status["root"]), (&files.len().into(), &ROOT.into()));

    // The index is lost, and what is there is set down without being sent again.
    let before = times(&server);
    fs::remove_file(place.path("remote.sqlite")).expect("removed");
    run(&place, &server, &["repair", "--sample", "--rebuild-index"], 0);
    assert_eq!((check_ok_rows(&place, &server), times(&server)), (files.len(), before));
}

#[test]
#[ignore = "needs a server: cargo xtask object-storage"]
fn a_server_that_is_killed_and_comes_back_in_mid_run_costs_nothing() {
    let place = Place::new();
    let mut server = Server::start(&place);
    let (files, index) = local(&place, &ALL);
    let mut render = command(&place, &server, &[&["render"], &ALL[..]].concat());
    let mut child = render.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut kills = 0;
    for share in 1..5 {
        let enough = files.len() * share / 5;
        wait_until(|| server.count() >= enough || child.try_wait().expect("a child").is_some());
        if child.try_wait().expect("a child").is_none() {
            kills += 1;
        }
        server.kill();
        check_whole(&server, &files);
        check_ok_rows(&place, &server);
        thread::sleep(Duration::from_millis(700));
        server.restart();
    }
    let ran = Ran::from(child.wait_with_output().expect("ended"));
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET));
    assert!(kills >= 2, "the run was over after {kills}");
    assert!(server.objects() == files);
    assert_eq!(rows(&place.path("remote.sqlite")), index);
    assert_eq!(check_ok_rows(&place, &server), files.len());

    // Neither does a verify make much of it.
    let verify = command(&place, &server, &[&["verify"], &ALL[..3]].concat()).stdout(Stdio::piped()).spawn();
    let mut child = verify.expect("started");
    thread::sleep(Duration::from_millis(300));
    let was_running = child.try_wait().expect("a child").is_none();
    server.kill();
    thread::sleep(Duration::from_millis(700));
    server.restart();
    assert_eq!(Ran::from(child.wait_with_output().expect("ended")).status, 0);
    println!(
        "{} pictures, server killed {kills} times; verify caught in mid-run: {was_running}",
        files.len()
    );
}

#[test]
#[ignore = "needs a server: cargo xtask object-storage"]
fn runs_that_are_killed_leave_no_false_row_and_are_completed_by_the_next() {
    let place = Place::new();
    let server = Server::start(&place);
    let (files, index) = local(&place, &ALL);
    let mut kills = 0;
    for round in 0.. {
        let mut render = command(&place, &server, &[&["render"], &ALL[..]].concat());
        let mut child = render.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        let enough = server.count() + files.len() / 7;
        wait_until(|| server.count() >= enough || child.try_wait().expect("a child").is_some());
        child.kill().expect("killed or done");
        let ended = child.wait().expect("ended").code();
        check_whole(&server, &files);
        check_ok_rows(&place, &server);
        if ended.is_some() {
            assert_eq!(ended, Some(0), "round {round}");
            break;
        }
        kills += 1;
    }
    assert!(kills >= 3, "{kills}");
    assert!(server.objects() == files);
    assert_eq!(rows(&place.path("remote.sqlite")), index);
    run(&place, &server, &[&["verify"], &ALL[..3]].concat(), 0);
    println!("{} pictures, render killed {kills} times", files.len());
}

#[test]
#[ignore = "needs a server: cargo xtask object-storage"]
fn wrong_credentials_and_wrong_buckets_are_told_apart_at_once() {
    let place = Place::new();
    let server = Server::start(&place);
    let mut wrong = command(&place, &server, &["render", "--sample"]);
    let ran = ran(wrong.env("AWS_SECRET_ACCESS_KEY", "another-secret"));
    ran.refuses(1, &["root s3://bucket/pics: the server refuses it: 403 Forbidden (SignatureDoesNotMatch"]);
    assert!(!ran.stderr.contains("another-secret") && !ran.stderr.contains(KEY), "{}", ran.stderr);
    let args = ["render", "--sample", "--root", "s3://nowhere/pics", "--index", "remote.sqlite"];
    let mut nowhere = place.command(&args);
    let mut like = command(&place, &server, &[]);
    nowhere.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
    like.env_clear();
    common::ran(&mut nowhere).refuses(1, &["root s3://nowhere/pics: there is no such bucket"]);
    assert_eq!(server.count(), 0);
}

#[test]
#[ignore = "needs a server: cargo xtask object-storage"]
fn how_fast_it_is() {
    let place = Place::new();
    let server = Server::start(&place);
    let all = ["--sample", "--stride", "1"];
    let rate = |args: &[&str]| {
        let started = Instant::now();
        let ran = run(&place, &server, &[args, &all[..]].concat(), 0);
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{:<30} {seconds:>7.2} s  {:>6.0} pictures/s",
            args.join(" "),
            server.count() as f64 / seconds
        );
        ran
    };
    rate(&["render", "--requests", "1"]);
    fs::remove_dir_all(server.data.join("bucket/pics")).expect("removed");
    fs::remove_file(place.path("remote.sqlite")).expect("removed");
    rate(&["render"]);
    rate(&["render"]);
    rate(&["verify", "--quick"]);
    rate(&["verify"]);
    rate(&["verify", "--rerender"]);
}
