// The example of a worker as its platform runs it: modules come from imports, and nothing is fetched or read.

import { readFileSync } from "node:fs";
import { register } from "node:module";
import { deepStrictEqual, strictEqual } from "node:assert";

// What a bundler for workers does: no file of Node's, and modules as values.
const hooks = `
  import { readFileSync } from "node:fs";
  export async function resolve(name, context, next) {
    const inWorker = context.conditions.filter((condition) => condition !== "node");
    return next(name, { ...context, conditions: [...inWorker, "workerd"] });
  }
  export async function load(url, context, next) {
    if (!url.endsWith(".wasm")) return next(url, context);
    const source = \`
      import { readFileSync } from "node:fs";
      export default new WebAssembly.Module(readFileSync(new URL(\${JSON.stringify(url)})));\`;
    return { format: "module", source, shortCircuit: true };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
globalThis.fetch = () => {
  throw new Error("a worker has no address to fetch modules from");
};

const { default: worker } = await import("./cloudflare-worker.mjs");
const candles = readFileSync(new URL("BTCUSDT-1h.csv", import.meta.url));
const post = (query, body) => worker.fetch(new Request(`https://example.org/${query}`, { method: "POST", body }));

const good = await post("?preset=cnn&style=night", candles);
strictEqual(good.status, 200);
const png = new Uint8Array(await good.arrayBuffer());
deepStrictEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
const bad = await post("?colour=red", candles);
deepStrictEqual([bad.status, await bad.text()], [400, 'there is no knob "colour"; did you mean "color"?\n']);
const empty = await post("", "");
deepStrictEqual([empty.status, (await empty.text()).length > 10], [400, true]);
console.log(`${png.length} bytes, ${good.headers.get("etag")}`);
