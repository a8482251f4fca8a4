// The knobs of a spec: the form that is built from the module's table of them, and what the user has set.

import { knobs, presets, spec_of_texts, styles, usual_texts } from "./image_cache.js";

/** A preset is no knob of a spec, but it stands in the form, in links and in commands like one. */
const PRESET = {
  name: "preset",
  label: "Preset",
  help: "Settings for a purpose, which every other setting beats",
  common: true,
  takes: { type: "preset" },
};

/** What these draw comes from files of the user's own, which the page does not read. */
const OF_FILES = ["series", "marks"];

let table = null;

/** The preset and all knobs of the page, in the form's order. The module has to be there before this is called. */
function all() {
  const drawn = (knob) => !OF_FILES.includes(knob.name);
  table ??= [PRESET, ...JSON.parse(knobs()).filter(drawn)].sort((one, other) => other.common - one.common);
  return table;
}

/** What the user set: texts by the names of knobs, only those that differ from the preset or the defaults. */
export class Knobs {
  #set = new Map();

  /** Takes what a link says of knobs; what it does not say is at its default. */
  static from(parameters) {
    const knobs = new Knobs();
    // What a preset says of a size depends on the window's length.
    for (const name of new Set(["preset", "window", ...all().map((knob) => knob.name)])) {
      if (parameters.has(name)) {
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

  /** The same with another text of one knob. */
  with(name, text) {
    const knobs = new Knobs();
    knobs.#set = new Map(this.#set);
    knobs.put(name, text);
    return knobs;
  }

  /** The window's candles, as far as they are a number. */
  get window() {
    return Number(this.#set.get("window") ?? this.#usual(false).window);
  }

  /** The texts of knobs that are not set, by name, for the window that is set or for the preset's own. */
  #usual(forWindow = true) {
    const window = (forWindow && Number(this.#set.get("window"))) || undefined;
    return { preset: "", ...JSON.parse(usual_texts(this.#set.get("preset"), window)) };
  }

  /** All texts, set or not, for the form. */
  texts() {
    return { ...this.#usual(), ...Object.fromEntries(this.#set) };
  }

  /** The spec as JSON in the core's form, and what the page needs of it. Throws the core's message. */
  spec() {
    const json = spec_of_texts(JSON.stringify(Object.fromEntries(this.#set)));
    const { width, height, window } = JSON.parse(json);
    return { json, width, height, window };
  }

  /** The flags that say the same on the command line. */
  flags() {
    return all().flatMap(({ name, takes }) => {
      const text = this.#set.get(name);
      if (text === undefined) {
        return [];
      }
      if (takes.type === "yes-no") {
        return text === "true" ? `--${name}` : `--${name}=${quoted(text)}`;
      }
      const words = takes.type === "list" ? text.split(/\s+/).filter(Boolean) : [text];
      return words.length === 0 ? `--${name} ''` : words.map((word) => `--${name} ${quoted(word)}`);
    });
  }

  /** What a link has to say. */
  entries() {
    return [...this.#set];
  }
}

/** A word as a shell takes it. */
export function quoted(word) {
  return /^[\w.,:%+@/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Builds the form. `changed(name, text)` is called when the user sets a knob. */
export function build(form, changed) {
  const more = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "More";
  more.append(summary);
  for (const knob of all()) {
    (knob.common ? form : more).append(row(knob, changed));
  }
  form.append(more);
  form.addEventListener("submit", (event) => event.preventDefault());
}

/** The values of a menu, each with what it shows; none where a knob has no menu. */
function choices({ takes, auto }) {
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

const isSwitch = ({ takes }) => takes.type === "yes-no";

/** A box shows what there is: `no-grid` is the box of the grid, which is checked where that is false. */
const checked = ({ name }, text) => (text === "true") !== name.startsWith("no-");

function row(knob, changed) {
  const { name, label, help, takes, auto } = knob;
  const id = `knob-${name}`;
  const line = document.createElement("div");
  line.className = isSwitch(knob) ? "knob check" : "knob";
  const title = document.createElement("label");
  title.htmlFor = id;
  title.textContent = label;
  const menu = choices(knob);
  const input = document.createElement(menu ? "select" : "input");
  input.id = id;
  input.name = name;
  input.title = help;
  if (menu) {
    input.append(...menu.map(([value, shown]) => new Option(shown, value)));
  } else if (isSwitch(knob)) {
    input.type = "checkbox";
  } else {
    input.type = "text";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.inputMode = takes.type === "number" && !auto ? "numeric" : "text";
    if (takes.examples) {
      const proposals = document.createElement("datalist");
      proposals.id = `${id}-list`;
      proposals.append(...takes.examples.map((text) => new Option(text, text)));
      input.setAttribute("list", proposals.id);
      line.append(proposals);
    }
  }
  input.addEventListener("change", () => {
    changed(name, isSwitch(knob) ? String(checked(knob, String(input.checked))) : input.value.trim());
  });
  line.append(title, input);
  return line;
}

/** Shows texts, by the names of knobs, in the form. */
export function show(form, texts) {
  for (const knob of all()) {
    const input = form.elements.namedItem(knob.name);
    const text = texts[knob.name];
    if (isSwitch(knob)) {
      input.checked = checked(knob, text);
      continue;
    }
    if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === text)) {
      input.append(new Option(text, text));
    }
    input.value = text;
  }
}
