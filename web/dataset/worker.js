// The data set's thread: it reads lists, tars and Parquet, and keeps the table of all pictures.

import { findings } from "./findings.js";
import { isParquet, openParquet } from "./parquet.js";
import { Reading } from "./read.js";
import { Labels, count, select } from "./select.js";
import { FLAG, VERDICT, hex } from "./table.js";

let reading = null;
let labels = null;
let order = new Uint32Array(0);

const calls = {
  begin() {
    reading = new Reading();
    order = new Uint32Array(0);
  },

  pictures(paths, sizes, first) {
    reading.pictures(paths, sizes, first);
  },

  async read(parts, progress) {
    await reading.read(parts, progress);
    labels = new Labels(reading.table);
    return calls.about();
  },

  /** All that is told of the set as a whole. */
  about() {
    const told = reading.descriptions.map(({ path, form, label, spec, hasOwn }) => ({ path, form, label, spec, hasOwn }));
    return { ...count(reading.table, labels), findings: findings(reading), descriptions: told };
  },

  /** Chooses what is shown; the answer is how many pictures that are. */
  select(wanted) {
    order = select(reading.table, labels, wanted);
    return order.length;
  },

  /** What is shown of the pictures at some places of the order. */
  rows(from, until) {
    return [...order.subarray(from, until)].map(row);
  },

  /** All pictures, some at a time, whatever is shown. */
  all(from, until) {
    const rows = [];
    for (let at = from; at < Math.min(until, reading.table.count); at += 1) {
      rows.push(row(at));
    }
    return rows;
  },

  /** Whether a database is an index, "market" or "index". */
  async kind(files) {
    const { open } = await import("../sqlite.js");
    const { tables, close } = await open(files);
    close();
    return tables.has("images") ? "index" : "market";
  },

  /** Whether a file of Parquet is one of a data set; of one that is cut off that is not known. */
  async holds(file) {
    try {
      return (await openParquet(file)) !== null;
    } catch {
      return file.size > 1000 && !isParquet(file);
    }
  },

  /** A picture of Parquet: its bytes, and its name there. */
  async picture(file, row) {
    return reading.parquets.get(file).picture(row);
  },

  /** Keeps what came of a check, row by row. */
  judged(results) {
    const { table } = reading;
    for (const { row, verdict, different = 0, otherBytes, unreadable, sha256 } of results) {
      if (sha256) {
        table.found(row, sha256);
        reading.compared = false;
      }
      if (verdict !== undefined) {
        table.verdict[row] = verdict;
        table.different[row] = different;
      }
      for (const [is, flag] of [[otherBytes, FLAG.bytes], [unreadable, FLAG.unreadable]]) {
        if (is !== undefined) {
          table.flags[row] = is ? table.flags[row] | flag : table.flags[row] & ~flag;
        }
      }
    }
  },

  /** Forgets what checks against candles came to: other ones are here now. */
  unjudged() {
    reading.table.verdict.fill(VERDICT.none);
    reading.table.different.fill(0);
  },
};

/** A picture in words. */
function row(at) {
  const { table, parquets } = reading;
  const series = table.seriesOf(at);
  const label = table.labelOf(at);
  return {
    row: at,
    name: table.nameOf(at),
    symbol: series?.symbol ?? null,
    interval: series?.interval ?? null,
    split: table.splitOf(at),
    label: typeof label === "number" ? Number(label.toPrecision(6)) : label,
    start: known(table.start[at]),
    end: known(table.end[at]),
    horizon: table.horizon[at],
    spec: table.specs.list[table.spec[at]] ?? null,
    file: table.file[at],
    offset: table.offset[at],
    size: table.size[at],
    inParquet: parquets.has(table.file[at]),
    sha256: table.hashed[at] === 1 ? hex(table.hashOf(at)) : null,
    flags: table.flags[at],
    verdict: table.verdict[at],
    different: table.different[at],
  };
}

const known = (number) => (Number.isNaN(number) ? null : number);

/** One call after the other: reading waits in between. */
let last = Promise.resolve();

onmessage = ({ data: { id, call, args } }) => {
  last = last.then(async () => {
    const progress = (share) => postMessage({ id, progress: share });
    try {
      const result = await calls[call](...args, progress);
      const bytes = result?.bytes instanceof Uint8Array ? result.bytes.slice() : null;
      postMessage({ id, result: bytes ? { ...result, bytes } : result }, bytes ? [bytes.buffer] : []);
    } catch (error) {
      postMessage({ id, error: String(error?.message ?? error) });
    }
  });
};
