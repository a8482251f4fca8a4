// From the files of a data set to what is shown of it.

import { problem, progress } from "../messages.js";
import * as check from "./check.js";
import { databasesOf, fileOf, pathOf } from "./folder.js";
import { set } from "./set.js";
import { ask } from "./thread.js";
import * as view from "./view.js";

/** So many paths go to the thread at once. */
const SOME = 20_000;
/** A set this small is checked without being asked. */
const FEW = 2000;
const SMALL = 256 << 20;

const collator = new Intl.Collator("en", { numeric: true });
const number = new Intl.NumberFormat("en");

/** What is opened and what comes of other candles takes turns. */
let turn = Promise.resolve();

function inTurn(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}

/** By their paths, as people count: a drop has no order. */
const ordered = (list) => list.sort((one, other) => collator.compare(pathOf(one), pathOf(other)));

/** Files as the thread takes them, each with its number. */
function numbered(list, first) {
  return Promise.all(list.map(async (one, at) => ({ path: pathOf(one), file: await fileOf(one), number: first + at })));
}

/** Databases in a data set's folder: indexes, and those that hold candles, which are handed back. */
async function sortDatabases(files) {
  const found = { indexes: [], markets: [], unread: [] };
  for (const group of databasesOf(files)) {
    const opened = await Promise.all(group.map(async (one) => ({ name: one.name, file: await fileOf(one) })));
    try {
      const kind = await ask("kind", [opened]);
      found[kind === "index" ? "indexes" : "markets"].push({ path: pathOf(group[0]), files: opened });
    } catch (error) {
      found.unread.push({ text: `${pathOf(group[0])} was left out: ${error.message}`, lines: [], kind: "bad", only: null });
    }
  }
  return found;
}

/** Takes loose files of Parquet out of a set that neither hold pictures nor list them, and hands them back. */
export async function handBack({ parts }) {
  const others = [];
  for (const one of parts.parquet.filter((it) => !pathOf(it).includes("/"))) {
    if (!(await ask("holds", [await fileOf(one)]))) {
      others.push(one);
    }
  }
  parts.parquet = parts.parquet.filter((one) => !others.includes(one));
  return others;
}

/**
 * Opens a data set that `claim` has found, or an index alone. The answer has the
 * databases of candles that lay in its folder.
 */
export function openSet(found) {
  return inTurn(() => open(found));
}

async function open({ parts, databases = [], indexes = [], strange = [], name }) {
  await check.stop();
  view.leave();
  try {
    progress(`Opening ${name}`, null);
    await ask("begin");
    const sorted = await sortDatabases(databases);
    const pictures = parts.picture;
    for (const list of [parts.tar, parts.parquet, parts.manifest]) {
      ordered(list);
    }
    set.files = [...pictures, ...parts.tar, ...parts.parquet];
    set.name = name;
    for (let at = 0; at < pictures.length; at += SOME) {
      const some = pictures.slice(at, at + SOME);
      await ask("pictures", [some.map(pathOf), some.map((one) => one.size ?? -1), at]);
      progress(`Opening ${name}: ${number.format(at + some.length)} pictures`, at / pictures.length);
    }
    const [descriptions, manifests, tars, parquets] = await Promise.all([
      numbered(parts.description, -1),
      numbered(parts.manifest, -1),
      numbered(parts.tar, pictures.length),
      numbered(parts.parquet, pictures.length + parts.tar.length),
    ]);
    const read = { descriptions, manifests, indexes: [...sorted.indexes, ...indexes], tars, parquets };
    set.about = await ask("read", [read], ({ text, share }) => progress(text, share));
    if (strange.length > 0) {
      const text = strange.length === 1 ? `${strange[0]} is of another kind, and was left out` : `${number.format(strange.length)} files are of another kind, and were left out`;
      sorted.unread.push({ text, lines: strange.length === 1 ? [] : strange.slice(0, 20), kind: "note", only: null });
    }
    await view.open(sorted.unread);
    checkSmall();
    return sorted.markets.map(({ files }) => files.map(({ file }) => file));
  } finally {
    progress(null);
  }
}

/** Checks what takes no time worth asking for. */
function checkSmall() {
  if (set.about.all <= FEW && set.files.reduce((sum, one) => sum + (one.size ?? 50_000), 0) <= SMALL) {
    check.run().catch((error) => problem(error.message));
  }
}

// What was found by other candles is not so by these.
document.addEventListener("candles", () => {
  const again = inTurn(async () => {
    if (set.about) {
      await check.stop();
      await ask("unjudged");
      await view.open([], { again: true });
      checkSmall();
    }
  });
  again.catch((error) => problem(error.message));
});

// What is to be seen in the chart is not to be covered.
document.addEventListener("chart", () => view.show(false));
