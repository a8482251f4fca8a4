// @image-cache/render: candlestick pictures, the same bytes on every machine. For browsers, workers and bundlers; Node, Deno
// and Bun take `node.js`, which reads files, too.
//
// All functions start the modules themselves when they are first called.

import { NeedsReaders } from "./lib/picture.js";
import * as sync from "./lib/picture.js";
import { load, loadReaders } from "./lib/module.js";
import { given, knobs as knobsNow, specJson as jsonOf } from "./lib/spec.js";
import { choose, overAt, parse as parseNow } from "./lib/text.js";
import { kind } from "./lib/time.js";

export { Series } from "./lib/series.js";
export { Picture } from "./lib/picture.js";

const specNow = (spec) => jsonOf(given(spec));

/**
 * Starts the module that draws, and gives the functions that need no waiting from then on. `module` is where it comes
 * from where this package's files cannot be fetched: a `WebAssembly.Module`, its bytes, a `Response` or an address.
 */
export async function init(module) {
  await load(module);
  const { render, pixels, geometry, sha256, draw, styles, presets } = sync;
  return { render, pixels, geometry, sha256, draw, styles, presets, knobs: knobsNow, specJson: specNow };
}

/** The same with the module that reads texts. */
export async function initReaders(module) {
  await loadReaders(module);
  return { parse: parseNow };
}

/** A function that waits for the module first. */
function waiting(use) {
  return async (...args) => {
    await load();
    try {
      return use(...args);
    } catch (error) {
      if (!(error instanceof NeedsReaders)) {
        throw error;
      }
      try {
        await loadReaders();
      } catch (cause) {
        throw new Error(`${error.message}: ${cause.message}`, { cause });
      }
      return use(...args);
    }
  };
}

export const render = waiting(sync.render);
export const pixels = waiting(sync.pixels);
export const geometry = waiting(sync.geometry);
export const sha256 = waiting(sync.sha256);
export const styles = waiting(sync.styles);
export const presets = waiting(sync.presets);
export const knobs = waiting(knobsNow);
export const specJson = waiting(specNow);

export async function parse(text, options) {
  await loadReaders();
  const isBlob = typeof Blob === "function" && text instanceof Blob;
  return isBlob
    ? parseNow(await text.arrayBuffer(), { name: text.name ?? "", ...options })
    : parseNow(text, options);
}

const drawNow = waiting(sync.draw);

/** A picture of candles, or of a `File` or `Blob` of them. */
export async function draw(candles, spec, options = {}) {
  if (typeof Blob === "function" && candles instanceof Blob) {
    return drawText(await candles.arrayBuffer(), candles.name ?? "", spec, options);
  }
  if (typeof candles === "string" || candles instanceof URL) {
    throw new TypeError(`draw takes candles, a File or a Blob, not ${kind(candles)}; fetch it, and give parse() its text`);
  }
  return drawNow(candles, spec, options);
}

/** A picture of the text of a file: of its candles that are over, as the command line's `draw` has it. */
export async function drawText(bytes, name, spec, options) {
  const { now = Date.now(), skipBadRows, ...rest } = options;
  const series = choose(await parse(bytes, { name, now, skipBadRows }), name, rest);
  const over = overAt(series, now);
  if (over === 0) {
    throw new RangeError(`${name || "the text"} has no candle that is over`);
  }
  return drawNow(series.slice(0, over), spec, rest);
}
