// Texts of candles, understood and read as `image-cache import` does it, by the module that reads.

import { reading } from "./module.js";
import { checkOptions } from "./picture.js";
import { NAMELESS, Series } from "./series.js";
import { kind, milliseconds, quoted } from "./time.js";

const OPTIONS = ["name", "now", "skipBadRows"];
/** Bad rows that an error names; the others it counts. */
const TOLD = 3;

/**
 * The series of a text: CSV, JSON, klines, any form that `import` reads. `name` is its file's name, which may tell symbol
 * and interval. Rows that are no candles are an error, unless `skipBadRows` leaves them out.
 */
export function parse(text, options = {}) {
  checkOptions(options, OPTIONS);
  const { name = "", now = Date.now(), skipBadRows = false } = options;
  if (typeof name !== "string") {
    throw new TypeError(`name is ${kind(name)}, not the name of a file`);
  }
  return reading(({ Reading }) => {
    const read = new Reading(bytesOf(text), name, milliseconds(now, "now"));
    try {
      read.read(() => {});
      if (read.bad() > 0 && !skipBadRows) {
        throw badRows(read);
      }
      return all(read);
    } finally {
      read.free();
    }
  });
}

function bytesOf(text) {
  if (typeof text === "string") {
    return new TextEncoder().encode(text);
  }
  if (text instanceof ArrayBuffer) {
    return new Uint8Array(text);
  }
  if (ArrayBuffer.isView(text)) {
    return new Uint8Array(text.buffer, text.byteOffset, text.byteLength);
  }
  throw new TypeError(`parse takes a text or its bytes, not ${kind(text)}`);
}

function badRows(read) {
  const [count, rows] = [read.bad(), read.errors()];
  const more = count > TOLD ? `; and ${count - TOLD} more` : "";
  const advice = "skipBadRows: true leaves rows out that are no candles";
  return Object.assign(new Error(`${rows.slice(0, TOLD).join("; ")}${more}; ${advice}`), { bad: count, rows });
}

function all(read) {
  const facts = { form: read.form(), doubts: read.doubts(), rows: read.rows(), bad: read.bad(), errors: read.errors() };
  return Array.from({ length: read.count() }, (_, at) => {
    const [symbol, interval, intervalMs] = [read.symbol(at), read.interval(at), read.interval_ms(at)];
    const taken = read.take(at);
    const own = { sorted: taken.sorted(), repeated: taken.repeated(), completed: taken.completed() };
    const candles = columns(taken.rows());
    taken.free();
    const series = new Series(candles, { symbol: symbol || NAMELESS, interval, intervalMs });
    /** What there is to know of the text; of the series whether its rows were in another order, and how many are gone. */
    series.source = { ...facts, ...own, hasSymbol: symbol !== "" };
    return series;
  });
}

function columns(rows) {
  const names = ["time", "open", "high", "low", "close", "volume"];
  const count = rows.length / names.length;
  const column = (at) => Float64Array.from({ length: count }, (_, row) => rows[names.length * row + at]);
  return Object.fromEntries(names.map((name, at) => [name, column(at)]));
}

/** The one series of a file that is meant. A file's stem is the symbol where nothing else is. */
export function choose(all, file, { symbol, interval }) {
  if (all.length === 1) {
    const [series] = all;
    return series.source.hasSymbol || symbol ? series : series.named({ symbol: stem(file) });
  }
  const chosen = all.filter((one) => (!symbol || one.symbol === symbol) && (!interval || one.interval === interval));
  if (chosen.length === 1) {
    return chosen[0];
  }
  const names = all.map((one) => `${one.symbol} ${one.interval}`);
  const shown = names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
  throw new RangeError(`${quoted(file)} holds ${shown || "no candles"}; give symbol${symbol ? " and interval" : ""}`);
}

function stem(file) {
  const name = file.split(/[\\/]/).at(-1).replace(/(?<=.)\.[^.]*$/, "").replaceAll(" ", "_");
  return /^[\w-][\w.-]{0,99}$/.test(name) ? name : NAMELESS;
}

/** How many candles of a series are over at `now`: those of a file may still be going on. */
export function overAt({ time, interval, intervalMs }, now) {
  let count = time.length;
  const months = /^(\d+)(?:M|mo)$/.exec(interval);
  const end = (at) => {
    if (!months) {
      return at + intervalMs;
    }
    const date = new Date(at);
    return date.setUTCMonth(date.getUTCMonth() + Number(months[1]));
  };
  while (count > 0 && end(time[count - 1]) > now) {
    count -= 1;
  }
  return count;
}
