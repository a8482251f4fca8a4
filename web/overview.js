// The strip below the picture: the whole series as a line, and the window as a handle on it.

import { call } from "./renderer.js";
import { changed } from "./theme.js";

const $ = (id) => document.getElementById(id);
/** The handle is never narrower, so that it can be taken hold of. */
const LEAST = 16;
/** The longest window that there is. */
const LONGEST = 2000;

/** Which series the line is of, and its lowest and highest close by column. */
let line = null;
/** What was asked for last, so that an answer that comes late is left alone. */
let asked = null;
/** The window's first and last candle, and how many the series has. */
let place = null;

/** Shows where the window is; the line is drawn anew where it is of another series. */
export function show(series, first, end) {
  place = { first, end, count: series.times.length };
  put();
  if (asked !== series) {
    asked = series;
    line = null;
    load(series);
  }
}

async function load(series) {
  const columns = Math.max(1, Math.min(2048, Math.round($("overview").clientWidth)));
  const found = await call("overview", [series.id, columns]).catch(() => null);
  if (asked === series && found) {
    line = found;
    draw();
  }
}

/** Draws the line with the page's colours. */
function draw() {
  const canvas = $("overview-line");
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.max(1, Math.round(side * ratio)));
  Object.assign(canvas, { width, height });
  if (!line) {
    return;
  }
  const context = canvas.getContext("2d");
  const { low, high } = line;
  const [least, most] = [low.reduce((a, b) => Math.min(a, b)), high.reduce((a, b) => Math.max(a, b))];
  const inner = height - 4 * ratio;
  const y = (value) => 2 * ratio + (most > least ? (1 - (value - least) / (most - least)) * inner : inner / 2);
  const x = (at) => (low.length > 1 ? (at / (low.length - 1)) * width : 0);
  context.strokeStyle = context.fillStyle = getComputedStyle(canvas).color;
  const path = new Path2D();
  low.forEach((value, at) => {
    path[at === 0 ? "moveTo" : "lineTo"](x(at), y(value));
    path.lineTo(x(at), y(high[at]));
  });
  context.lineWidth = ratio;
  context.lineJoin = "round";
  context.stroke(path);
  path.lineTo(width, height);
  path.lineTo(0, height);
  context.globalAlpha = 0.12;
  context.fill(path);
}

/** Puts the handle where the window is. */
function put() {
  if (!place) {
    return;
  }
  const wide = $("overview").clientWidth;
  const { first, end, count } = place;
  const width = Math.max(LEAST, ((end - first + 1) / count) * wide);
  const right = ((end + 1) / count) * wide;
  const left = Math.max(0, Math.min(wide - width, right - width));
  $("handle").style.transform = `translateX(${left}px)`;
  $("handle").style.width = `${width}px`;
}

/** Listens to pointers. `go(end, window)` asks for a window. */
export function listen(go) {
  const strip = $("overview");
  let begin = null;
  strip.addEventListener("pointerdown", (event) => {
    if (!place || event.button !== 0) {
      return;
    }
    strip.setPointerCapture(event.pointerId);
    const side = event.target.dataset?.side ?? null;
    begin = { ...place, x: event.clientX, side };
    if (!side && event.target.closest("#handle") === null) {
      // A click beside the handle puts the window's middle there.
      const { left, width } = strip.getBoundingClientRect();
      const length = place.end - place.first;
      const end = Math.round(((event.clientX - left) / width) * place.count + length / 2);
      begin = { ...begin, first: end - length, end };
      go(end, length + 1);
    }
  });
  strip.addEventListener("pointermove", (event) => {
    if (!begin) {
      return;
    }
    const { first, end, count, side } = begin;
    const by = Math.round(((event.clientX - begin.x) / strip.clientWidth) * count);
    const window = end - first + 1;
    if (side === "left") {
      go(end, Math.max(2, Math.min(window - by, end + 1, LONGEST)));
    } else if (side === "right") {
      const last = Math.max(first + 1, Math.min(count - 1, end + by, first + LONGEST - 1));
      go(last, last - first + 1);
    } else {
      go(end + by, window);
    }
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    strip.addEventListener(kind, () => (begin = null));
  }
  new ResizeObserver(() => {
    draw();
    put();
  }).observe(strip);
  changed(draw);
}
