// The knobs of a spec: one table for the form, the command line and the link.

import { check_spec, preset as preset_json, presets, style as style_json, styles } from "./image_cache.js";

const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2}))?$/;

const list = (names) => () => names.map((name) => [name, name]);

/**
 * `flag` is the name on the command line and in the link. `read` turns a field's
 * text into the spec's value, `write` turns it back; both are the same for most.
 */
const KNOBS = [
  { flag: "preset", label: "Preset", options: () => [["", "none"], ...presets().map((name) => [name, name])] },
  { flag: "size", label: "Size", hint: "N or WxH, 8 to 8192", list: ["224", "512", "640x480", "1280", "1280x720", "1920x1080"] },
  { flag: "window", label: "Window", hint: "2 to 2000 candles", number: [2, 2000] },
  { flag: "style", label: "Style", options: () => styles().map((name) => [name, name]) },
  { flag: "kind", label: "Kind", options: list(["candle", "hollow", "ohlc", "line", "heikin-ashi", "area"]) },
  { flag: "scale", label: "Scale", options: list(["linear", "log", "percent"]) },
  { flag: "overlay", field: "overlays", label: "Overlays", hint: "such as sma:20 ema:50 bollinger:20,2", many: true, list: ["sma:20", "ema:50", "wma:10", "bollinger:20,2", "vwap:20"] },
  { flag: "indicator", field: "indicators", label: "Indicators", hint: "such as rsi:14 macd:12,26,9", many: true, list: ["rsi:14", "macd:12,26,9", "atr:14", "stochastic:14,3,3"] },
  { flag: "axes", label: "Axes", options: list(["on", "off", "bare"]) },
  { flag: "color", label: "PNG colours", options: list(["rgb", "indexed"]) },
  { flag: "range", label: "Price range", hint: "window, LOW..HIGH or N%", more: true, list: ["window", "5%", "20000..30000"] },
  { flag: "padding", label: "Padding, %", hint: "0 to 45, or auto", number: [0, 45], auto: true, more: true },
  { flag: "price-labels", field: "price_labels", label: "Price labels", options: () => [["", "auto"], ["left", "left"], ["right", "right"]], more: true },
  { flag: "labels", label: "Label size, %", number: [25, 400], more: true },
  { flag: "utc-offset", field: "utc_offset", label: "Time zone", hint: "UTC, +02:00", more: true, read: minutes, write: offset },
  { flag: "gaps", label: "Gaps", options: list(["collapse", "slot"]), more: true },
  { flag: "lines", label: "Lines", options: list(["smooth", "crisp"]), more: true },
  { flag: "volume-share", field: "volume_share", label: "Volume, %", hint: "5 to 90, or auto: two sevenths", number: [5, 90], auto: true, more: true },
  { flag: "no-volume", field: "volume", label: "Volume panel", check: true, negated: true, more: true },
  { flag: "no-grid", field: "grid", label: "Grid", check: true, negated: true, more: true },
  { flag: "title", label: "Title", check: true, more: true },
  { flag: "last-price", field: "last_price", label: "Last price", check: true, more: true },
];

function minutes(text) {
  if (/^(utc|z)?$/i.test(text)) {
    return 0;
  }
  const [, sign, hours, rest] = OFFSET.exec(text) ?? [];
  if (!sign) {
    throw new Error("a time zone is UTC, or hours and minutes east of it such as +02:00 or -05:30");
  }
  return (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(rest ?? 0));
}

function offset(minutes) {
  if (minutes === 0) {
    return "UTC";
  }
  const all = Math.abs(minutes);
  const two = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.trunc(all / 60))}:${two(all % 60)}`;
}

/** What the user set: texts by flag, only those that differ from the preset or the defaults. */
export class Knobs {
  #set = new Map();

  /** Takes what a link says of knobs; what it does not say is at its default. */
  static from(parameters) {
    const knobs = new Knobs();
    // What a preset says of a size depends on the window's length.
    for (const flag of new Set(["preset", "window", ...KNOBS.map((knob) => knob.flag)])) {
      if (parameters.has(flag)) {
        knobs.put(flag, parameters.get(flag));
      }
    }
    return knobs;
  }

  /**
   * Sets a knob, or puts it back where its value is the one it would have anyway.
   * An empty text is `auto` where there is such a thing, and no list's entries;
   * for all else it puts the knob back, too: the command line would not take it.
   */
  put(flag, text) {
    const { many, auto } = KNOBS.find((knob) => knob.flag === flag);
    const value = text === "" && auto ? "auto" : text;
    this.#set.delete(flag);
    if (this.#usual(flag) !== value && (value !== "" || many)) {
      this.#set.set(flag, value);
    }
  }

  /** The same with another text of one knob. */
  with(flag, text) {
    const knobs = new Knobs();
    knobs.#set = new Map(this.#set);
    knobs.put(flag, text);
    return knobs;
  }

  /** The window's candles, as far as they are a number. */
  get window() {
    return Number(this.#set.get("window") ?? this.#usual("window"));
  }

  get preset() {
    return this.#set.get("preset") || undefined;
  }

  #base() {
    const window = Number(this.#set.get("window")) || undefined;
    return JSON.parse(preset_json(this.preset, window));
  }

  /** The text of a knob that is not set. */
  #usual(flag) {
    if (flag === "preset") {
      return "";
    }
    if (flag === "window") {
      return String(JSON.parse(preset_json(this.preset, undefined)).window);
    }
    return text(flag, this.#base());
  }

  /** All texts, set or not, for the form. */
  texts() {
    const base = this.#base();
    return new Map(
      KNOBS.map(({ flag }) => [flag, this.#set.get(flag) ?? (flag === "preset" ? "" : text(flag, base))]),
    );
  }

  /** The spec as JSON in the core's form, and what the page needs of it. Throws the core's message. */
  spec() {
    const spec = this.#base();
    for (const [flag, value] of this.#set) {
      apply(spec, flag, value);
    }
    // What a preset asks for gives way where its ground is taken away, as on the command line.
    if (!this.#set.has("title")) {
      spec.title &&= spec.axes === "on";
    }
    if (!this.#set.has("last-price")) {
      spec.last_price &&= spec.axes !== "bare";
    }
    if (!this.#set.has("volume-share") && !spec.volume) {
      spec.volume_share = null;
    }
    const json = check_spec(JSON.stringify(spec));
    return { json, width: spec.width, height: spec.height, window: spec.window };
  }

  /** The flags that say the same on the command line. */
  flags() {
    const flags = [];
    for (const { flag, many, check } of KNOBS) {
      const value = this.#set.get(flag);
      if (value === undefined) {
        continue;
      }
      const words = many ? value.split(/\s+/).filter(Boolean) : [value];
      if (check) {
        flags.push(value === "true" ? `--${flag}` : `--${flag}=false`);
      } else if (many && words.length === 0) {
        flags.push(`--${flag} ''`);
      } else {
        flags.push(...words.map((word) => `--${flag} ${quoted(word)}`));
      }
    }
    return flags;
  }

  /** What a link has to say. */
  entries() {
    return [...this.#set];
  }
}

function text(flag, spec) {
  if (flag === "size") {
    return spec.width === spec.height ? String(spec.width) : `${spec.width}x${spec.height}`;
  }
  const { field = flag, many, auto, negated, write } = KNOBS.find((knob) => knob.flag === flag);
  const value = spec[field];
  if (flag === "style") {
    return value.name;
  }
  if (write) {
    return write(value);
  }
  if (negated) {
    return String(!value);
  }
  return many ? value.join(" ") : String(value ?? (auto ? "auto" : ""));
}

function apply(spec, flag, value) {
  const { field = flag, many, number, auto, check, negated, read } = KNOBS.find((knob) => knob.flag === flag);
  if (flag === "preset") {
    return;
  }
  if (flag === "size") {
    const [, width, height] = /^(\d+)(?:x(\d+))?$/.exec(value.trim()) ?? [];
    if (!width) {
      throw new Error("a size is N or WxH, such as 1280 or 1280x720");
    }
    [spec.width, spec.height] = [Number(width), Number(height ?? width)];
  } else if (flag === "style") {
    // A preset's own style, which has no name outside of it, is not asked for by name.
    spec.style = spec.style.name === value ? spec.style : JSON.parse(style_json(value));
  } else if (check) {
    spec[field] = (value === "true") !== Boolean(negated);
  } else if (read) {
    spec[field] = read(value);
  } else if (many) {
    spec[field] = value.split(/\s+/).filter(Boolean);
  } else if (number) {
    const usual = auto && value === "auto";
    if (!usual && !/^\d+$/.test(value)) {
      throw new Error(`${flag} is a whole number from ${number[0]} to ${number[1]}${auto ? ", or auto" : ""}`);
    }
    spec[field] = usual ? null : Number(value);
  } else {
    spec[field] = value === "" ? null : value;
  }
}

/** A word as a shell takes it. */
export function quoted(word) {
  return /^[\w.,:%+@/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Builds the form. `changed(flag, text)` is called when the user sets a knob. */
export function build(form, changed) {
  const more = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "More";
  more.append(summary);
  for (const knob of KNOBS) {
    (knob.more ? more : form).append(row(knob, changed));
  }
  form.append(more);
  form.addEventListener("submit", (event) => event.preventDefault());
}

function row(knob, changed) {
  const { flag, label, hint, options, number, list: proposals, auto, check, negated } = knob;
  const id = `knob-${flag}`;
  const line = document.createElement("div");
  line.className = check ? "knob check" : "knob";
  const name = document.createElement("label");
  name.htmlFor = id;
  name.textContent = label;
  const input = document.createElement(options ? "select" : "input");
  input.id = id;
  input.name = flag;
  if (options) {
    input.append(...options().map(([value, shown]) => new Option(shown, value)));
  } else if (check) {
    input.type = "checkbox";
  } else {
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.inputMode = number && !auto ? "numeric" : "text";
    if (proposals) {
      const datalist = document.createElement("datalist");
      datalist.id = `${id}-list`;
      datalist.append(...proposals.map((value) => new Option(value, value)));
      input.setAttribute("list", datalist.id);
      line.append(datalist);
    }
  }
  if (hint) {
    input.title = hint;
  }
  input.addEventListener("change", () => {
    changed(flag, check ? String(input.checked !== Boolean(negated)) : input.value.trim());
  });
  line.append(name, input);
  return line;
}

/** Shows texts in the form, but not in the field that is being written in. */
export function show(form, texts) {
  for (const { flag, check, negated } of KNOBS) {
    const input = form.elements.namedItem(flag);
    const value = texts.get(flag);
    if (check) {
      input.checked = (value === "true") !== Boolean(negated);
      continue;
    }
    if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === value)) {
      input.append(new Option(value, value));
    }
    input.value = value;
  }
}
