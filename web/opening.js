// From files, the sample or the server to series that can be shown.

import { confirm, hold } from "./checking.js";
import { interval_code, interval_ms, series_name } from "./image_cache.js";
import { sort } from "./input.js";
import { Problem, act, clear, note, progress } from "./messages.js";
import { call } from "./renderer.js";
import * as served from "./served.js";
import { pick, state } from "./state.js";
import { clamp, find, parse, settle, wish } from "./window.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
const SAMPLE = ["sample/BTCUSDT-1h.csv", "sample/ETHUSD-4h.csv"];

let sampled = null;
/** Whether the window is shorter than usual because the series is. */
let shortened = false;

/** The sample's files, fetched once. */
export function sample() {
  sampled ??= Promise.all(
    SAMPLE.map(async (path) => new File([await (await fetch(path)).blob()], path.split("/").pop())),
  );
  return sampled;
}

export async function openServed() {
  state.series = await served.list();
  if (state.series.length === 0) {
    throw new Error("the database has no candles yet");
  }
  listSeries();
  act(served.status);
}

/** Takes files in: candles take the place of those before, the rest is checked against them. */
export async function take(files, from = "file", wanted = {}) {
  if (files.length === 0) {
    return;
  }
  clear();
  const { texts, databases, pictures } = await sort(files);
  const found = [];
  const indexes = [];
  for (const text of texts) {
    const one = await readText(text, from);
    found.push(one);
    if (wanted.symbol ? one === pick(found, wanted) : found.length === 1) {
      // It is shown while others are still being read.
      await replace(found, wanted);
    }
  }
  for (const database of databases) {
    const { name, bytes } = database[0];
    const wal = bytes[18] === 2 && database.length === 1;
    // They may be large, so they go to the worker and are gone here.
    const transfer = database.map((file) => file.bytes.buffer);
    const { kind, id, series: list } = await call("database", [database], { transfer });
    if (kind === "index") {
      indexes.push({ name, id });
      continue;
    }
    found.push(...list.filter(({ count }) => count > 1).map((one) => ({ ...one, source: name, from: "database" })));
    if (wal) {
      note(`${name} is in WAL mode: if a file ${name}-wal lies beside it, drop both, or its newest candles are left out.`);
    }
    if (found.length === 0) {
      throw new Error(`${name} has no candles in any of its ${list.length} series`);
    }
  }
  if (found.length > 0) {
    await replace(found, wanted);
  }
  for (const one of pictures) {
    await hold(one);
  }
  for (const index of indexes) {
    await confirm(index);
  }
}

async function readText({ name, bytes }, from) {
  const told = bytes.length > 1e6;
  const facts = await call("read", [bytes], {
    progress: ({ rows, share }) => told && progress(`Reading ${name}: ${number.format(rows)} rows`, share),
    transfer: [bytes.buffer],
  }).catch((error) => {
    throw new Error(`${name}: ${error.message}`);
  });
  progress(null);
  if (facts.bad > 0) {
    const more = facts.bad - facts.errors.length;
    const lines = more > 0 ? [...facts.errors, `and ${number.format(more)} more`] : facts.errors;
    throw new Problem(`${name} was not opened: ${number.format(facts.bad)} of its ${number.format(facts.rows)} rows are no candles`, lines);
  }
  const [symbol, code] = series_name(name);
  const known = interval_ms(code);
  // The candles say how far they are apart; a name that says something else is not believed.
  const ms = known === facts.step || facts.step === 0 ? (known ?? 60_000) : facts.step;
  if (known && facts.step > 0 && known !== facts.step) {
    note(`The name of ${name} says ${code}, but its candles are ${interval_code(facts.step)} apart.`);
  }
  if (facts.sorted) {
    note(`The rows of ${name} stood in another order; they have been sorted by time.`);
  }
  if (facts.repeated > 0) {
    note(`${name}: ${number.format(facts.repeated)} rows that are there twice were taken once.`);
  }
  if (!facts.hasVolume) {
    note(`${name} has no volumes; all are 0.`);
  }
  const interval = known === ms ? code : interval_code(ms);
  const one = { id: facts.id, symbol: symbol || "UNNAMED", interval, ms, times: facts.times, source: name, from };
  await call("name", [one.id, one.symbol, one.interval, one.ms]);
  return one;
}

/** Lets these series take the place of those that are open. */
async function replace(found, wanted) {
  const short = found.filter((one) => one.times && one.times.length < 2);
  if (short.length === found.length && short.length > 0) {
    // What is open stays so, whole.
    await call("forget", [short.map(({ id }) => id)]);
    const { symbol, interval, times } = short[0];
    throw new Error(`${symbol} ${interval} has ${times.length} candles; a picture needs two or more`);
  }
  const gone = state.series.filter((one) => !found.includes(one));
  state.series = found;
  listSeries();
  if (!state.series.includes(state.current)) {
    state.current = null;
    await choose(pick(state.series, wanted) ?? state.series[0], wanted.end);
  }
  $("series").value = String(state.series.indexOf(state.current));
  if (gone.length > 0) {
    await call("forget", [gone.map(({ id }) => id).filter((id) => id !== undefined)]);
  }
}

/** Shows a series; the window ends at `time`, else at the time shown before, else where the series does. */
export async function choose(one, time) {
  if (!one.times) {
    progress(`Loading ${one.symbol} ${one.interval}`, null);
    if (one.from === "served") {
      one.id = (await call("rows", [await served.candles(one)])).id;
      await call("name", [one.id, one.symbol, one.interval, one.ms]);
    }
    one.times = (await call("times", [one.id])).times;
    progress(null);
  }
  if (one.times.length < 2) {
    throw new Error(`${one.symbol} ${one.interval} has ${one.times.length} candles; a picture needs two or more`);
  }
  const before = state.current?.times[state.end] ?? null;
  state.current = one;
  document.documentElement.dataset.loaded = "";
  for (const id of ["timeline", "proof", "source", "knobs", "top"]) {
    $(id).hidden = false;
  }
  $("welcome").hidden = true;
  $("series").value = String(state.series.indexOf(one));
  $("source-name").textContent = one.source;
  for (const field of ["symbol", "interval"]) {
    $(field).value = one[field];
    // What comes from a database has its name there.
    $(field).disabled = one.from !== "file";
  }
  if (shortened) {
    state.knobs.unset("window");
    shortened = false;
  }
  const window = Number(state.knobs.texts().get("window"));
  if (one.times.length < window && !state.knobs.get("window")) {
    state.knobs.put("window", String(Math.max(2, one.times.length)));
    shortened = true;
    note(`${one.symbol} ${one.interval} has ${one.times.length} candles, fewer than a default window; the window is shorter here.`);
  }
  settle();
  const at = time ? parse(time) : before;
  const last = one.times.length - 1;
  const inside = at !== null && at >= one.times[0] && at <= one.times[last];
  state.end = clamp(inside ? find(one.times, at) : last);
  wish();
}

/** Gives a series that came without one a name: it decides the file's name and the picture's title. */
export async function rename() {
  clear();
  const interval = $("interval").value.trim();
  state.current.ms = interval_ms(interval) ?? state.current.ms;
  [state.current.symbol, state.current.interval] = [$("symbol").value.trim(), interval];
  await call("name", [state.current.id, state.current.symbol, state.current.interval, state.current.ms]);
  listSeries();
  $("series").value = String(state.series.indexOf(state.current));
  wish();
}

function listSeries() {
  const options = state.series.map((one, at) => new Option(`${one.symbol} ${one.interval}`, String(at)));
  $("series").replaceChildren(...options);
}
