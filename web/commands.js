// What makes the same picture elsewhere: commands for a shell, a configuration file, and a line of Python.

import { format_time } from "./image_cache.js";
import { PASTED } from "./input.js";
import { fileOf, filesOfMarks } from "./own.js";

const $ = (id) => document.getElementById(id);

/** The ways to the same picture, by the ids of what shows them. */
const WAYS = ["command", "toml", "python"];

/** What candles that were pasted are saved as. */
const SAVED = "candles.csv";

/** A word as a shell takes it. */
function quoted(word) {
  return /^[\w.,:%+@/=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Where a file is once a pasted text is saved. */
const saved = (name, as) => (name === PASTED ? as : name.startsWith("-") ? `./${name}` : name);

/** The user's own files: words such as `fair:step=model.csv`, and the names of files of marks. */
function own({ look }) {
  if (!look.spec.own) {
    return { series: [], marks: [] };
  }
  const series = look.fitting.series.map((entry) => `${entry}=${saved(fileOf(entry.split(":")[0])?.name ?? "", "series.csv")}`);
  const marks = look.spec.own.marks ? filesOfMarks().map(({ name }) => saved(name, "marks.csv")) : [];
  return { series, marks };
}

/** The flags of knobs on the command line. */
function flags({ look }) {
  return look.fitting.settings().flatMap(({ name, takes, text }) => {
    if (takes.type === "yes-no") {
      return text === "true" ? `--${name}` : `--${name}=${quoted(text)}`;
    }
    const words = takes.type === "list" ? text.split(/\s+/).filter(Boolean) : [text];
    return words.length === 0 ? `--${name} ''` : words.map((word) => `--${name} ${quoted(word)}`);
  });
}

/** Where the candles are for the program: the settings that say so, and what has to be done before. */
function candles({ series, symbol, interval }) {
  const { from, source, sample } = series;
  if (from === "sample" || sample) {
    return { before: [], settings: [["sample", true], ["stride", 1]] };
  }
  if (from !== "file") {
    return { before: [], settings: [["db", source]] };
  }
  const before = source === PASTED ? [[`# the pasted text, saved as ${SAVED}:`]] : [];
  const names = [`--symbol ${symbol}`, `--interval ${interval}`];
  before.push(["image-cache import", quoted(saved(source, SAVED)), "--db market.sqlite", ...names]);
  return { before, settings: [["db", "market.sqlite"]] };
}

/** Which of the pictures of these candles it is. */
function which({ symbol, interval, time }) {
  return [["symbol", symbol], ["interval", interval], ["start", format_time(time)], ["end", format_time(time + 1000)]];
}

/** The commands that write the same file, word by word. */
function commands(wanted) {
  const { before, settings } = candles(wanted);
  const words = [...settings, ...which(wanted)].map(([name, value]) => (value === true ? `--${name}` : `--${name} ${quoted(String(value))}`));
  const { series, marks } = own(wanted);
  const files = [...series.map((word) => `--series ${quoted(word)}`), ...marks.map((word) => `--marks ${quoted(word)}`)];
  return [...before, ["image-cache render", ...words, ...flags(wanted), ...files]];
}

/** A knob's value as TOML and Python write it: strings of JSON are theirs, too. */
function literal({ takes, text }) {
  if (takes.type === "number" && /^\d+$/.test(text)) {
    return text;
  }
  const words = text.split(/\s+/).filter(Boolean);
  return takes.type === "list" ? `[${words.map((word) => JSON.stringify(word)).join(", ")}]` : JSON.stringify(text);
}

/** The configuration file with which `image-cache render` writes the same file. */
function toml(wanted) {
  const { before, settings } = candles(wanted);
  const text = JSON.stringify;
  const { series, marks } = own(wanted);
  // An empty text takes a preset's list back; an empty list says nothing.
  const value = (knob) => (knob.text === "" ? text("") : knob.takes.type === "yes-no" ? knob.text : literal(knob));
  const lines = [...settings, ...which(wanted)].map(([name, told]) => `${name} = ${text(told)}`);
  lines.push(...wanted.look.fitting.settings().map((knob) => `${knob.name} = ${value(knob)}`));
  for (const [name, words] of [["series", series], ["marks", marks]]) {
    if (words.length > 0) {
      lines.push(`${name} = [${words.map((word) => text(word)).join(", ")}]`);
    }
  }
  const first = before.map((words) => (words[0].startsWith("#") ? words[0] : `# ${words.join(" ")}`));
  return [...first, "# as image-cache.toml, for: image-cache render", ...lines].join("\n");
}

/** The line of Python that draws the same picture. */
function python(wanted) {
  const { series: one, symbol, interval, time, look } = wanted;
  const text = JSON.stringify;
  // Python says what is drawn, where the command line says what is left out.
  const isOn = ({ name, text }) => (text === "true") !== name.startsWith("no-");
  const value = (knob) => (knob.takes.type === "yes-no" ? (isOn(knob) ? "True" : "False") : literal(knob));
  const keyword = (name) => name.replace(/^no-/, "").replaceAll("-", "_");
  const knobs = look.fitting.settings().map((knob) => `${keyword(knob.name)}=${value(knob)}`);
  const isFile = one.from === "file";
  const market = one.from === "sample" || one.sample ? "ic.Market()" : `ic.Market(${text(one.source)})`;
  const data = isFile
    ? [text(saved(one.source, SAVED)), `symbol=${text(symbol)}`, `interval=${text(interval)}`]
    : [`${market}.read(${text(symbol)}, ${text(interval)})`];
  const { series, marks } = own(wanted);
  const notes = [];
  if (series.length > 0) {
    const names = series.map((word) => word.slice(0, word.indexOf("=")));
    data.push(`series={${names.map((how) => `${text(how)}: own[${text(how.split(":")[0])}]`).join(", ")}}`);
    notes.push(`# own: by name a series of pandas with times as its index, from ${filesOf(series).join(", ")}`);
  }
  if (marks.length > 0) {
    data.push("marks=marks");
    notes.push(`# marks: a dict for each row of ${marks.join(", ")}`);
  }
  const line = `ic.draw(${[...data, `end=${text(format_time(time))}`, ...knobs].join(", ")})`;
  return ["import image_cache as ic", ...notes, `picture = ${line}`].join("\n");
}

/** The files of words such as `fair:step=model.csv`, each once. */
const filesOf = (words) => [...new Set(words.map((word) => word.slice(word.indexOf("=") + 1)))];

/** Commands, one on a line; no line breaks inside of a flag. */
function lines(commands) {
  const words = (command) => command.map((word) => Object.assign(document.createElement("span"), { textContent: word }));
  const spaced = (command) => words(command).flatMap((word, at) => (at > 0 ? [" ", word] : [word]));
  return commands.flatMap((command, at) => (at > 0 ? ["\n", ...spaced(command)] : spaced(command)));
}

/** Shows what makes the picture that is wanted. */
export function show(wanted) {
  $("command").replaceChildren(...lines(commands(wanted)));
  $("toml").textContent = toml(wanted);
  $("python").textContent = python(wanted);
  offer(true);
}

/** Shows nothing, where no file would be written. */
export function forget() {
  WAYS.forEach((id) => ($(id).textContent = ""));
  offer(false);
}

function offer(there) {
  WAYS.forEach((id) => (document.querySelector(`[data-copy=${id}]`).disabled = !there));
}

/** Lets one of the ways be chosen, as tabs are: by a click, or by arrows, Home and End. */
export function choosing() {
  const tabs = WAYS.map((id) => $(`tab-${id}`));
  const choose = (chosen, focus) => {
    for (const tab of tabs) {
      const is = tab === chosen;
      tab.ariaSelected = String(is);
      tab.tabIndex = is ? 0 : -1;
      $(tab.getAttribute("aria-controls")).hidden = !is;
    }
    if (focus) {
      chosen.focus();
    }
  };
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab, false));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
        // The window does not move by these.
        event.preventDefault();
        event.stopPropagation();
        choose(tabs[(to + tabs.length) % tabs.length], true);
      }
    });
  }
}
