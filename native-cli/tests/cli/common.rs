//! What the modules share: a temporary place, market databases made to order, and ways to look at the result.

use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::SystemTime,
};

use rusqlite::{Connection, params, types::Value};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub const HOUR: i64 = 3_600_000;
/// 2023-01-01T00:00:00Z.
pub const START: i64 = 1_672_531_200_000;

/// A temporary folder with a market database, a root and an index in it.
pub struct Place {
    folder: TempDir,
}

/// How a process ended and what it said.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A row of the index, without `created_utc`.
pub type Row = Vec<Value>;

impl Place {
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        // Other users take part in some tests.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn db(&self) -> PathBuf {
        self.path("market.sqlite")
    }

    pub fn root(&self) -> PathBuf {
        self.path("image-cache")
    }

    pub fn index(&self) -> PathBuf {
        self.path("image_cache.sqlite")
    }

    /// The program in this folder, free of what the tester's environment sets.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_image-cache"));
        self.set_up(&mut command, args);
        command
    }

    fn set_up(&self, command: &mut Command, args: &[&str]) {
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("IMAGE_CACHE_") {
                command.env_remove(name);
            }
        }
    }

    /// The program as a user whom permission bits bind.
    pub fn command_as_nobody(&self, args: &[&str]) -> Command {
        if !rustix::process::geteuid().is_root() {
            return self.command(args);
        }
        let binary = self.path("image-cache-binary");
        if !binary.exists() {
            // By another process: a file that this one has open for writing cannot be run by its children.
            let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_image-cache")).arg(&binary).status();
            assert!(copied.expect("cp").success(), "a copy that others can reach");
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
        self.set_up(&mut command, args);
        command
    }

    /// Runs `image-cache render` with small pictures of short windows, and these flags.
    pub fn render(&self, flags: &[&str]) -> Ran {
        ran(&mut self.command(&Self::render_args(flags)))
    }

    /// Runs another command of the program as it is.
    pub fn run(&self, command: &str, flags: &[&str]) -> Ran {
        ran(&mut self.command(&[&[command], flags].concat()))
    }

    /// The market database, opened for writing.
    pub fn market(&self) -> Market {
        Market { connection: Connection::open(self.db()).expect("a database") }
    }

    pub fn render_args<'a>(flags: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec!["render"];
        for (flag, value) in [("--size", "16"), ("--window", "10")] {
            if !flags.contains(&flag) {
                args.extend([flag, value]);
            }
        }
        args.extend(flags);
        args
    }

    /// [`Self::render`], which must end well.
    pub fn render_well(&self, flags: &[&str]) -> Ran {
        let ran = self.render(flags);
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        ran
    }

    pub fn spawn(&self, flags: &[&str]) -> Child {
        let mut command = self.command(&Self::render_args(flags));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
    }

    /// The index's rows, sorted by what they name.
    pub fn rows(&self) -> Vec<Row> {
        rows(&self.index())
    }

    /// How many rows have a status.
    pub fn count(&self, status: &str) -> i64 {
        let sql = "SELECT count(*) FROM images WHERE status = ?1";
        self.open_index().query_row(sql, [status], |row| row.get(0)).expect("counted")
    }

    /// The reasons of the rows that have one, and how often each occurs.
    pub fn reasons(&self) -> BTreeMap<String, i64> {
        let index = self.open_index();
        let mut select = index
            .prepare("SELECT reason, count(*) FROM images WHERE reason IS NOT NULL GROUP BY reason")
            .expect("a table");
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.collect::<Result<_, _>>().expect("reasons")
    }

    pub fn open_index(&self) -> Connection {
        Connection::open(self.index()).expect("an index")
    }

    pub fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        tree(&self.root())
    }

    /// Fails if a row says `ok` and its file is absent or differs; gives the number of such rows.
    pub fn check_ok_rows(&self) -> usize {
        let index = self.open_index();
        let mut select = index
            .prepare("SELECT file_path, sha256, size_bytes FROM images WHERE status = 'ok'")
            .expect("a table");
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
        let mut count = 0;
        for row in rows {
            let (path, sha256, size): (String, String, u32) = row.expect("a row");
            let bytes = fs::read(self.root().join(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!((sha256_of(&bytes), bytes.len() as u32), (sha256, size), "{path}");
            count += 1;
        }
        count
    }

    /// Overwrites the middle of the index, as a failing disk would.
    pub fn tear(&self) {
        self.open_index()
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
            .expect("one file");
        let mut bytes = fs::read(self.index()).expect("an index");
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 8192].fill(0xA5);
        fs::write(self.index(), &bytes).expect("written");
    }

    /// Temporaries that lie under the root.
    pub fn temporaries(&self) -> usize {
        self.tree().keys().filter(|path| path.extension().is_some_and(|kind| kind == "tmp")).count()
    }
}

pub fn ran(command: &mut Command) -> Ran {
    Ran::from(command.output().expect("the program starts"))
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Fails unless the program refused with this status and these words, and did not panic.
    #[track_caller]
    pub fn refuses(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.starts_with("image-cache: error: "), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is not in: {}", self.stderr);
        }
    }

    /// The lines of `--format json`.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub fn summary(&self) -> serde_json::Value {
        let last = self.json().pop().expect("a last line");
        assert_eq!(last["type"], "summary");
        last
    }
}

pub fn sha256_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn rows(index: &Path) -> Vec<Row> {
    let index = Connection::open(index).expect("an index");
    let mut select = index
        .prepare(
            "SELECT symbol, interval, end_open_time_ms, img_size_px, window_len, style_version, file_path, sha256,
                width_px, height_px, status, spec_tag, spec_hash, input_sha256, size_bytes, pixel_sha256, reason
             FROM images ORDER BY symbol, interval, end_open_time_ms, width_px, height_px, window_len, spec_tag",
        )
        .expect("a table");
    let columns = select.column_count();
    let rows =
        select.query_map([], |row| (0..columns).map(|column| row.get(column)).collect()).expect("rows");
    rows.collect::<Result<_, _>>().expect("values")
}

/// Every file below a folder, with its bytes, but for what a root says of shards.
pub fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut folders, mut files) = (vec![root.to_owned()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let entry = entry.expect("an entry");
            if entry.file_name() == ".shards" {
                continue;
            }
            if entry.file_type().expect("a kind").is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(root).expect("below the root").to_owned();
                files.insert(path, fs::read(entry.path()).expect("readable"));
            }
        }
    }
    files
}

/// A market database to be filled.
pub struct Market {
    pub connection: Connection,
}

impl Market {
    /// Columns have no type, so that a test can put anything in them.
    pub fn create(file: &Path) -> Self {
        let connection = Connection::open(file).expect("a database");
        connection
            .execute_batch(
                "CREATE TABLE symbols(id INTEGER PRIMARY KEY AUTOINCREMENT, symbol);
                 CREATE TABLE intervals(id INTEGER PRIMARY KEY AUTOINCREMENT, code, ms);
                 CREATE TABLE series(id INTEGER PRIMARY KEY AUTOINCREMENT, symbol_id, interval_id);
                 CREATE TABLE candles(series_id, open_time, open, high, low, close, volume);
                 CREATE INDEX by_time ON candles(series_id, open_time);",
            )
            .expect("tables");
        Self { connection }
    }

    /// Adds an empty series; gives its id.
    pub fn series(&self, symbol: &str, code: &str, ms: i64) -> i64 {
        let id_of = |table: &str, column: &str, name: &str| -> Option<i64> {
            let sql = format!("SELECT id FROM {table} WHERE {column} = ?1");
            self.connection.query_row(&sql, [name], |row| row.get(0)).ok()
        };
        let insert = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            self.connection.execute(sql, values).expect("inserted");
            self.connection.last_insert_rowid()
        };
        let symbol_id = id_of("symbols", "symbol", symbol)
            .unwrap_or_else(|| insert("INSERT INTO symbols(symbol) VALUES(?1)", &[&symbol]));
        let interval_id = id_of("intervals", "code", code)
            .unwrap_or_else(|| insert("INSERT INTO intervals(code, ms) VALUES(?1, ?2)", &[&code, &ms]));
        insert("INSERT INTO series(symbol_id, interval_id) VALUES(?1, ?2)", &[&symbol_id, &interval_id])
    }

    /// Adds `count` candles from [`START`] on.
    pub fn fill(&self, series: i64, ms: i64, count: i64) {
        let transaction = self.connection.unchecked_transaction().expect("a transaction");
        for step in 0..count {
            self.candle(series, START + step * ms, step);
        }
        transaction.commit().expect("committed");
    }

    /// Adds one candle whose values follow from `seed`.
    pub fn candle(&self, series: i64, open_time: i64, seed: i64) {
        let open = 100.0 + f64::from(i32::try_from(seed % 17).expect("small"));
        let close = 100.0 + f64::from(i32::try_from((seed + 1) % 17).expect("small"));
        let values =
            params![series, open_time, open, open.max(close) + 1.0, open.min(close) - 1.0, close, 5.0];
        self.connection
            .execute("INSERT INTO candles VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", values)
            .expect("inserted");
    }

    pub fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).expect(sql);
    }
}

/// A place whose database holds `count` hourly candles of BTCUSDT.
pub fn hourly(count: i64) -> Place {
    let place = Place::new();
    let market = Market::create(&place.db());
    market.fill(market.series("BTCUSDT", "1h", HOUR), HOUR, count);
    place
}

/// [`hourly`], with all its pictures.
pub fn rendered(count: i64) -> Place {
    let place = hourly(count);
    place.render_well(&[]);
    place
}

/// One of the pictures, in the order of their paths.
pub fn file(place: &Place, number: usize) -> PathBuf {
    place.root().join(place.tree().keys().nth(number).expect("a file"))
}

/// When each picture was last written.
pub fn times(place: &Place) -> BTreeMap<PathBuf, SystemTime> {
    let time = |path: &PathBuf| {
        let about = fs::metadata(place.root().join(path)).expect("a file");
        about.modified().expect("a time")
    };
    place.tree().into_keys().map(|path| (path.clone(), time(&path))).collect()
}

/// A place whose database has several series: with gaps, invalid candles, few candles, and ends off the second.
pub fn varied() -> Place {
    let place = Place::new();
    let market = Market::create(&place.db());
    let (quarter, day) = (HOUR / 4, HOUR * 24);
    let btc = market.series("BTCUSDT", "1h", HOUR);
    market.fill(btc, HOUR, 300);
    market.execute(&format!(
        "DELETE FROM candles WHERE open_time BETWEEN {} AND {}",
        START + 40 * HOUR,
        START + 60 * HOUR
    ));
    market.execute(&format!("UPDATE candles SET high = 1 WHERE open_time = {}", START + 100 * HOUR));
    market.fill(market.series("BTCUSDT", "15m", quarter), quarter, 257);
    market.fill(market.series("ETHUSD", "1h", HOUR), HOUR, 5);
    market.fill(market.series("ETHUSD", "1d", day), day, 90);
    let odd = market.series("XRPUSD", "1h", HOUR);
    market.fill(odd, HOUR, 50);
    for seed in 0..3 {
        market.candle(odd, START + (20 + seed) * HOUR + 500, seed);
    }
    market.series("ZZZUSD", "1h", HOUR);
    place
}

/// The specs of an index, which with its rows are all that counts of it.
pub fn specs(index: &Path) -> Vec<(String, String)> {
    let index = Connection::open(index).expect("an index");
    let mut select = index.prepare("SELECT * FROM specs ORDER BY 1").expect("a table");
    let specs = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    specs.collect::<Result<_, _>>().expect("texts")
}

/// A value of an index as a whole.
pub fn meta(index: &Path, key: &str) -> Option<String> {
    let index = Connection::open(index).expect("an index");
    index.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).ok()
}

/// Merges indexes with these flags.
pub fn merge(place: &Place, flags: &[&str], from: &[String]) -> Ran {
    let from: Vec<&str> = from.iter().map(String::as_str).collect();
    place.run("merge", &[flags, &from].concat())
}

/// Fails unless two indexes hold the same, `created_utc` and their own values aside.
#[track_caller]
pub fn assert_same(a: &Path, b: &Path) {
    assert!(rows(a) == rows(b));
    assert_eq!(specs(a), specs(b));
}
