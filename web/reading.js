// Texts and databases, read by the worker: which series they hold, and what was doubtful about them.

import { interval_ms } from "./image_cache.js";
import { PASTED } from "./input.js";
import { Problem, note, progress } from "./messages.js";
import { call } from "./renderer.js";
import { state } from "./state.js";

const number = new Intl.NumberFormat("en");

/**
 * Reads texts into `found`, in which each has its place, the one that is wanted first; what is no candles into `tables`.
 * `show` shows that one while others are still being read.
 */
export async function readTexts(texts, found, from, wanted, tables, show) {
  if (texts.length === 0) {
    return;
  }
  const names = await call("names", [texts.map(({ name }) => name)]);
  const named = names.findIndex(([symbol, interval]) => symbol === wanted.symbol && interval === wanted.interval);
  const first = texts[Math.max(0, named)];
  for (const text of [first, ...texts.filter((one) => one !== first)]) {
    const series = await readText(text, from, texts.length === 1 ? wanted : {}, tables);
    found[texts.indexOf(text)] = series;
    if (text === first && series.some(({ times }) => times.length > 1)) {
      // It is shown while others are still being read.
      await show(found.flat());
    }
  }
}

/** Opens databases: series go into `found`, the rest into `indexes`. */
export async function openDatabases(databases, found, indexes) {
  const empty = [];
  for (const database of databases) {
    const { name, bytes, head } = database[0];
    const wal = (bytes ?? head)[18] === 2 && database.length === 1;
    // They may be large, so they go to the worker and are gone here, or stay where they are.
    const isRead = database.every(({ bytes }) => bytes);
    const sent = database.map(({ name, bytes, file }) => (isRead ? { name, bytes } : { name, file }));
    const transfer = isRead ? database.map((one) => one.bytes.buffer) : [];
    const { kind, id, series, all } = await call("database", [sent], { transfer });
    if (kind === "index") {
      indexes.push({ name, id, files: database });
      continue;
    }
    found.push(series.map((one) => ({ ...one, source: name, from: "database" })));
    if (wal) {
      note(`${name} is in WAL mode: if a file ${name}-wal lies beside it, drop both, or its newest candles are left out.`);
    }
    if (series.length === 0) {
      empty.push(`${name} has no two candles in any of its ${all} series`);
    }
  }
  if (empty.length > 0 && found.flat().length === 0) {
    throw new Error(empty[0]);
  }
  empty.forEach((why) => note(`${why}.`));
}

/** Reads a text, which may hold several series. `wanted` names a single one where neither its name nor its rows do. */
async function readText({ name, bytes }, from, wanted, tables) {
  const told = bytes.length > 1e6;
  const facts = await call("read", [name, bytes], {
    progress: ({ rows, share }) => told && progress(`Reading ${name}: ${number.format(rows)} rows`, share),
    transfer: [bytes.buffer],
  }).catch((error) => {
    throw new Error(`${name}: ${error.message}`);
  });
  progress(null);
  if (facts.own) {
    tables.push(facts.own);
    return [];
  }
  if (facts.bad > 0) {
    const more = facts.bad - facts.errors.length;
    const lines = more > 0 ? [...facts.errors, `and ${number.format(more)} more`] : facts.errors;
    throw new Problem(`${name} was not opened: ${number.format(facts.bad)} of its ${number.format(facts.rows)} rows are no candles`, lines);
  }
  tell(name, facts);
  const series = facts.series.map((one) => named(one, name, from, facts.series.length === 1 ? wanted : {}));
  for (const one of series) {
    one.form = facts.form;
    await call("name", [one.id, one.symbol, one.interval, one.ms]);
  }
  return series;
}

/** Says what was doubtful about a text, and what of it is not as it stands there. */
function tell(name, { series, doubts, empty, widened, hasVolume }) {
  const sum = (what) => series.reduce((sum, one) => sum + one[what], 0);
  const counted = (count, one, more) => count > 0 && note(`${name}: ${number.format(count)} ${count === 1 ? one : more}.`);
  doubts.forEach((doubt) => note(`${name}: ${doubt}.`));
  if (series.some((one) => one.sorted)) {
    note(`The rows of ${name} stood in another order; they have been sorted by time.`);
  }
  counted(sum("repeated"), "row that is there twice was taken once", "rows that are there twice were taken once");
  counted(sum("completed"), "row was read before its candle was over; another one completes it", "rows were read before their candles were over; others complete them");
  counted(empty, "row without prices was passed over", "rows without prices were passed over");
  counted(widened, "candle was widened by rounding", "candles were widened by rounding");
  if (!hasVolume) {
    note(`${name} has no volumes; all are 0.`);
  }
}

/** A series of a text under its name. */
function named({ id, symbol, interval, ms, times }, name, from, wanted) {
  // A file that is dropped again keeps the name that the user gave it.
  const before = state.series.find(
    (one) => one.source === name && name !== PASTED && one.renamed && one.ms === ms && one.told === symbol,
  );
  const namesake = before ?? (wanted.names && symbol === "" && interval_ms(wanted.interval ?? "") === ms ? wanted : null);
  return {
    id,
    symbol: namesake?.symbol || symbol || "UNNAMED",
    interval: namesake?.interval ?? interval,
    ms,
    times,
    source: name,
    from,
    told: symbol,
    renamed: Boolean(before),
  };
}
