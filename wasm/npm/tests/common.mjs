// What several tests need.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const HOUR = 3_600_000;
export const START = Date.UTC(2024, 0, 1);
/** The folder of the sample's files. */
export const SAMPLES = process.env.SAMPLES;
export const SAMPLE = join(SAMPLES, "BTCUSDT-1h.csv");
export const sampleText = () => readFileSync(SAMPLE, "utf8");

/** Candles an hour apart whose prices need all their digits. */
export function rows(count = 200) {
  return Array.from({ length: count }, (_, at) => {
    const open = 100 + Math.sin(at / 7) * 9;
    const close = 100 + Math.sin((at + 1) / 7) * 9;
    const [high, low] = [Math.max(open, close) + 1 / 3, Math.min(open, close) - 1 / 7];
    return { time: START + at * HOUR, open, high, low, close, volume: 5 + (at % 11) / 3 };
  });
}

/** The name and message of what is thrown, sooner or later. */
export async function thrown(use) {
  try {
    await use();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
  throw new Error(`nothing is thrown by ${use}`);
}
