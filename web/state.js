// What is open, which window of it is shown, and how it looks.

import { Knobs } from "./knobs.js";

export const state = {
  /** All series that are open: `{id, symbol, interval, ms, source, from, times}`. */
  series: [],
  /** The one that is shown. */
  current: null,
  /** The index of the window's last candle in it. */
  end: 0,
  knobs: new Knobs(),
  /** The spec that the knobs make, if they make one. */
  spec: null,
  /** What was rendered last. */
  made: null,
  /** The PNG that was dropped to be compared with it. */
  held: null,
};

export function pick(list, { symbol, interval }) {
  return list.find((one) => one.symbol === symbol && one.interval === interval);
}
