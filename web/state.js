// What is open, which window of it is shown, and how it looks.

import { Knobs } from "./knobs/table.js";

export const state = {
  /**
   * All series that are open: `{id, symbol, interval, ms, source, from, times}`;
   * where a window may not end with each candle, `ends` are the indexes of those with which it may.
   */
  series: [],
  /** The one that is shown. */
  current: null,
  /** The index of the window's last candle in it. */
  end: 0,
  /** What the user or a link asks for; never changed, only replaced. */
  knobs: new Knobs(),
  /** Whether the window's length was set while this series was shown, and so is never shortened. */
  insisted: false,
  /** The newest of `knobs` that made a spec, with the window's length that fits the series, and that spec. */
  look: null,
  /** The picture that was asked for last, whether it is there yet or not. */
  wanted: null,
  /** What was rendered last. */
  made: null,
  /** The PNG that was dropped to be compared with it. */
  held: null,
};

export function pick(list, { symbol, interval }) {
  return list.find((one) => one.symbol === symbol && one.interval === interval);
}
