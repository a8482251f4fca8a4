// The page: starts everything, and does what the address, the mouse and the keys ask for.

import { forget, view } from "./checking.js";
import * as commands from "./commands.js";
import { picture } from "./drawing.js";
import * as gestures from "./gestures.js";
import init from "./image_cache.js";
import { listen } from "./input.js";
import { build } from "./knobs/form.js";
import { Knobs, all } from "./knobs/table.js";
import { Problem, act, note, problem } from "./messages.js";
import { choose, openServed, rename, take } from "./opening.js";
import * as overview from "./overview.js";
import * as proof from "./proof.js";
import { call } from "./renderer.js";
import * as served from "./served.js";
import { pick, state } from "./state.js";
import * as theme from "./theme.js";
import * as viewport from "./viewport.js";
import * as welcome from "./welcome.js";
import { LONGEST, go, link, move, redraw, reset, step, tellEnd, turn, typed } from "./window.js";

const $ = (id) => document.getElementById(id);
const { early } = globalThis;
/** What an address may say besides knobs. */
const WORDS = ["data", "series", "end", "view", "preset"];

async function start() {
  await init({ module_or_path: await early.module });
  build($("knobs"), turn, reset);
  proof.copying();
  commands.choosing();
  listen((files) => act(async () => take(await files, "file", asked())));
  wire();
  document.documentElement.dataset.ready = "";
  await act(follow);
  addEventListener("hashchange", () => act(follow));
  if (!state.current) {
    await act(welcome.show);
  }
  keep();
}

/** Lets the browser keep the page's files. What `image-cache serve` has would be another one's tomorrow. */
function keep() {
  if (!served.here) {
    // Where it refuses, the page only needs its server the next time, too.
    navigator.serviceWorker?.register("service-worker.js").catch(() => {});
  }
}

/** What the address says of the series and the end. */
function address() {
  const wish = new URLSearchParams(location.hash.slice(1));
  const [, symbol, interval] = /^(.*) (.*)$/.exec(wish.get("series") ?? "") ?? [];
  return { wish, wanted: { symbol, interval, end: wish.get("end"), names: true } };
}

/** What is wanted of files that come in: the series and the time that are shown, else those of the address. */
function asked() {
  const { current } = state;
  return current ? { symbol: current.symbol, interval: current.interval } : address().wanted;
}

/** Says what the address asks for that is not there. */
function doubt(wish, wanted) {
  if (wanted.symbol && !pick(state.series, wanted)) {
    const { symbol, interval } = wanted;
    note(`The address is of ${symbol} ${interval}, whose candles are not open; open a file of them.`);
  }
  for (const name of new Set(wish.keys())) {
    if (!WORDS.includes(name) && !all().some((knob) => knob.name === name)) {
      note(`The address says “${name}”, which means nothing here.`);
    }
  }
}

/** Does what the address asks for. */
async function follow() {
  const { wish, wanted } = address();
  state.knobs = Knobs.from(wish, state.knobs);
  viewport.set(wish.get("view") === "exact");
  if (wish.get("data") === "sample" && !state.series.some((one) => one.from === "sample")) {
    await take(await early.sample(), "sample", wanted);
    doubt(wish, wanted);
    return;
  }
  if (served.here && state.series.length === 0) {
    await openServed();
  }
  doubt(wish, wanted);
  const one = pick(state.series, wanted) ?? state.current ?? state.series[0];
  if (one) {
    await choose(one, wanted.end);
  }
}

/** Whether this browser renders what every other machine does. */
async function testBrowser() {
  const { all, different } = await call("selftest");
  if (different.length > 0) {
    throw new Problem(
      `${different.length} of ${all} built-in pictures differ in this browser; please report this`,
      different.map(({ name, sha256 }) => `${name}: ${sha256}`),
    );
  }
  note(`All ${all} built-in pictures have the built-in hashes: this browser renders the same bytes.`);
}

/** What gestures have to know of what is shown. */
function shown() {
  const { scale } = picture;
  const { current, look, end } = state;
  if (!scale || !current || !look) {
    return null;
  }
  // What was asked for last counts, though what is shown may still be the picture before.
  const { window } = look.spec;
  return {
    series: current,
    end,
    window,
    most: Math.min(LONGEST, current.times.length),
    step: (scale.step * scale.window) / window,
    behind: (x) => (scale.behind(x) * (window - 1)) / Math.max(1, scale.window - 1),
  };
}

/** Shows more candles or fewer before the window's end. */
function lengthen(by) {
  const now = shown();
  if (now) {
    go(...gestures.resized(now, now.window * by, 0));
  }
}

function wire() {
  const on = (id, kind, act) => $(id).addEventListener(kind, act);
  const openSample = () => act(async () => take(await early.sample(), "sample"));
  on("sample", "click", openSample);
  on("welcome-sample", "click", openSample);
  on("welcome-picture", "click", openSample);
  on("selftest", "click", () => act(testBrowser));
  on("series", "change", () => act(() => choose(state.series[Number($("series").value)])));
  on("slider", "input", () => move(Number($("slider").value)));
  on("first", "click", () => move(0));
  on("back", "click", () => step(-1));
  on("forward", "click", () => step(1));
  on("last", "click", () => move(state.current.times.length - 1));
  on("end", "change", () => typed($("end").value));
  on("end", "blur", tellEnd);
  on("symbol", "change", () => act(rename));
  on("interval", "change", () => act(rename));
  on("download", "click", download);
  on("copy-picture", "click", () => proof.told($("copy-picture"), copyPicture));
  on("copy-link", "click", () => {
    link();
    return proof.copy($("copy-link"), location.href);
  });
  on("forget", "click", forget);
  on("theme", "click", theme.toggle);
  viewport.listen(redraw);
  gestures.listen($("picture"), shown, go);
  overview.listen(go);
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => view(button.dataset.view));
  }
  addEventListener("keydown", key);
}

function key(event) {
  const field = event.target.closest?.("input:not([type=range]):not([type=checkbox]), select, textarea");
  const hidden = !$("dataset").hidden;
  if (!state.current || hidden || field || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const window = state.look?.spec.window ?? 1;
  const arrows = { ArrowLeft: -1, ArrowRight: 1 };
  const pages = { PageUp: -window, PageDown: window };
  if (event.key in arrows) {
    step(arrows[event.key] * (event.shiftKey ? 10 : 1));
  } else if (event.key in pages) {
    move(state.end + pages[event.key]);
  } else if (event.key === "Home") {
    move(0);
  } else if (event.key === "End") {
    move(state.current.times.length - 1);
  } else if (event.key === "+" || event.key === "-") {
    lengthen(event.key === "+" ? 1 / 1.25 : 1.25);
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
  if (!state.made) {
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([state.made.png], { type: "image/png" }));
  link.download = $("file-name").textContent;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function copyPicture() {
  if (!state.made) {
    throw new Error("there is no picture");
  }
  const blob = new Blob([state.made.png], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}

start().catch((error) => problem(`this browser cannot run the page: ${error.message}`));
