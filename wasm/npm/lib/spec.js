// Specs: objects of knobs become the spec's JSON. What a knob takes, and what two of them say against each other, the
// core decides; here names and values are only written as its texts.

import { call } from "./module.js";
import { kind, quoted } from "./time.js";

let table = null;

/** The table of knobs, as the command line's help has it. */
export function knobs() {
  return structuredClone(known());
}

function known() {
  table ??= JSON.parse(call("knobs"));
  return table;
}

/**
 * The whole spec as JSON in its one form. `spec` is an object whose keys are names of knobs (`priceLabels`,
 * `price-labels`) or keys of a spec's JSON (`price_labels`, `width`, `overlays`), `preset` besides; or the JSON of a spec.
 * `more` are texts of knobs besides.
 */
export function specJson(spec, more = {}) {
  if (typeof spec === "string") {
    return spec;
  }
  const { texts, style } = textsOf(spec);
  const json = call("spec_of_texts", JSON.stringify({ ...texts, ...more }));
  if (style === null) {
    return json;
  }
  // Colours of one's own have no text. A side of labels that is asked for may be that of the style it was read with.
  const side = texts["price-labels"];
  const whole = { ...JSON.parse(json), style };
  return JSON.stringify(side === undefined || side === "auto" ? whole : { ...whole, price_labels: side });
}

/** Width, height, window and warm-up of a spec that is JSON. */
export function measures(json) {
  const [width, height, window, warmup] = call("measures", json);
  return { width, height, window, warmup };
}

/** Whether somebody says how many candles are drawn. */
export function hasWindow(spec) {
  if (typeof spec === "string") {
    try {
      return "window" in JSON.parse(spec);
    } catch {
      // Why it is no JSON is told where it is read.
      return true;
    }
  }
  return ["window", "preset"].some((name) => (spec[name] ?? null) !== null);
}

/** A spec as it may be given, none being the default one. */
export function given(spec) {
  if (spec === undefined || spec === null) {
    return {};
  }
  if (typeof spec === "string") {
    if (!spec.trimStart().startsWith("{")) {
      throw new TypeError(`spec is the text ${quoted(spec)}, not the JSON of one; for a preset write { preset: ${quoted(spec)} }`);
    }
    return spec;
  }
  const isPlain = typeof spec === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(spec));
  if (!isPlain) {
    throw new TypeError(`spec is ${kind(spec)}, not an object of knobs such as { window: 60, overlay: ["sma:20"] }`);
  }
  return spec;
}

/** Texts by the names of knobs, and a style of one's own. */
function textsOf(spec) {
  const texts = {};
  const origin = {};
  let style = null;
  const side = {};
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined) {
      continue;
    }
    const { name, knob, field } = find(key);
    if (origin[name] !== undefined && name !== "size") {
      throw new TypeError(`spec has both ${origin[name]} and ${key}, which are one knob; give one of them`);
    }
    if (knob && knob.fields.length > 1 && field) {
      side[field] = pixels(value, key);
      continue;
    }
    if (name === "style" && value !== null && typeof value === "object") {
      style = value;
      continue;
    }
    origin[name] = key;
    texts[name] = write(value, key, knob, field);
  }
  if (Object.keys(side).length > 0) {
    if (origin.size !== undefined) {
      throw new TypeError(`spec has both ${origin.size} and ${Object.keys(side).join(" and ")}; give one of them`);
    }
    texts.size = sizeOf(side, texts);
  }
  return { texts, style };
}

/** The knob of a key, and the field of a spec's JSON where the key is only that. */
function find(key) {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll("_", "-");
  const knob = known().find((knob) => knob.name === name);
  if (knob || name === "preset") {
    return { name, knob };
  }
  const field = name.replaceAll("-", "_");
  const owner = known().find(({ fields }) => fields.includes(field));
  // Of a name that nobody knows the core tells those that are near.
  return owner ? { name: owner.name, knob: owner, field } : { name };
}

function write(value, key, knob, field) {
  if (value === null) {
    if (knob?.auto) {
      return "auto";
    }
    throw new TypeError(`${key} is null; leave it out for its default`);
  }
  switch (typeof value) {
    case "boolean":
      // `volume: false` is `no-volume`.
      return String(field && knob.name === `no-${field.replaceAll("_", "-")}` ? !value : value);
    case "string":
      return value;
    case "bigint":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) {
        throw new RangeError(`${key} is ${value}, not a finite number`);
      }
      // In a spec's JSON a time zone is its minutes.
      return knob?.name === "utc-offset" ? offset(value) : String(value);
    default:
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string") && knob?.takes.type !== "text") {
    const split = value.find((one) => /\s/.test(one) || one === "");
    if (split !== undefined) {
      throw new RangeError(`${key}: ${quoted(split)} is not one entry of a list; entries have no spaces in them`);
    }
    return value.join(" ");
  }
  throw new TypeError(`${key} is ${kind(value)}; a knob takes a text, a number, true or false, or an array of texts`);
}

function pixels(value, key) {
  if (!Number.isInteger(value)) {
    throw new TypeError(`${key} is ${kind(value)}, not a whole number of pixels`);
  }
  return value;
}

/** The size of which one side, or both, are given; a preset has the other one. */
function sizeOf({ width, height }, { preset, window }) {
  const count = Number(window);
  const usual = call("usual_texts", preset ?? null, Number.isInteger(count) && count > 0 ? count : null);
  const [wide, high = wide] = JSON.parse(usual).size.split("x");
  return `${width ?? wide}x${height ?? high}`;
}

function offset(minutes) {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`;
}
