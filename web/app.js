// The page: what is open, which window is shown, and how it looks.

import init, { format_time, interval_code, interval_ms, parse_time, picture_path, series_name } from "./image_cache.js";
import { listen, sort } from "./input.js";
import { Knobs, build, quoted, show } from "./knobs.js";
import { Picture, short } from "./picture.js";
import * as proof from "./proof.js";
import { Latest, call } from "./renderer.js";
import * as served from "./served.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
/** After so many ms without a change, what takes longer is done. */
const SETTLED = 120;
const SAMPLE = ["sample/BTCUSDT-1h.csv", "sample/ETHUSD-4h.csv"];

/** All series that are open: `{id, symbol, interval, ms, source, from, times}`. */
let series = [];
/** The one that is shown, and the index of the window's last candle in it. */
let current = null;
let end = 0;
let knobs = new Knobs();
/** The spec that the knobs make, if they make one. */
let spec = null;
/** What was rendered last, and the PNG that was dropped to be compared with it. */
let made = null;
let held = null;
let settling = 0;
let sampled = null;

const picture = new Picture();
const rendering = new Latest(render);

/* Starting. */

async function start() {
  if (location.hash.includes("data=sample")) {
    sample();
  }
  const module = await WebAssembly.compileStreaming(fetch("image_cache_bg.wasm"));
  const worker = call("start", [module]);
  await init({ module_or_path: module });
  await worker;
  build($("knobs"), turn);
  proof.copying();
  listen((files) => act(() => take(files)));
  wire();
  document.documentElement.dataset.ready = "";
  await act(follow);
  addEventListener("hashchange", () => act(follow));
}

/** Does what the address asks for. */
async function follow() {
  const wish = new URLSearchParams(location.hash.slice(1));
  const [symbol, interval] = (wish.get("series") ?? "").split(" ");
  const wanted = { symbol, interval, end: wish.get("end") };
  knobs = Knobs.from(wish);
  if (wish.get("data") === "sample" && !series.some((one) => one.from === "sample")) {
    await take(await sample(), "sample", wanted);
    return;
  }
  if (served.here && series.length === 0) {
    await openServed();
  }
  const one = pick(series, wanted) ?? current ?? series[0];
  if (one) {
    await choose(one, wanted.end);
  }
}

function pick(list, { symbol, interval }) {
  return list.find((one) => one.symbol === symbol && one.interval === interval);
}

/** Runs what may fail, and shows why it did. */
async function act(what) {
  try {
    await what();
  } catch (error) {
    problem(error.message ?? String(error), error.lines);
  }
}

/* Opening. */

/** The sample's files, fetched once. */
function sample() {
  sampled ??= Promise.all(
    SAMPLE.map(async (path) => new File([await (await fetch(path)).blob()], path.split("/").pop())),
  );
  return sampled;
}

async function openServed() {
  series = await served.list();
  if (series.length === 0) {
    throw new Error("the database has no candles yet");
  }
  listSeries();
  act(served.status);
}

/** Takes files in: candles take the place of those before, the rest is checked against them. */
async function take(files, from = "file", wanted = {}) {
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
    const { kind, series: list } = await call("database", [database], {});
    const { name } = database[0];
    if (kind === "index") {
      indexes.push(database);
      continue;
    }
    found.push(...list.filter(({ count }) => count > 0).map((one) => ({ ...one, source: name, from: "database" })));
    const wal = database[0].bytes[18] === 2 && database.length === 1;
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

/** Lets these series take the place of those that are open. */
async function replace(found, wanted) {
  const gone = series.filter((one) => !found.includes(one));
  series = found;
  listSeries();
  if (!series.includes(current)) {
    current = null;
    await choose(pick(series, wanted) ?? series[0], wanted.end);
  }
  $("series").value = String(series.indexOf(current));
  if (gone.length > 0) {
    await call("forget", [gone.map(({ id }) => id).filter((id) => id !== undefined)]);
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

/** Shows a series; the window ends at `time`, else at the time shown before, else where the series does. */
async function choose(one, time) {
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
  const before = current?.times[end] ?? null;
  current = one;
  document.documentElement.dataset.loaded = "";
  for (const id of ["timeline", "proof", "source", "knobs", "top"]) {
    $(id).hidden = false;
  }
  $("welcome").hidden = true;
  $("series").value = String(series.indexOf(one));
  $("source-name").textContent = one.source;
  for (const field of ["symbol", "interval"]) {
    $(field).value = one[field];
    // What comes from a database has its name there.
    $(field).disabled = one.from !== "file";
  }
  const window = Number(knobs.texts().get("window"));
  if (one.times.length < window && !knobs.get("window")) {
    knobs.put("window", String(Math.max(2, one.times.length)));
    note(`${one.symbol} ${one.interval} has ${one.times.length} candles, fewer than a default window; the window is shorter here.`);
  }
  settle();
  const at = time ? parse(time) : before;
  const last = one.times.length - 1;
  const inside = at !== null && at >= one.times[0] && at <= one.times[last];
  end = clamp(inside ? find(one.times, at) : last);
  wish();
}

/** Gives a series that came without one a name: it decides the file's name and the picture's title. */
async function rename() {
  clear();
  const interval = $("interval").value.trim();
  current.ms = interval_ms(interval) ?? current.ms;
  [current.symbol, current.interval] = [$("symbol").value.trim(), interval];
  await call("name", [current.id, current.symbol, current.interval, current.ms]);
  listSeries();
  $("series").value = String(series.indexOf(current));
  wish();
}

function listSeries() {
  const options = series.map((one, at) => new Option(`${one.symbol} ${one.interval}`, String(at)));
  $("series").replaceChildren(...options);
}

/* Moving. */

/** The lowest end with a whole window. */
function least() {
  return Math.min((spec?.window ?? 2) - 1, current.times.length - 1);
}

function clamp(at) {
  return Math.max(least(), Math.min(current.times.length - 1, at));
}

function move(to) {
  if (current) {
    end = clamp(to);
    wish();
  }
}

/** A time as people type it, in ms, or null. */
function parse(text) {
  const iso = text.trim().replace(" ", "T");
  const rest = { 10: "", 13: ":00:00Z", 16: ":00Z", 19: "Z" }[iso.length];
  const ms = parse_time(iso) ?? (rest === undefined ? undefined : parse_time(iso + rest));
  return ms ?? null;
}

function typed(text) {
  const at = parse(text);
  if (at === null) {
    problem(`“${text}” is no time; write YYYY-MM-DD, with HH:MM if you like`);
    return;
  }
  clear();
  const index = find(current.times, at);
  if (index < least()) {
    note(`Before ${short(format_time(current.times[least()]))} there are not enough candles for a window; the cache records such ends as missing.`);
  } else if (current.times[index] !== at) {
    note(`There is no candle at ${short(format_time(at))}; this window ends with the one before it.`);
  }
  move(index);
}

/** The index of the last time at or before `time`. */
function find(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = times[middle] <= time ? [middle + 1, high] : [low, middle];
  }
  return low - 1;
}

/* The look. */

function turn(flag, text) {
  clear();
  knobs.put(flag, text);
  settle();
  if (current) {
    end = clamp(end);
    wish();
  }
}

/** Makes the spec from the knobs, and shows them. */
function settle() {
  show($("knobs"), knobs.texts());
  try {
    spec = knobs.spec();
  } catch (error) {
    spec = null;
    problem(error.message ?? String(error));
  }
}

/* Rendering. */

function wish() {
  const { times } = current;
  const slider = $("slider");
  [slider.min, slider.max, slider.value] = [least(), times.length - 1, end];
  const time = short(format_time(times[end]));
  slider.ariaValueText = time;
  if (document.activeElement !== $("end")) {
    $("end").value = time;
  }
  $("position").textContent = `${number.format(end + 1)} / ${number.format(times.length)}`;
  if (spec) {
    const { id, symbol, interval, ms } = current;
    rendering.ask({ id, symbol, interval, ms, end, spec: spec.json, drawn: spec.window, asked: performance.now() });
  }
  clearTimeout(settling);
  settling = setTimeout(() => act(settled), SETTLED);
}

async function render(wanted) {
  try {
    made = { ...(await call("render", [wanted])), wanted };
    picture.show(made);
    window.imageCache.shown(wanted.asked);
    name(wanted);
  } catch (error) {
    made = null;
    problem(error.message);
  }
}

/** Fills in what is known without waiting. */
function name({ symbol, interval, ms, end, spec }) {
  const time = current.times[end];
  $("picture").ariaLabel = `${symbol} ${interval}, ${made.rows.length / 6} candles up to ${short(format_time(time))}`;
  $("sha256").textContent = made.sha256;
  served.forget();
  $("pixel-sha256").textContent = "…";
  $("file-size").textContent = `${number.format(made.png.length)} bytes`;
  try {
    $("file-name").textContent = picture_path(symbol, interval, ms, time, spec).split("/").pop();
  } catch (error) {
    $("file-name").textContent = `no name: ${error.message}`;
  }
  // No line breaks inside of a flag.
  const words = command(symbol, interval, time).map((word) => {
    return Object.assign(document.createElement("span"), { textContent: word });
  });
  $("command").replaceChildren(...words.flatMap((word, at) => (at > 0 ? [" ", word] : [word])));
}

/** The words of the command that writes the same file. */
function command(symbol, interval, time) {
  const candles = {
    sample: ["--sample", "--stride 1"],
    served: current.sample ? ["--sample", "--stride 1"] : [`--db ${quoted(current.source)}`],
    database: [`--db ${quoted(current.source)}`],
  };
  return [
    "image-cache render",
    ...(candles[current.from] ?? ["--db market.sqlite"]),
    `--symbol ${symbol}`,
    `--interval ${interval}`,
    `--start ${format_time(time)}`,
    `--end ${format_time(time + 1000)}`,
    ...knobs.flags(),
  ];
}

/** What is done once nothing has changed for a moment. */
async function settled() {
  link();
  await rendering.idle();
  const shown = made;
  if (!shown) {
    return;
  }
  const digest = await call("pixelDigest");
  if (made === shown) {
    $("pixel-sha256").textContent = digest;
  }
  if (held) {
    await compare();
  }
  if (current.from === "served") {
    const time = format_time(current.times[shown.wanted.end]);
    const answer = await served.native(current, time, knobs.entries());
    if (made === shown) {
      served.show(answer, shown.sha256);
    }
  }
}

function link() {
  const parameters = new URLSearchParams();
  if (current.from === "sample") {
    parameters.set("data", "sample");
  }
  parameters.set("series", `${current.symbol} ${current.interval}`);
  parameters.set("end", format_time(current.times[end]));
  for (const [flag, text] of knobs.entries()) {
    parameters.set(flag, text);
  }
  history.replaceState(null, "", `#${parameters}`);
}

/* Checking. */

async function hold({ name, bytes }) {
  if (!current) {
    throw new Error(`${name} is a picture; open its candles first, then it can be checked against them`);
  }
  held = { name, bytes };
  const told = proof.parts(name);
  const one = told && pick(series, told);
  if (one && !told.tag) {
    // A default picture is wholly told by its name.
    knobs = new Knobs();
    knobs.put("size", told.size);
    knobs.put("window", told.window);
    await choose(one, told.end);
  } else if (one) {
    await choose(one, told.end);
  }
  await rendering.idle();
  if (made) {
    await compare();
  }
}

async function compare() {
  const against = made;
  const result = await call("compare", [held.bytes]);
  if (against !== made) {
    return;
  }
  held.result = result;
  $("views").hidden = false;
  $("views").dataset.same = result.sameBytes ? "bytes" : result.samePixels ? "pixels" : "no";
  $("verdict").textContent = proof.verdict(result, made);
  $("verdict").title = held.name;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.hidden = button.dataset.view === "difference" && (!result.difference || result.samePixels);
  }
  view(result.difference && !result.samePixels ? "difference" : "picture");
}

function view(which) {
  for (const button of document.querySelectorAll("[data-view]")) {
    button.ariaPressed = String(button.dataset.view === which);
  }
  if (which === "picture") {
    picture.restore();
  } else if (which === "theirs") {
    picture.put(held.result.theirs, held.result.width, held.result.height);
  } else {
    picture.put(held.result.difference, made.width, made.height);
  }
}

function forget() {
  held = null;
  $("views").hidden = true;
  picture.restore();
}

async function confirm(files) {
  const { name } = files[0];
  if (series.length === 0) {
    throw new Error(`${name} is an index; open its candles first, then its entries can be confirmed`);
  }
  for (const one of series.filter((it) => it.from === "served" && !it.times)) {
    await choose(one);
  }
  const result = await call("confirm", [files], {
    progress: ({ done, total }) => proof.checking(name, done, total),
  });
  proof.report(name, result, (entry) => act(() => visit(entry)));
}

async function visit(entry) {
  await choose(pick(series, entry), format_time(entry.end));
  $("picture").scrollIntoView({ block: "nearest" });
}

/* Messages. */

class Problem extends Error {
  constructor(message, lines) {
    super(message);
    this.lines = lines;
  }
}

function say(kind, text, lines = []) {
  const box = document.createElement("div");
  box.className = `message ${kind}`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  box.append(paragraph);
  if (lines.length > 0) {
    const list = document.createElement("ul");
    list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    box.append(list);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon";
  close.ariaLabel = "Close";
  close.append($("forget").firstElementChild.cloneNode(true));
  close.addEventListener("click", () => box.remove());
  box.append(close);
  $("messages").append(box);
}

const note = (text) => say("note", text);

function problem(text, lines) {
  for (const box of document.querySelectorAll(".message.error")) {
    box.remove();
  }
  progress(null);
  // A sentence begins with a capital letter, but a file's name stays as it is.
  const start = /^\w+[ :]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  say("error", /[.…]$/.test(text) ? start : `${start}.`, lines);
}

function clear() {
  $("messages").replaceChildren();
}

function progress(text, share) {
  let box = $("progress");
  if (text === null) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement("div");
    box.id = "progress";
    box.className = "message note";
    box.append(document.createElement("p"), document.createElement("progress"));
    $("messages").append(box);
  }
  box.firstChild.textContent = text;
  if (share === null) {
    box.lastChild.removeAttribute("value");
  } else {
    box.lastChild.value = share;
  }
}

/* Controls. */

function zoom() {
  const exact = $("zoom").ariaPressed !== "true";
  $("zoom").ariaPressed = String(exact);
  picture.exact(exact);
}

function wire() {
  const on = (id, kind, act) => $(id).addEventListener(kind, act);
  const openSample = () => act(async () => take(await sample(), "sample"));
  on("sample", "click", openSample);
  on("welcome-sample", "click", openSample);
  on("series", "change", () => act(() => choose(series[Number($("series").value)])));
  on("slider", "input", () => move(Number($("slider").value)));
  on("first", "click", () => move(0));
  on("back", "click", () => move(end - 1));
  on("forward", "click", () => move(end + 1));
  on("last", "click", () => move(current.times.length - 1));
  on("end", "change", () => typed($("end").value));
  on("symbol", "change", () => act(rename));
  on("interval", "change", () => act(rename));
  on("zoom", "click", zoom);
  on("download", "click", download);
  on("copy-picture", "click", () => proof.told($("copy-picture"), copyPicture));
  on("copy-link", "click", () => {
    link();
    return proof.copy($("copy-link"), location.href);
  });
  on("forget", "click", forget);
  on("theme", "click", theme);
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => view(button.dataset.view));
  }
  addEventListener("keydown", key);
}

function key(event) {
  const field = event.target.closest?.("input:not([type=range]):not([type=checkbox]), select, textarea");
  if (!current || field || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const window = spec?.window ?? 1;
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -window, PageDown: window };
  if (event.key in steps) {
    move(end + steps[event.key] * (event.shiftKey && event.key.startsWith("Arrow") ? 10 : 1));
  } else if (event.key === "Home") {
    move(0);
  } else if (event.key === "End") {
    move(current.times.length - 1);
  } else if (event.key === "," || event.key === ".") {
    picture.step(event.key === "," ? -1 : 1);
  } else if (event.key === "Escape") {
    picture.leave();
  } else {
    return;
  }
  event.preventDefault();
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([made.png], { type: "image/png" }));
  link.download = $("file-name").textContent;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function copyPicture() {
  const blob = new Blob([made.png], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

/** What a measurement wants to know: when the first picture was there, and how long steps took, in ms. */
window.imageCache = {
  first: null,
  steps: [],
  shown(asked) {
    const now = performance.now();
    this.first ??= now;
    this.steps.push(now - asked);
  },
};

start().catch((error) => problem(`this browser cannot run the page: ${error.message}`));
