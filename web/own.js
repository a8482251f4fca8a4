// Series and marks of the user's own: the files that are open, and what of them is drawn.

import { element, sign } from "./knobs/elements.js";
import { offer } from "./knobs/form.js";
import { call } from "./renderer.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

/** What was opened: `{id, name, rows}`, with the names of its `series` (a band's as `name:band`), or `marks`. */
let files = [];

/** The files of what a spec draws, for the worker. Throws where one of them is not there. */
export function given(own) {
  if (!own) {
    return null;
  }
  const marks = own.marks ? files.filter((file) => file.marks) : [];
  if (own.marks && marks.length === 0) {
    throw new Error("marks are drawn from a file, and none is open; open it, or take Marks away");
  }
  const series = own.series.map(({ name, isBand }) => {
    const file = fileOf(name);
    if (!file) {
      throw new Error(`series ${name} is drawn from a file, and none of that name is open; open it, or take the series out`);
    }
    return { name, isBand, file: file.id };
  });
  return { series, marks: marks.map(({ id }) => id) };
}

/** The file of a series. */
export const fileOf = (name) => files.find(({ series = [] }) => series.some((entry) => nameOf(entry) === name));

/** The files of marks. */
export const filesOfMarks = () => files.filter(({ marks }) => marks);

/**
 * Takes a table that was read into the list, asks what is not clear, and returns the knobs that draw it. What has the
 * name of a file that is open takes its place.
 */
export async function add(table, knobs) {
  let gone = [table.id];
  try {
    const chosen = await understood(table);
    if (!chosen) {
      return knobs;
    }
    const series = chosen.series ?? [];
    await call("checkOwn", [table.id, series.map(parts)]);
    gone = files.filter(({ name }) => name === table.name).map(({ id }) => id);
    const [kept, without] = withoutFile(knobs, table.name);
    const drawn = [...without.series];
    for (const entry of series) {
      // It is drawn as it was before, whichever file it came from.
      const at = drawn.findIndex((other) => nameOf(other) === nameOf(entry));
      const before = knobs.series.find((other) => nameOf(other) === nameOf(entry));
      drawn.splice(at < 0 ? drawn.length : at, at < 0 ? 0 : 1, before ?? entry);
    }
    const taken = new Set(series.map(nameOf));
    files = kept.map((file) => withoutSeries(file, taken)).filter(Boolean);
    files.push({ id: table.id, name: table.name, rows: table.rows, ...chosen });
    const marks = chosen.marks || without.texts().marks === "true";
    return without.with("series", drawn.join(" ")).with("marks", String(Boolean(marks)));
  } finally {
    await call("forgetOwn", [gone]);
  }
}

const nameOf = (entry) => entry.split(":")[0];

/** The name of a series, and whether it is a band. */
function parts(entry) {
  const [name, how] = entry.split(":");
  return { name, isBand: how === "band" };
}

/** A file without series that another one brings now; nothing where none is left. */
function withoutSeries(file, taken) {
  if (!file.series) {
    return file;
  }
  const series = file.series.filter((entry) => !taken.has(nameOf(entry)));
  return series.length > 0 ? { ...file, series } : null;
}

/** All files but that of a name, and the knobs without what it brings. */
function withoutFile(knobs, name) {
  const kept = files.filter((file) => file.name !== name);
  const gone = new Set(files.filter((file) => file.name === name).flatMap(({ series = [] }) => series.map((entry) => nameOf(entry))));
  const drawn = knobs.series.filter((entry) => !gone.has(nameOf(entry)));
  const marks = knobs.texts().marks === "true" && kept.some((file) => file.marks);
  return [kept, knobs.with("series", drawn.join(" ")).with("marks", String(marks))];
}

/** Takes a file away, and returns the knobs without what it brings. */
export async function remove(file, knobs) {
  const [kept, without] = withoutFile(knobs, file.name);
  files = kept;
  await call("forgetOwn", [[file.id]]);
  return without;
}

/** What a table is: its `series`, or `marks`; null where the user wants none of it. */
function understood(table) {
  if (table.marks === "yes" || table.series.length === 0) {
    return { marks: true };
  }
  return table.marks === "" && table.series.length === 1 ? { series: table.series } : ask(table);
}

/** Asks what of a table is to be drawn. */
function ask(table) {
  const dialog = $("ask");
  // A question about another file that was not answered yet is one no more.
  dialog.close("");
  const choices = [];
  const choice = (type, label, value, checked) => {
    const input = element("input", { type, name: "what", value, checked });
    choices.push(input);
    return element("label", {}, input, ` ${label}`);
  };
  const names = table.series.map((entry) => entry.split(":"));
  const series = names.map(([name, how], at) => choice("checkbox", how ? `${name}, a ${how}` : name, String(at), at === 0 && table.marks === ""));
  const marks = table.marks === "maybe" ? [choice("checkbox", "Marks", "marks", false)] : [];
  $("ask-what").textContent = `${table.name} may be several things. What of it is to be drawn?`;
  $("ask-why").textContent = table.why ? `It was not read as candles: ${table.why}.` : "";
  $("ask-choices").replaceChildren(...series, ...marks);
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const values = choices.filter(({ checked }) => checked).map(({ value }) => value);
      if (dialog.returnValue !== "draw" || values.length === 0) {
        resolve(null);
      } else if (values.includes("marks")) {
        resolve({ marks: true });
      } else {
        resolve({ series: values.map((at) => table.series[Number(at)]) });
      }
    };
    // The window behind it does not move by these.
    dialog.onkeydown = (event) => event.stopPropagation();
    dialog.returnValue = "";
    $("ask-draw").onclick = () => dialog.close("draw");
    $("ask-leave").onclick = () => dialog.close("");
    dialog.showModal();
  });
}

/** Shows which files are open. `remove(file)` is called when one is to go. */
export function list(remove) {
  const items = files.map((file) => {
    const what = file.marks ? `${number.format(file.rows)} ${file.rows === 1 ? "mark" : "marks"}` : file.series.map((entry) => nameOf(entry)).join(", ");
    const gone = sign("×", `Take ${file.name} away`, () => remove(file));
    return element("li", {}, element("span", { className: "ellipsis", textContent: file.name, title: file.name }), element("span", { className: "muted ellipsis", textContent: what }), gone);
  });
  $("own-files").replaceChildren(...items);
  $("own-files").hidden = items.length === 0;
  offer(files.flatMap(({ series = [] }) => series), filesOfMarks().length > 0);
}
