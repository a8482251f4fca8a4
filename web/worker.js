// The renderer's thread: it owns the candles, and answers one call after the other.

import init, { Series, interval_name, selftest } from "./image_cache.js";
import { filed, overview, pictured } from "./charts.js";
import { confirm, find } from "./confirming.js";
import { bring, checkOwn, forgetOwn, readOwn } from "./own_tables.js";

/** Series by their number: the wasm object, or the database that it is loaded from. */
const all = new Map();
/** Indexes that wait to be confirmed: their files, or what was read in them. */
const indexes = new Map();
/** The check that is going on; another one takes its place. */
let checking = null;
let next = 0;
/** Until the module is here, all other calls wait. */
let ready = null;
/** The chart that was rendered last. */
let chart = null;
/** What reads texts, once the first one has come. */
let readers = null;

const calls = {
  start(module) {
    ready = init({ module_or_path: module });
  },

  /** Symbol and interval that each file's name tells. */
  async names(files) {
    const { series_name } = await reader();
    return files.map((name) => series_name(name));
  },

  /**
   * Reads a text; the answer has `errors` where rows of it are no candles, and else its series. What holds no candles may
   * be a table of the user's own: then the answer is `own`, with what it may be, and why it is not the former.
   */
  async read(name, bytes, progress) {
    const modules = await reader();
    const lines = count(bytes, 10);
    progress({ rows: 0, share: null });
    let reading = null;
    try {
      reading = new modules.Reading(bytes, name, Date.now());
    } catch (error) {
      try {
        return { own: { ...readOwn(modules, name, bytes), why: error.message } };
      } catch {
        throw error;
      }
    }
    try {
      reading.read((rows) => progress({ rows, share: Math.min(1, rows / lines) }));
      const facts = {
        form: reading.form(),
        hasVolume: reading.has_volume(),
        rows: reading.rows(),
        bad: reading.bad(),
        empty: reading.empty(),
        widened: reading.widened(),
        errors: reading.errors(),
        doubts: reading.doubts(),
      };
      return facts.bad > 0 ? facts : { ...facts, series: takeAll(reading) };
    } finally {
      reading.free();
    }
  },

  rows(numbers) {
    return add(Series.from_rows(numbers));
  },

  /** Opens SQLite files. The answer says whether it is a market database or an index. */
  async database(files) {
    const { openDatabase } = await sqlite();
    const database = await openDatabase(files);
    if (database.kind === "index") {
      indexes.set(next, { files });
      return { kind: "index", id: next++ };
    }
    const series = database.series.filter(({ count }) => count > 1);
    for (const one of series) {
      one.id = next++;
      all.set(one.id, { ...one, database });
    }
    if (series.length === 0) {
      database.close();
    }
    return { kind: "market", series, all: database.series.length };
  },

  /** The open times of a series, loading it where that is still to be done. */
  times(id) {
    const series = loaded(id);
    return { times: series.times() };
  },

  name(id, symbol, interval, ms) {
    Object.assign(all.get(id), { symbol, interval, ms });
  },

  /** Lets series and indexes go, and databases with the last of their series. */
  forget(ids) {
    for (const id of ids) {
      indexes.delete(id);
      const { series, database } = all.get(id) ?? {};
      series?.free();
      all.delete(id);
      if (database && ![...all.values()].some((other) => other.database === database)) {
        database.close();
      }
    }
  },

  checkOwn,
  forgetOwn,

  /** The pixels of a small picture, which is soon made and then not known any more. */
  thumbnail({ id, symbol, interval, ms, end, spec }) {
    const made = loaded(id).chart(symbol, interval, ms, end, spec);
    const pixels = made.pixels();
    made.free();
    return { pixels };
  },

  /**
   * Draws the window that ends with the candle `end`: what is shown by the spec `view`, or by `spec` where there is
   * none, and the file by `spec` where it is asked for (`whole`).
   */
  draw({ id, symbol, interval, ms, end, spec, drawn, view, whole, own = null }) {
    const series = loaded(id);
    bring(all.get(id), own, symbol, interval);
    const made = (json) => series.chart(symbol, interval, ms, end, json);
    if (whole || !view) {
      const file = made(spec);
      chart?.free();
      chart = file;
    }
    const seen = view ? made(view) : chart;
    try {
      const shown = { ...pictured(seen), rows: series.rows(end, drawn) };
      return { shown, file: whole ? filed(chart) : null };
    } finally {
      if (seen !== chart) {
        seen.free();
      }
    }
  },

  /** The lowest and the highest close of a series by column, in at most so many columns. */
  overview: (id, columns) => overview(loaded(id), columns),

  /** The pixels' digest of the chart that was rendered last; it takes too long to be made while dragging. */
  pixelDigest() {
    return chart.pixel_sha256();
  },

  /** Renders the built-in pictures and compares them with the built-in hashes. */
  selftest() {
    const checks = JSON.parse(selftest());
    return { all: checks.length, different: checks.filter(({ same }) => !same) };
  },

  async compare(bytes) {
    const { compared } = await import("./dataset/judge.js");
    return compared(await decoder(), bytes, chart);
  },

  /** Draws pictures of a data set, and compares them with their bytes. */
  async judge(list) {
    const { judge } = await import("./dataset/judge.js");
    return judge(list, await decoder(), { all, loaded, find });
  },

  /** One picture of a data set as the candles give it now, beside its file. */
  async beside(item) {
    const { beside } = await import("./dataset/judge.js");
    return beside(item, await decoder(), { all, loaded, find });
  },

  /** The series that an index has entries of. */
  async entries(id) {
    const { readIndex } = await sqlite();
    const read = await readIndex(indexes.get(id).files);
    indexes.set(id, { read });
    const names = new Map(read.entries.map(({ symbol, interval }) => [`${symbol} ${interval}`, { symbol, interval }]));
    return [...names.values()];
  },

  /** Ends a check that is going on. */
  stop() {
    checking = null;
  },

  /**
   * Renders every `ok` entry of an index whose candles are here, and compares
   * hashes; steps of the window are answered in between.
   */
  async confirm(index, progress) {
    const { entries, others } = indexes.get(index).read;
    indexes.delete(index);
    const mine = {};
    checking = mine;
    const known = new Map();
    for (const [id, { symbol, interval, ms }] of all) {
      known.set(`${symbol} ${interval_name(interval)}`, { id, symbol, interval, ms });
    }
    return confirm(entries, others, { known, loaded, progress, isOn: () => checking === mine });
  },

  /** What the worker keeps, for those who measure its memory. */
  held() {
    const databases = new Set([...all.values()].map(({ database }) => database));
    databases.delete(undefined);
    return { series: all.size, databases: databases.size, indexes: indexes.size };
  },
};

/** What reads pictures is loaded with the first one. */
async function decoder() {
  const module = await import("./image_cache_pictures.js");
  await module.default({ module_or_path: new URL("image_cache_pictures_bg.wasm", import.meta.url) });
  return module;
}

/** What reads texts is loaded with the first one. */
function reader() {
  readers ??= import("./image_cache_readers.js").then(async (module) => {
    await module.default({ module_or_path: new URL("image_cache_readers_bg.wasm", import.meta.url) });
    return module;
  });
  return readers;
}

/** The series of a text that is read. */
function takeAll(reading) {
  const series = [];
  try {
    for (let at = 0; at < reading.count(); at += 1) {
      const taken = reading.take(at);
      series.push({
        ...add(Series.from_rows(taken.rows())),
        symbol: reading.symbol(at),
        interval: reading.interval(at),
        ms: reading.interval_ms(at),
        sorted: taken.sorted(),
        repeated: taken.repeated(),
        completed: taken.completed(),
      });
      taken.free();
    }
  } catch (error) {
    calls.forget(series.map(({ id }) => id));
    throw error;
  }
  return series;
}

/** What reads databases is loaded with the first one. */
function sqlite() {
  return import("./sqlite.js");
}

function add(series) {
  const id = next++;
  all.set(id, { series });
  return { id, times: series.times() };
}

function loaded(id) {
  const entry = all.get(id);
  entry.series ??= Series.from_rows(entry.database.rows(entry));
  return entry.series;
}

function count(bytes, byte) {
  let found = 1;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) {
    found += 1;
  }
  return found;
}

/** Buffers that need not be copied on their way to the page. */
function buffers(result) {
  const series = Array.isArray(result?.series) ? result.series : [];
  const parts = [result, result?.shown, result?.file];
  const values = [...parts.flatMap((part) => Object.values(part ?? {})), ...series.map(({ times }) => times)];
  return values.filter((value) => ArrayBuffer.isView(value)).map((value) => value.buffer);
}

onmessage = async ({ data: { id, call, args } }) => {
  const progress = (share) => postMessage({ id, progress: share });
  try {
    await ready;
    const result = await calls[call](...args, progress);
    postMessage({ id, result }, buffers(result));
  } catch (error) {
    postMessage({ id, error: String(error?.message ?? error) });
  }
};
