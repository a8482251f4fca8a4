// Checks all pictures: their bytes against what is recorded, and against what the candles that are open give now.

import { load } from "../opening.js";
import { call } from "../renderer.js";
import { pick, state } from "../state.js";
import { bytesOf, set, sha256, wish } from "./set.js";
import { VERDICT } from "./table.js";
import { ask } from "./thread.js";
import * as view from "./view.js";

/** Pictures that are read and drawn at once: about as many as take so many ms. */
const SLICE = 40;
const MOST = 64;

let running = null;

/** Ends a check that is going on, and waits until it has ended. */
export async function stop() {
  if (running) {
    running.stopped = true;
    await running.done;
  }
}

/** Checks every picture, tells how far it is, and puts differences first. */
export async function run() {
  await stop();
  const mine = { stopped: false, done: null };
  running = mine;
  mine.done = go(mine).finally(() => {
    running = null;
  });
  await mine.done;
}

async function go(mine) {
  const total = set.about.all;
  const result = { total, done: 0, same: 0, hashed: 0, otherBytes: 0, unreadable: 0, verdicts: [0, 0, 0, 0, 0], reasons: new Map(), stopped: false };
  view.checking(result);
  for (const one of state.series.filter((it) => it.from === "served" && pick(set.about.series, it))) {
    await load(one);
  }
  let size = 8;
  let told = performance.now();
  try {
    while (result.done < total && !mine.stopped) {
      const start = performance.now();
      const rows = await ask("all", [result.done, result.done + size]);
      await judge(rows, result);
      result.done += rows.length;
      const took = performance.now() - start;
      size = Math.max(1, Math.min(MOST, Math.round((size * SLICE) / Math.max(took, 1)), 2 * size));
      if (performance.now() - told > 150) {
        told = performance.now();
        view.checking(result);
      }
    }
  } finally {
    result.stopped = mine.stopped;
    set.about = await ask("about");
    await view.checked(result);
  }
}

/** Judges some pictures, and lets the thread keep what came of it. */
async function judge(rows, result) {
  const because = (reason) => result.reasons.set(reason, (result.reasons.get(reason) ?? 0) + 1);
  const found = [];
  const draw = [];
  await Promise.all(
    rows
      .filter(({ file }) => file >= 0)
      .map(async (row) => {
        let bytes;
        try {
          bytes = await bytesOf(row);
        } catch {
          result.unreadable += 1;
          found.push({ row: row.row, unreadable: true });
          return;
        }
        const hash = await sha256(bytes);
        const otherBytes = hash !== null && row.sha256 !== null ? hash !== row.sha256 : undefined;
        result.hashed += Number(otherBytes !== undefined);
        result.otherBytes += Number(otherBytes === true);
        found.push({ row: row.row, otherBytes, unreadable: false, sha256: row.sha256 === null ? hash : null });
        const wanted = state.series.length > 0 ? wish(row) : null;
        if (wanted?.unable) {
          because(wanted.unable);
          found.push({ row: row.row, verdict: VERDICT.unable });
        } else if (wanted) {
          draw.push({ row: row.row, ...wanted, bytes, sha256: hash });
        }
      }),
  );
  if (draw.length > 0) {
    const judged = await call("judge", [draw], { transfer: draw.map(({ bytes }) => bytes.buffer) });
    for (const { verdict, reason } of judged) {
      if (reason) {
        because(reason);
      }
    }
    found.push(...judged);
  }
  for (const { verdict } of found) {
    if (verdict !== undefined) {
      result.verdicts[verdict] += 1;
    }
  }
  await ask("judged", [found]);
}
