// The golden cases and the example of a worker in Cloudflare's runtime: workerd.mjs CASES.

import { deepStrictEqual, strictEqual } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { Miniflare } from "miniflare";
import { draw } from "@image-cache/render";

const SAMPLE = "BTCUSDT-1h.csv";

async function running(scriptPath, use) {
  const worker = new Miniflare({
    scriptPath,
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js", "**/*.mjs"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2025-01-01",
  });
  try {
    return await use((query, body) => worker.dispatchFetch(`https://example.org/${query}`, { method: "POST", body }));
  } finally {
    await worker.dispose();
  }
}

// Names of packages are a bundler's work.
const example = readFileSync("worker.js", "utf8")
  .replaceAll('"@image-cache/render/', '"./node_modules/@image-cache/render/')
  .replaceAll('"@image-cache/render"', '"./node_modules/@image-cache/render/index.js"');
writeFileSync("workerd-example.mjs", example);

await running("workerd-example.mjs", async (post) => {
  const candles = readFileSync(SAMPLE);
  const picture = await draw(SAMPLE, { preset: "cnn", style: "night" }, { symbol: "CHART" });
  const good = await post("?preset=cnn&style=night", candles);
  deepStrictEqual([good.status, good.headers.get("etag")], [200, `"${picture.sha256}"`]);
  deepStrictEqual(new Uint8Array(await good.arrayBuffer()), picture.png);
  const bad = await post("?colour=red", candles);
  deepStrictEqual([bad.status, await bad.text()], [400, 'there is no knob "colour"; did you mean "color"?\n']);
  const empty = await post("", "");
  strictEqual(empty.status, 400);
  strictEqual(await empty.text(), "there are no rows\n");
});

process.stdout.write(
  await running("workerd-goldens.mjs", async (post) => (await post("", readFileSync(process.argv[2]))).text()),
);
