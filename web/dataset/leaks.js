// What a model must not see twice: windows of one split that overlap another's, and the same picture in two splits.

import { Names } from "./names.js";
import { intervalMs } from "./paths.js";
import { FLAG, NONE } from "./table.js";

/** Flags pictures whose window or label shares candles with a window of another split, and tells of whom. */
export function overlaps(table) {
  if (table.splits.list.length < 2) {
    return { pairs: [] };
  }
  const lengths = table.allSeries.list.map(({ interval }) => intervalMs(interval));
  // Where a list does not say when a window begins, it does so by its candles at the latest.
  const start = (row) =>
    Number.isNaN(table.start[row]) && table.window[row] > 0
      ? table.end[row] - (table.window[row] - 1) * lengths[table.series[row]]
      : table.start[row];
  const known = [];
  for (let row = 0; row < table.count; row += 1) {
    if (table.split[row] !== NONE && table.series[row] !== NONE && start(row) <= table.end[row]) {
      known.push(row);
    }
  }
  const rows = Uint32Array.from(known);
  const until = new Float64Array(rows.length);
  rows.sort((one, other) => table.series[one] - table.series[other] || start(one) - start(other));
  rows.forEach((row, at) => (until[at] = table.end[row] + table.horizon[row] * lengths[table.series[row]]));
  const pairs = new Map();
  const found = (one, other) => {
    table.flag(one, FLAG.leak);
    const key = `${table.splits.list[table.split[one]]} ${table.splits.list[table.split[other]]}`;
    const pair = pairs.get(key) ?? { of: table.split[one], into: table.split[other], count: 0 };
    pair.count += 1;
    pairs.set(key, pair);
  };
  // Forth: windows that begin before another split's earlier one is over.
  sweep(rows, table, (row, latest, at) => {
    for (const [split, other] of latest) {
      if (split !== table.split[row] && until[other] >= start(row)) {
        found(row, rows[other]);
        break;
      }
    }
    const own = latest.get(table.split[row]);
    if (own === undefined || until[own] < until[at]) {
      latest.set(table.split[row], at);
    }
  });
  // And back: windows that are not over when another split's later one begins.
  const backwards = rows.slice().reverse();
  sweep(backwards, table, (row, earliest, at) => {
    const here = rows.length - 1 - at;
    for (const [split, other] of earliest) {
      if (split !== table.split[row] && start(other) <= until[here]) {
        if (!(table.flags[row] & FLAG.leak)) {
          found(row, other);
        }
        break;
      }
    }
    earliest.set(table.split[row], row);
  });
  return { pairs: [...pairs.values()] };
}

/** Goes through rows, series by series; `seen` begins anew with each. */
function sweep(rows, table, visit) {
  let seen = new Map();
  rows.forEach((row, at) => {
    if (at > 0 && table.series[rows[at - 1]] !== table.series[row]) {
      seen = new Map();
    }
    visit(row, seen, at);
  });
}

/** Flags pictures whose bytes are those of a picture in another split. */
export function repeated(table) {
  if (table.splits.list.length < 2) {
    return;
  }
  const hashes = new Names();
  const first = [];
  for (let row = 0; row < table.count; row += 1) {
    const hash = table.hashOf(row);
    if (!hash || table.split[row] === NONE) {
      continue;
    }
    const number = hashes.add(hash);
    if (number === first.length) {
      first.push(row);
    } else if (table.split[first[number]] !== table.split[row]) {
      table.flag(first[number], FLAG.same);
      table.flag(row, FLAG.same);
    }
  }
}
