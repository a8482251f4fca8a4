// What lists pictures as text: metadata.jsonl, metadata.csv and manifest.csv; and dataset.json.

import { lines, wholeText } from "./bytes.js";

/** Columns that name the picture. */
const NAMES = ["file_name", "file_path", "image", "path"];
/** Most lines that cannot be read are told. */
const MOST = 5;

/** What a record of a manifest says, in the words of the table. */
export function told(record) {
  const time = (text) => {
    const ms = typeof text === "number" ? text : Date.parse(text ?? "");
    return Number.isNaN(ms) ? undefined : ms;
  };
  const text = (value) => (value === undefined || value === null ? undefined : String(value));
  return {
    symbol: text(record.symbol),
    interval: text(record.interval),
    split: text(record.split),
    label: label(record.label),
    start: time(record.start),
    end: time(record.end),
    horizon: Number(record.horizon ?? 0),
    sha256: text(record.sha256),
    spec: text(record.spec),
  };
}

/** A label: the number that it is, or the text. */
function label(value) {
  if (value === undefined || value === null || value === "") {
    return null;
  }
  const number = Number(value);
  return Number.isNaN(number) ? String(value) : number;
}

/**
 * Calls `each(name, told)` for every record of a list of pictures. The answer
 * tells how many lines are no records, and the first of them.
 */
export function readManifest(file, each, progress) {
  const read = file.name.toLowerCase().endsWith(".csv") ? csv() : jsonl;
  const bad = { count: 0, first: [] };
  for (const { number, text, share } of lines(file)) {
    progress(share);
    if (text.trim() === "") {
      continue;
    }
    try {
      const record = read(text);
      if (record === null) {
        continue;
      }
      const name = NAMES.map((column) => record[column]).find((one) => typeof one === "string" && one !== "");
      if (name === undefined) {
        throw new Error(`it names no picture (${NAMES.slice(0, 2).join(" or ")})`);
      }
      each(name, told(record));
    } catch (error) {
      bad.count += 1;
      if (bad.first.length < MOST) {
        bad.first.push(`line ${number}: ${error.message}`);
      }
    }
  }
  return bad;
}

function jsonl(text) {
  let record = null;
  try {
    record = JSON.parse(text);
  } catch {
    throw new Error("it is no JSON, or cut off");
  }
  if (record === null || typeof record !== "object" || Array.isArray(record)) {
    throw new Error("it is no object of JSON");
  }
  return record;
}

/** Reads lines of CSV, the first of which names the columns. */
function csv() {
  let header = null;
  return (text) => {
    const cells = fields(text);
    if (header === null) {
      header = cells;
      if (!NAMES.some((name) => header.includes(name))) {
        throw new Error(`it names no column ${NAMES.slice(0, 2).join(" or ")}, so it lists no pictures`);
      }
      return null;
    }
    if (cells.length !== header.length) {
      throw new Error(`it has ${cells.length} fields, and the header has ${header.length}`);
    }
    return Object.fromEntries(header.map((name, at) => [name, cells[at]]));
  };
}

function fields(text) {
  if (!text.includes('"')) {
    return text.split(",");
  }
  const found = [];
  for (const [, quoted, plain] of text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) {
    found.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return found;
}

/** What `dataset.json` says: an object, whose parts may be of any kind. */
export function readDescription(file) {
  let description = null;
  try {
    description = JSON.parse(wholeText(file));
  } catch (error) {
    throw new Error(error instanceof SyntaxError ? "it is no JSON, or cut off" : error.message);
  }
  if (description === null || typeof description !== "object" || Array.isArray(description)) {
    throw new Error("it is no object of JSON");
  }
  const list = (value) => (Array.isArray(value) ? value : []);
  return {
    form: typeof description.form === "string" ? description.form : null,
    pictures: Number.isFinite(description.pictures) ? description.pictures : null,
    splits: list(description.splits).filter((one) => one && typeof one.name === "string"),
    classes: list(description.classes).filter((one) => typeof one === "string"),
    label: description.label && typeof description.label === "object" ? description.label : null,
    spec: description.spec && typeof description.spec === "object" && !Array.isArray(description.spec) ? JSON.stringify(description.spec) : null,
    specHash: typeof description.spec_sha256 === "string" ? description.spec_sha256 : null,
    hasOwn: list(description.own).length > 0,
  };
}
