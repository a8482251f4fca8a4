// Which pictures are shown, in which order; and how many there are of each kind.

import { FLAG, NONE, VERDICT } from "./table.js";

/** Labels that are numbers are shown in so many parts of equal counts. */
const PARTS = 5;
/** More classes than this are no classes that a table shows. */
export const CLASSES = 40;

/** What a label is counted under: a class, a part of all numbers, or nothing. */
export class Labels {
  constructor(table) {
    this.table = table;
    const values = table.value.subarray(0, table.count).filter((value) => !Number.isNaN(value)).sort();
    const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    const bounds = values.length > 0 ? Array.from({ length: PARTS - 1 }, (_, part) => at((part + 1) / PARTS)) : [];
    this.bounds = [...new Set(bounds)];
    this.least = values[0];
    this.most = values.at(-1);
    this.names = [...table.labels.list];
    if (values.length > 0) {
      const ends = [this.least, ...this.bounds, this.most];
      this.names.push(...ends.slice(1).map((end, part) => `${short(ends[part])} to ${short(end)}`));
    }
  }

  /** The number of a picture's label among the names, or -1. */
  of(row) {
    const { label, value, labels } = this.table;
    if (label[row] >= 0) {
      return label[row];
    }
    if (Number.isNaN(value[row])) {
      return -1;
    }
    const part = this.bounds.findIndex((bound) => value[row] < bound);
    return labels.list.length + (part < 0 ? this.bounds.length : part);
  }
}

/** A number with as many digits as tell it. */
export function short(value) {
  return String(Number(value.toPrecision(3)));
}

/** The rows that are asked for: `split`, `label` and `series` by their numbers, -1 for none, null for any. */
export function select(table, labels, { split = null, label = null, series = null, only = "all", sort = "set" }) {
  const column = (number) => (number === -1 ? NONE : number);
  const wanted = FLAG[only] ?? 0;
  const verdicts = { different: [VERDICT.different], pixels: [VERDICT.pixels], unable: [VERDICT.unable], checked: [VERDICT.bytes] }[only];
  const rows = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row += 1) {
    if (
      (split === null || table.split[row] === column(split)) &&
      (series === null || table.series[row] === column(series)) &&
      (label === null || labels.of(row) === label) &&
      (wanted === 0 || (table.flags[row] & wanted) !== 0) &&
      (!verdicts || verdicts.includes(table.verdict[row]))
    ) {
      rows[count++] = row;
    }
  }
  return sorted(table, rows.slice(0, count), sort);
}

function sorted(table, rows, sort) {
  const bad = (row) => Number((table.flags[row] & (FLAG.bytes | FLAG.unreadable)) !== 0);
  const time = (row) => (Number.isNaN(table.end[row]) ? Number.POSITIVE_INFINITY : table.end[row]);
  const value = (row) => (Number.isNaN(table.value[row]) ? table.label[row] : table.value[row]);
  const by = (one, other) => one - other;
  switch (sort) {
    case "differences":
      return rows.sort(
        (one, other) =>
          by(table.verdict[other], table.verdict[one]) ||
          by(table.different[other], table.different[one]) ||
          by(bad(other), bad(one)) ||
          one - other,
      );
    case "oldest":
      return rows.sort((one, other) => compare(time(one), time(other)) || one - other);
    case "newest":
      return rows.sort((one, other) => compare(time(other), time(one)) || one - other);
    case "label":
      return rows.sort((one, other) => compare(value(one), value(other)) || one - other);
    default:
      return rows;
  }
}

/** Two numbers, either of which may be infinite. */
function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

/** How many pictures there are by split and label, and what times each split spans. */
export function count(table, labels) {
  const rows = new Map();
  const bySeries = new Uint32Array(table.allSeries.list.length + 1);
  const flags = {};
  const verdicts = new Uint32Array(5);
  for (let row = 0; row < table.count; row += 1) {
    const split = table.split[row] === NONE ? -1 : table.split[row];
    if (!rows.has(split)) {
      rows.set(split, { split, name: table.splitOf(row), all: 0, labels: new Map(), first: Infinity, last: -Infinity });
    }
    const counted = rows.get(split);
    const label = labels.of(row);
    counted.all += 1;
    counted.labels.set(label, (counted.labels.get(label) ?? 0) + 1);
    if (!Number.isNaN(table.end[row])) {
      counted.first = Math.min(counted.first, table.end[row]);
      counted.last = Math.max(counted.last, table.end[row]);
    }
    bySeries[table.series[row] === NONE ? bySeries.length - 1 : table.series[row]] += 1;
    verdicts[table.verdict[row]] += 1;
    for (let rest = table.flags[row]; rest !== 0; rest &= rest - 1) {
      const flag = rest & -rest;
      flags[flag] = (flags[flag] ?? 0) + 1;
    }
  }
  return {
    all: table.count,
    splits: [...rows.values()],
    labels: labels.names,
    series: [...table.allSeries.list.map((one, at) => ({ ...one, count: bySeries[at] })), { symbol: null, count: bySeries.at(-1) }],
    flags,
    verdicts,
  };
}
