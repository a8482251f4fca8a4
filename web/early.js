// What the first picture waits for longest, begun before the other modules are here.

import { call } from "./renderer.js";

/** The module, compiled once for both threads. */
export const module = WebAssembly.compileStreaming(fetch("image_cache_bg.wasm"));

/** The renderer's thread has it. Calls that come before are answered after. */
export const started = module.then((module) => call("start", [module]));
// Whoever waits for it tells what is wrong.
started.catch(() => {});

const SAMPLE = ["sample/BTCUSDT-1h.csv", "sample/ETHUSD-4h.csv"];
let sampled = null;

/** The sample's files, fetched once, with as much of a `File` as is asked of them. */
export function sample() {
  sampled ??= Promise.all(
    SAMPLE.map(async (path) => {
      const bytes = await (await fetch(path)).arrayBuffer();
      return { name: path.split("/").pop(), arrayBuffer: async () => bytes.slice() };
    }),
  );
  return sampled;
}

if (location.hash.includes("data=sample")) {
  sample().catch(() => {});
}
