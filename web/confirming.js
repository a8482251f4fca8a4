// In the renderer's thread: entries of an index beside the candles that are open.

/** Other calls are answered after so many ms of it. */
const SLICE = 16;

/** Lets calls that have come meanwhile be answered. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The index of the last time at or before `time`. */
export function find(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/**
 * Renders each `ok` entry whose candles are `known`, and compares hashes; other calls are answered in between. It ends
 * where it is no longer on.
 */
export async function confirm(entries, others, { known, loaded, progress, isOn }) {
  const total = entries.length;
  const result = { total, confirmed: 0, differ: [], reasons: {}, others };
  const unable = (reason) => (result.reasons[reason] = (result.reasons[reason] ?? 0) + 1);
  let times = null;
  let last = null;
  let reported = performance.now();
  let paused = reported;
  for (const [done, entry] of entries.entries()) {
    if (performance.now() - reported > 100) {
      reported = performance.now();
      progress({ done, total });
    }
    if (performance.now() - paused > SLICE) {
      await pause();
      if (!isOn()) {
        return { stopped: true, done, total };
      }
      paused = performance.now();
    }
    const one = known.get(`${entry.symbol} ${entry.interval}`);
    if (!one) {
      unable(`no candles of ${entry.symbol} ${entry.interval} are loaded`);
      continue;
    }
    if (!entry.spec) {
      unable("the index does not hold its spec");
      continue;
    }
    const series = loaded(one.id);
    if (last !== one.id) {
      [times, last] = [series.times(), one.id];
    }
    const end = find(times, entry.end);
    if (times[end] !== entry.end) {
      unable("its last candle is not there");
      continue;
    }
    try {
      const sha256 = series.sha256(one.symbol, one.interval, one.ms, end, entry.spec);
      if (sha256 === entry.sha256) {
        result.confirmed += 1;
      } else {
        result.differ.push({ ...entry, here: sha256 });
      }
    } catch (error) {
      unable(String(error.message ?? error));
    }
  }
  return result;
}
