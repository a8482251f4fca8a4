// A PNG beside the picture, and an index beside its candles.

import { format_time } from "./image_cache.js";
import { choose, load } from "./opening.js";
import { Knobs } from "./knobs/table.js";
import { act, note } from "./messages.js";
import * as proof from "./proof.js";
import { call } from "./renderer.js";
import { pick, state } from "./state.js";
import { drawing, picture } from "./drawing.js";
import { parse, redraw } from "./window.js";

const $ = (id) => document.getElementById(id);

export async function hold({ name, bytes }) {
  if (!state.current) {
    throw new Error(`${name} is a picture; open its candles first, then it can be checked against them`);
  }
  state.held = { name, bytes };
  const told = proof.parts(name);
  const one = told && pick(state.series, told);
  if (one && !told.tag) {
    // A default picture is wholly told by its name.
    state.knobs = new Knobs().with("size", told.size).with("window", told.window);
    await choose(one, told.end);
  } else if (one) {
    await choose(one, told.end);
  }
  if (told && (!one || state.current.times[state.end] !== parse(told.end))) {
    note(`${name} names a window of ${told.symbol} ${told.interval} that ends at ${told.end}; there is none here, so it is compared with the one that is shown.`);
  }
  // Files are compared with the file's own pixels, so those are shown as long as one is here.
  redraw();
  await drawing.idle();
  if (state.made) {
    await compare();
  }
}

export async function compare() {
  const against = state.made;
  let result;
  try {
    result = await call("compare", [state.held.bytes]);
  } catch (error) {
    // What is no picture is not compared with the next one either.
    forget();
    throw error;
  }
  if (against !== state.made || !state.held) {
    return;
  }
  state.held.result = result;
  $("views").hidden = false;
  $("views").dataset.same = result.sameBytes ? "bytes" : result.samePixels ? "pixels" : "no";
  $("verdict").textContent = proof.verdict(result, state.made);
  $("verdict").title = state.held.name;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.hidden = button.dataset.view === "difference" && (!result.difference || result.samePixels);
  }
  view(result.difference && !result.samePixels ? "difference" : "picture");
}

/** What was told of the dropped file was told of another picture than the one that is shown now. */
export function doubt() {
  if (!state.held) {
    return;
  }
  delete state.held.result;
  delete $("views").dataset.same;
  $("verdict").textContent = "Comparing…";
  for (const button of document.querySelectorAll("[data-view]")) {
    button.hidden = button.dataset.view !== "picture";
    button.ariaPressed = String(button.dataset.view === "picture");
  }
}

export function view(which) {
  for (const button of document.querySelectorAll("[data-view]")) {
    button.ariaPressed = String(button.dataset.view === which);
  }
  if (which === "picture") {
    picture.restore();
  } else if (which === "theirs") {
    picture.put(state.held.result.theirs, state.held.result.width, state.held.result.height);
  } else {
    picture.put(state.held.result.difference, state.made.width, state.made.height);
  }
}

export function forget() {
  state.held = null;
  $("views").hidden = true;
  picture.restore();
  redraw();
}

/** Checks the entries of an index against the candles that are open; the view stays as it is. */
export async function confirm({ name, id }) {
  if (state.series.length === 0) {
    throw new Error(`${name} is an index; open its candles first, then its entries can be confirmed`);
  }
  const names = await call("entries", [id]);
  for (const one of state.series.filter((it) => it.from === "served" && pick(names, it))) {
    await load(one);
  }
  const result = await call("confirm", [id], {
    progress: ({ done, total }) => proof.checking(name, done, total),
  });
  if (result.stopped) {
    proof.stopped(name, result);
  } else {
    proof.report(name, result, (entry) => act(() => visit(entry)));
  }
}

async function visit(entry) {
  await choose(pick(state.series, entry), format_time(entry.end));
  $("picture").scrollIntoView({ block: "nearest" });
}
