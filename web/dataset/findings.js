// What is to be told of a data set: files and lists that contradict each other, leaks, and what was left out.

import { overlaps, repeated } from "./leaks.js";
import { FLAG, NONE } from "./table.js";

/** Most of the pictures that a finding names. */
const MOST = 10;
const number = new Intl.NumberFormat("en");
const counted = (count, one, more) => `${number.format(count)} ${count === 1 ? one : more}`;

/** What each flag means, as a sentence of how many; the worst come first. */
const SENTENCES = [
  ["leak", (n) => `${counted(n, "picture shares", "pictures share")} candles with a window of another split`, "bad"],
  ["same", (n) => `${counted(n, "picture is", "pictures are")} in more than one split`, "bad"],
  ["bytes", (n) => `${counted(n, "picture has", "pictures have")} other bytes than recorded`, "bad"],
  ["unreadable", (n) => `${counted(n, "picture", "pictures")} cannot be read`, "bad"],
  ["label", (n) => `${counted(n, "picture is", "pictures are")} recorded with another label than where ${n === 1 ? "it lies" : "they lie"}`, "bad"],
  ["split", (n) => `${counted(n, "picture is", "pictures are")} recorded in another split than where ${n === 1 ? "it lies" : "they lie"}`, "bad"],
  ["name", (n) => `${counted(n, "picture is", "pictures are")} named by another symbol or time than recorded`, "bad"],
  ["absent", (n) => `${counted(n, "listed picture is", "listed pictures are")} not there`, "bad"],
  ["unlisted", (n) => `${counted(n, "picture is", "pictures are")} there, and not listed`, "bad"],
  ["twice", (n) => `${counted(n, "picture is", "pictures are")} listed more than once`, "bad"],
  ["status", (n) => `${counted(n, "entry of the index says", "entries of the index say")} that its picture is corrupt or stale`, "bad"],
];

/** All that is to be told: `{text, only, lines, kind}`, of which `only` is the filter that shows the pictures. */
export function findings(reading) {
  const { table, leftOut, others, descriptions } = reading;
  const { pairs } = (reading.leaks ??= overlaps(table));
  if (!reading.compared) {
    reading.compared = true;
    repeated(table);
  }
  const found = [];
  const all = countFlags(table);
  const noFile = all[FLAG.absent] > 0 && all[FLAG.absent] === table.count && reading.there.count === 0;
  for (const [only, say, kind] of SENTENCES) {
    const count = all[FLAG[only]] ?? 0;
    if (count === 0) {
      continue;
    }
    const lines = first(table, FLAG[only]);
    if (only === "leak") {
      const name = (split) => table.splits.list[split];
      lines.unshift(...pairs.map(({ of, into, count }) => `${number.format(count)} of ${name(of)} with ${name(into)}`));
    }
    const text = only === "absent" && noFile ? `None of ${counted(count, "listed picture", "listed pictures")} came along: drop their folder together with the list` : say(count);
    found.push({ text, only, lines, kind, count });
  }
  for (const description of descriptions.length === 1 ? descriptions : []) {
    found.push(...ofDescription(table, description));
  }
  for (const [status, count] of Object.entries(others)) {
    found.push({ text: `${counted(count, "more entry says", "more entries say")} “${status}”: there is no picture to be looked at`, lines: [], kind: "note", only: null });
  }
  if (leftOut.length > 0) {
    const [one] = leftOut;
    const isOne = leftOut.length === 1;
    found.push({
      text: isOne ? one.replace(/\.$/, "") : `${counted(leftOut.length, "thing was", "things were")} left out or doubtful`,
      lines: isOne ? [] : leftOut.slice(0, 100),
      kind: "bad",
      only: null,
    });
  }
  return found;
}

function countFlags(table) {
  const all = {};
  for (let row = 0; row < table.count; row += 1) {
    for (let rest = table.flags[row]; rest !== 0; rest &= rest - 1) {
      const flag = rest & -rest;
      all[flag] = (all[flag] ?? 0) + 1;
    }
  }
  return all;
}

/** The names of the first pictures with a flag, and what contradicts them where that is short. */
function first(table, flag) {
  const lines = [];
  for (let row = 0; row < table.count && lines.length < MOST; row += 1) {
    if (table.flags[row] & flag) {
      const label = table.labelOf(row);
      const told = flag === FLAG.label ? `: recorded as ${label}` : flag === FLAG.split ? `: recorded in ${table.splitOf(row)}` : "";
      lines.push(`${table.nameOf(row)}${told}`);
    }
  }
  return lines;
}

/** Where the counts of `dataset.json` are not those of the pictures that are listed. */
function ofDescription(table, { path, pictures, splits, classes }) {
  const lines = [];
  // A cache may hold more than the set that is made of it.
  const listed = (row) => (table.flags[row] & FLAG.unlisted) === 0 && (splits.length === 0 || table.split[row] !== NONE);
  const here = new Map();
  let all = 0;
  for (let row = 0; row < table.count; row += 1) {
    if (listed(row)) {
      all += 1;
      const split = table.split[row] === NONE ? "" : table.splits.list[table.split[row]];
      const label = table.labels.list[table.label[row]] ?? "";
      for (const key of [split, `${split}/${label}`]) {
        here.set(key, (here.get(key) ?? 0) + 1);
      }
    }
  }
  const check = (what, said, there) => {
    if (Number.isFinite(said) && said !== there) {
      lines.push(`${what}: it says ${number.format(said)}, and ${number.format(there)} are there`);
    }
  };
  check("pictures", pictures, all);
  for (const split of splits) {
    check(split.name, split.pictures, here.get(split.name) ?? 0);
    for (const [at, name] of classes.entries()) {
      check(`${split.name}, ${name}`, split.classes?.[at], here.get(`${split.name}/${name}`) ?? 0);
    }
  }
  const unknown = table.splits.list.filter((name) => splits.length > 0 && !splits.some((one) => one.name === name));
  unknown.forEach((name) => lines.push(`it names no split ${name}`));
  const strange = table.labels.list.filter((name) => classes.length > 0 && !classes.includes(name));
  strange.slice(0, MOST).forEach((name) => lines.push(`it names no class ${name}`));
  return lines.length > 0 ? [{ text: `${path} says other counts than there are`, lines, kind: "bad", only: null }] : [];
}
