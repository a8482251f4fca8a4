// The knobs of a spec: the module's table of them, and what the user has set.

import { knobs, presets, spec_of_texts, styles, usual_texts } from "../image_cache.js";
import { read } from "./entry.js";

/** A preset is no knob of a spec, but it stands in the form, in links and in commands like one. */
const PRESET = {
  name: "preset",
  label: "Preset",
  help: "Settings for a purpose, which every other setting beats",
  common: true,
  takes: { type: "preset" },
};

/** What these draw comes from files of the user's own, which no link can bring. */
export const OF_FILES = ["series", "marks"];

let table = null;

/** The preset and all knobs, in the form's order. The module has to be there before this is called. */
export function all() {
  table ??= [PRESET, ...JSON.parse(knobs())].sort((one, other) => other.common - one.common);
  return table;
}

export const isSwitch = ({ takes }) => takes.type === "yes-no";

/** The values of a menu, each with what it shows; none where a knob has no menu. */
export function choices({ takes, auto }) {
  const same = (names) => names.map((name) => [name, name]);
  switch (takes.type) {
    case "preset":
      return [["", "none"], ...same(presets())];
    case "style":
      return same(styles());
    case "one-of":
      return same(auto ? ["auto", ...takes.names] : takes.names);
    default:
      return null;
  }
}

/** The texts of knobs that are not set, by name: a preset's or, without one, the defaults. */
const texts = (preset, window) => JSON.parse(usual_texts(preset || undefined, window));

/** What the user set: texts by the names of knobs, only those that differ from the preset or the defaults. */
export class Knobs {
  #set = new Map();

  /** Takes what a link says of knobs; what it does not say is at its default. Files of the user's own stay what `before` has. */
  static from(parameters, before = new Knobs()) {
    const knobs = new Knobs();
    knobs.#set = new Map([...before.#set].filter(([name]) => OF_FILES.includes(name)));
    // What a preset says of a size depends on the window's length.
    for (const name of new Set(["preset", "window", ...all().map((knob) => knob.name)])) {
      if (parameters.has(name) && !OF_FILES.includes(name)) {
        knobs.put(name, parameters.get(name));
      }
    }
    return knobs;
  }

  /**
   * Sets a knob, or puts it back where its value is the one it would have anyway.
   * An empty text is `auto` where there is such a thing, and no list's entries;
   * for all else it puts the knob back, too: the command line would not take it.
   */
  put(name, text) {
    const { takes, auto } = all().find((knob) => knob.name === name);
    const value = text === "" && auto ? "auto" : text;
    this.#set.delete(name);
    if (this.#usual(name !== "window")[name] !== value && (value !== "" || takes.type === "list")) {
      this.#set.set(name, value);
    }
  }

  /** The same with another text of one knob. A preset that is chosen takes all its settings. */
  with(name, text) {
    const knobs = new Knobs();
    knobs.#set = new Map(this.#set);
    if (name === "preset" && presets().includes(text)) {
      const [own, others] = [texts(text), texts("")];
      Object.keys(own).forEach((knob) => own[knob] !== others[knob] && knobs.#set.delete(knob));
    }
    knobs.put(name, text);
    return knobs;
  }

  /** The same with nothing set but the preset, and what files of the user's own bring. */
  reset() {
    const knobs = new Knobs();
    knobs.#set = new Map([...this.#set].filter(([name]) => name === "preset" || OF_FILES.includes(name)));
    return knobs;
  }

  /** What the preset or the defaults say of the knobs that are set otherwise, by name. */
  changes() {
    const usual = this.#usual();
    const changed = [...this.#set.keys()].filter((name) => name !== "preset" && !OF_FILES.includes(name));
    // A length that is set is not what the preset has for it.
    const { window } = this.#usual(false);
    return new Map(changed.map((name) => [name, name === "window" ? window : usual[name]]));
  }

  /** The window's candles, as far as they are a number. */
  get window() {
    return Number(this.#set.get("window") ?? this.#usual(false).window);
  }

  /** The texts of knobs that are not set, by name, for the window that is set or for the preset's own. */
  #usual(forWindow = true) {
    const window = (forWindow && Number(this.#set.get("window"))) || undefined;
    return { preset: "", ...texts(this.#set.get("preset"), window) };
  }

  /** All texts, set or not, for the form. */
  texts() {
    return { ...this.#usual(), ...Object.fromEntries(this.#set) };
  }

  /** The spec as JSON in the core's form, and what the page needs of it. Throws the core's message. */
  spec() {
    const json = spec_of_texts(JSON.stringify(Object.fromEntries(this.#set)));
    const { width, height, window } = JSON.parse(json);
    return { json, width, height, window, own: this.#own() };
  }

  /** What is drawn of the user's own: the names of series, and which of them are bands; and whether marks are. */
  #own() {
    const knob = all().find(({ name }) => name === "series");
    const entries = (this.#set.get("series") ?? "").split(/\s+/).filter(Boolean).map((text) => read(knob, text));
    const series = entries.map(({ kind, words }) => ({ name: kind, isBand: words.includes("band") }));
    const marks = this.#set.get("marks") === "true";
    return series.length > 0 || marks ? { series, marks } : null;
  }

  /** What is set: names, texts and what the knobs take, but for what comes from files of the user's own. */
  settings() {
    const set = all().filter(({ name }) => this.#set.has(name) && !OF_FILES.includes(name));
    return set.map((knob) => ({ ...knob, text: this.#set.get(knob.name) }));
  }

  /** The entries of own series that are drawn, in their order. */
  get series() {
    return (this.#set.get("series") ?? "").split(/\s+/).filter(Boolean);
  }

  /** What a link has to say. */
  entries() {
    return [...this.#set].filter(([name]) => !OF_FILES.includes(name));
  }
}
