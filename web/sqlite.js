// SQLite files, read by SQLite's own wasm build, which is loaded when the first one comes.

const SERIES = `
  SELECT sy.symbol, it.code, it.ms, (SELECT count(*) FROM candles c WHERE c.series_id = s.id)
  FROM series s JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id
  ORDER BY sy.symbol, it.ms`;

const ROWS = `
  SELECT c.open_time, c.open, c.high, c.low, c.close, c.volume
  FROM candles c JOIN series s ON s.id = c.series_id
  JOIN symbols sy ON sy.id = s.symbol_id JOIN intervals it ON it.id = s.interval_id
  WHERE sy.symbol = ? AND it.code = ? ORDER BY c.open_time`;

let starting = null;
let opened = 0;

/** SQLite, once. */
export function sqlite() {
  starting ??= (async () => {
    // What it says about storage that it does not find concerns nobody here.
    globalThis.sqlite3ApiConfig = { warn() {}, log() {}, debug() {} };
    const { default: start } = await import("./sqlite/index.mjs");
    return start({ print() {}, printErr() {} });
  })();
  return starting;
}

/**
 * Opens a database, given with the `-wal` beside it if there is one: files as `{name, bytes}`, or as
 * `{name, file}` where they are to stay where they are and be read page by page, which a worker can.
 */
export async function open(files) {
  const sqlite3 = await sqlite();
  const main = files.find(({ name }) => !/-(wal|shm|journal)$/.test(name));
  if (!main) {
    throw new Error("a -wal holds only changes; drop the database itself with it");
  }
  if (files.some(({ name, bytes, file }) => name === `${main.name}-journal` && (bytes?.length ?? file.size) > 0)) {
    throw new Error(`${main.name} has a journal of an unfinished change beside it; let its writer finish first`);
  }
  const wal = files.find(({ name }) => name === `${main.name}-wal`);
  // Numbered, so that two databases of one name do not meet.
  const path = `/${opened++}.sqlite`;
  const { capi } = sqlite3;
  const lazy = main.file ? await import("./dataset/vfs.js") : null;
  for (const [at, one] of [[path, main], [`${path}-wal`, wal]]) {
    if (lazy && one) {
      lazy.offer(sqlite3, at, one.file);
    } else if (one?.bytes.length > 0) {
      capi.sqlite3_js_posix_create_file(at, one.bytes);
    }
  }
  let database = null;
  /** Ends the database and gives back the memory that its files take. */
  const close = () => {
    database?.close();
    for (const file of [path, `${path}-wal`]) {
      if (lazy) {
        lazy.drop(file);
        continue;
      }
      sqlite3.wasm.xCallWrapped("sqlite3__wasm_vfs_unlink", "int", ["*", "string"], 0, file);
    }
  };
  try {
    database = new sqlite3.oo1.DB({ filename: `file:${path}?vfs=${lazy?.NAME ?? "unix-none"}`, flags: "w" });
    // The only way to read a WAL without memory that is shared with other processes.
    database.exec("PRAGMA locking_mode = exclusive");
    // Nobody will see the file that a checkpoint at the end would write.
    capi.sqlite3_db_config(database, capi.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, 0);
    const tables = new Set(database.selectValues("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"));
    return { sqlite3, database, tables, name: main.name, close };
  } catch (error) {
    close();
    throw new Error(`${main.name}: ${reason(error)}`);
  }
}

function reason(error) {
  return String(error?.message ?? error).replace(/^(?:sqlite3 result code \d+: |SQLITE_\w+: )+/, "");
}

/** A market database with a list of its series, to be closed by whoever opens it, or an index. */
export async function openDatabase(files) {
  const { sqlite3, database, tables, name, close } = await open(files);
  let series = null;
  try {
    if (["symbols", "intervals", "series", "candles"].every((table) => tables.has(table))) {
      const list = database.selectArrays(SERIES);
      series = list.map(([symbol, interval, ms, count]) => ({ symbol, interval, ms, count }));
      return { kind: "market", series, rows: (one) => rows(sqlite3, database, one), close };
    }
  } catch (error) {
    throw new Error(`${name}: ${reason(error)}`);
  } finally {
    if (!series) {
      close();
    }
  }
  if (tables.has("images")) {
    return { kind: "index" };
  }
  throw new Error(`${name} is neither a market database (tables symbols, intervals, series, candles) nor an index (table images)`);
}

/** All candles of a series; what is no number becomes NaN, which the renderer refuses. */
function rows(sqlite3, database, { symbol, interval, count }) {
  const { capi } = sqlite3;
  const numbers = new Float64Array(6 * count);
  const statement = database.prepare(ROWS).bind([symbol, interval]);
  let at = 0;
  try {
    while (statement.step()) {
      for (let column = 0; column < 6; column += 1) {
        const kind = capi.sqlite3_column_type(statement.pointer, column);
        const number = kind === capi.SQLITE_INTEGER || kind === capi.SQLITE_FLOAT;
        numbers[at++] = number ? capi.sqlite3_column_double(statement.pointer, column) : Number.NaN;
      }
    }
  } finally {
    statement.finalize();
  }
  return numbers;
}

/** The entries of an index that say `ok`, and how many say something else. */
export async function readIndex(files) {
  const { database, tables, name, close } = await open(files);
  try {
    const columns = new Set(database.selectValues("SELECT name FROM pragma_table_info('images')"));
    const ours = columns.has("spec_hash") && tables.has("specs");
    const spec = ours ? "(SELECT spec_json FROM specs WHERE specs.spec_hash = images.spec_hash)" : "NULL";
    const list = database.selectArrays(`
      SELECT symbol, interval, end_open_time_ms, sha256, file_path, ${spec}
      FROM images WHERE status = 'ok' ORDER BY symbol, interval, ${ours ? "spec_hash," : ""} end_open_time_ms`);
    const entries = list.map(([symbol, interval, end, sha256, path, json]) => {
      return { symbol, interval, end, sha256, path, spec: json };
    });
    const others = Object.fromEntries(
      database.selectArrays("SELECT status, count(*) FROM images WHERE status <> 'ok' GROUP BY status"),
    );
    return { entries, others };
  } catch (error) {
    throw new Error(`${name}: ${reason(error)}`);
  } finally {
    close();
  }
}
