// The form of knobs, built from the module's table of them.

import { element, menu, sign } from "./elements.js";
import { List } from "./list.js";
import { OF_FILES, all, choices, isSwitch } from "./table.js";
import { Thumbnails } from "./thumbnails.js";

/** What shows a knob's text, by its name: `show(text)`, and `row`, which marks that it differs from the usual one. */
const rows = new Map();
/** How much differs, and the button that puts all of it back. */
let changes = null;

export let thumbnails = null;

/** Builds the form. `changed(name, text)` is called when the user sets a knob, `reset()` when he puts all of them back. */
export function build(form, changed, reset) {
  const more = element("details", {}, element("summary", { textContent: "More" }));
  const own = form.querySelector("#own");
  for (const knob of all()) {
    const made = row(knob, changed);
    rows.set(knob.name, made);
    const place = OF_FILES.includes(knob.name) ? own : knob.common ? null : more;
    if (place) {
      place.append(made.row);
    } else {
      own.before(made.row);
    }
    if (knob.name === "preset") {
      changes = whatChanged(reset);
      own.before(changes);
    } else if (knob.name === "style") {
      thumbnails = new Thumbnails((name) => changed("style", name));
      own.before(thumbnails.element);
    }
  }
  form.append(more);
  form.addEventListener("submit", (event) => event.preventDefault());
}

function whatChanged(reset) {
  const all = element("button", { type: "button", className: "small", textContent: "Reset all" });
  all.addEventListener("click", () => {
    reset();
    rows.get("preset").row.querySelector("select").focus();
  });
  return element("p", { className: "changes", hidden: true }, element("span"), all);
}

/** A box shows what there is: `no-grid` is the box of the grid, which is checked where that is false. */
const checked = ({ name }, text) => (text === "true") !== name.startsWith("no-");

function row(knob, changed) {
  const { name, label, help, takes } = knob;
  const set = (text) => changed(name, text);
  /** The button that puts a knob back, which hides itself: the focus goes to what it stands beside. */
  const backTo = (field) => {
    const made = sign("↺", "", () => {
      set(made.dataset.usual);
      field().focus();
    });
    made.classList.add("back");
    made.hidden = true;
    return made;
  };
  if (takes.type === "list") {
    const list = new List(knob, set);
    const back = backTo(() => list.element.querySelector(".add select"));
    list.head.append(back);
    return { row: list.element, back, list, show: (text) => list.show(text) };
  }
  const choice = choices(knob);
  const input = choice ? menu({}, choice) : element("input", { type: isSwitch(knob) ? "checkbox" : "text" });
  Object.assign(input, { id: `knob-${name}`, name, title: help });
  const back = backTo(() => input);
  const line = element("div", { className: isSwitch(knob) ? "knob check" : "knob" });
  line.append(element("label", { htmlFor: input.id, textContent: label }), input, back);
  if (input.type === "text") {
    Object.assign(input, { autocomplete: "off", spellcheck: false });
    input.inputMode = takes.type === "number" && !knob.auto ? "numeric" : "text";
    if (takes.examples) {
      const proposals = takes.examples.map((text) => new Option(text, text));
      line.append(element("datalist", { id: `${input.id}-list` }, ...proposals));
      input.setAttribute("list", `${input.id}-list`);
    }
  }
  input.addEventListener("change", () => {
    set(isSwitch(knob) ? String(checked(knob, String(input.checked))) : input.value.trim());
  });
  return { row: line, back, show: (text) => fill(knob, input, text) };
}

function fill(knob, input, text) {
  if (isSwitch(knob)) {
    input.checked = checked(knob, text);
    return;
  }
  if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === text)) {
    input.append(new Option(text, text));
  }
  input.value = text;
}

/** A knob's text as a person reads it. */
function shown(knob, text) {
  if (isSwitch(knob)) {
    return checked(knob, text) ? "on" : "off";
  }
  return text === "" ? "none" : text;
}

/** Shows knobs in the form, and what the user changed of a preset's settings or of the usual ones. */
export function show(knobs, asked) {
  const texts = knobs.texts();
  const changed = asked.changes();
  for (const knob of all()) {
    const { row, back, show } = rows.get(knob.name);
    show(texts[knob.name]);
    const usual = changed.get(knob.name);
    back.hidden = usual === undefined;
    row.classList.toggle("changed", usual !== undefined);
    if (usual !== undefined) {
      back.dataset.usual = usual;
      back.title = back.ariaLabel = `${knob.label}: back to ${shown(knob, usual)}`;
    }
  }
  changes.hidden = changed.size === 0;
  const [one, from] = [changed.size === 1, texts.preset === "" ? "the usual" : texts.preset];
  changes.firstChild.textContent = `${changed.size} ${one ? "setting differs" : "settings differ"} from ${from}`;
  thumbnails.choose(texts.style);
}

/** Lets these series of the user's own be drawn, and marks where there are some. */
export function offer(series, marks) {
  const list = rows.get("series");
  list.list.offer(series);
  list.row.hidden = series.length === 0;
  rows.get("marks").row.hidden = !marks;
}
