// An index of a cache, `image_cache.sqlite`, read part by part whatever its size.

import { open } from "../sqlite.js";
import { same } from "./names.js";

/**
 * Calls `each(name, told, status)` for every entry that may have a file. The answer has the texts of specs by
 * their hashes, and how many other entries there are, by status.
 */
export async function readIndex(files, { each, progress }) {
  const { sqlite3, database, tables, close } = await open(files);
  try {
    if (!tables.has("images")) {
      throw new Error("it has no table images, so it is no index");
    }
    const columns = new Set(database.selectValues("SELECT name FROM pragma_table_info('images')"));
    const column = (name) => (columns.has(name) ? name : "NULL");
    const specs = new Map(tables.has("specs") ? database.selectArrays("SELECT spec_hash, spec_json FROM specs") : []);
    const statement = database.prepare(`
      SELECT file_path, symbol, interval, end_open_time_ms, unhex(sha256), status, ${column("spec_hash")}, ${column("size_bytes")}
      FROM images WHERE status <> 'missing'`);
    const missing = database.selectValue("SELECT count(*) FROM images WHERE status = 'missing'");
    read(sqlite3, statement, each, progress);
    return { specs, others: missing > 0 ? { missing } : {} };
  } finally {
    close();
  }
}

function read({ capi, wasm }, statement, each, progress) {
  const pointer = statement.pointer;
  /** The bytes of a cell, which are there until the next step. */
  const bytes = (column) => {
    const from = capi.sqlite3_column_blob(pointer, column);
    return wasm.heap8u().subarray(from, from + capi.sqlite3_column_bytes(pointer, column));
  };
  const number = (column) =>
    capi.sqlite3_column_type(pointer, column) === capi.SQLITE_INTEGER ? capi.sqlite3_column_double(pointer, column) : undefined;
  // The same few texts come again and again.
  const last = [];
  const text = (column) => {
    const now = bytes(column);
    const before = last[column];
    if (before && same(before.bytes, now)) {
      return before.text;
    }
    last[column] = { bytes: now.slice(), text: new TextDecoder().decode(now.slice()) };
    return last[column].text;
  };
  let count = 0;
  try {
    while (statement.step()) {
      const about = {
        symbol: text(1),
        interval: text(2),
        end: number(3),
        sha256: bytes(4).slice(),
        spec: text(6),
        size: number(7) ?? -1,
      };
      each(bytes(0).slice(), about, text(5));
      count += 1;
      if (count % 1024 === 0) {
        progress(count);
      }
    }
  } finally {
    statement.finalize();
  }
}
