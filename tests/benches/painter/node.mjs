// The page's module under Node, through its C ABI, with every JavaScript
// import replaced by a trap. It keeps to the contract that main.rs describes:
//
//     node node.mjs MODULE CANDLES

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [modulePath, candlesPath] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(modulePath));
const candles = readFileSync(candlesPath, "utf8").trim().split("\n").slice(1).map((row) => row.split(","));

const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  imports[from] ??= {};
  imports[from][name] = () => {
    throw new Error(`${name} is not there`);
  };
}

// One instance for each spec, for the native painter's reason.
const instances = new Map();
function instance(spec) {
  if (!instances.has(spec)) {
    instances.set(spec, new WebAssembly.Instance(module, imports).exports);
  }
  return instances.get(spec);
}

function request(spec, candles) {
  const header = Buffer.from(
    `{"symbol":"BTCUSDT","interval":"1h","interval_ms":3600000,"warmup":0,"spec":${spec}}`,
  );
  const bytes = Buffer.alloc(4 + header.length + 48 * candles.length);
  bytes.writeUInt32LE(header.length);
  header.copy(bytes, 4);
  candles.forEach(([time, ...values], row) => {
    const at = 4 + header.length + 48 * row;
    bytes.writeBigInt64LE(BigInt(time), at);
    values.forEach((value, column) => bytes.writeDoubleLE(Number(value), at + 8 + 8 * column));
  });
  return bytes;
}

// Memory may move whenever the module is called, so views are made anew.
function picture(wasm, request) {
  const room = wasm.alloc(request.length);
  new Uint8Array(wasm.memory.buffer).set(request, room);
  const response = wasm.render(room, request.length) >>> 0;
  wasm.free(room, request.length);
  const view = new DataView(wasm.memory.buffer);
  const [status, length] = [view.getUint32(response, true), view.getUint32(response + 4, true)];
  const payload = new Uint8Array(wasm.memory.buffer).slice(response + 8, response + 8 + length);
  wasm.free(response, 8 + length);
  if (status !== 0) throw new Error(Buffer.from(payload).toString());
  // A host hashes by itself, as it knows what its processor has for that.
  createHash("sha256").update(payload).digest();
  return payload;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [, what, first, count, spec] = line.match(/^(\S+) (\d+) (\d+) (.*)$/);
  if (what !== "whole") throw new Error("the module has no stages");
  const length = JSON.parse(spec).window ?? 150;
  const starts = candles.length - length + 1;
  const requests = Array.from({ length: Number(count) }, (_, n) => {
    const start = (Number(first) + n) % starts;
    return request(spec, candles.slice(start, start + length));
  });
  const wasm = instance(spec);
  const awake = performance.now();
  while (performance.now() - awake < 3) picture(wasm, requests[0]);
  const before = process.hrtime.bigint();
  const bytes = requests.reduce((sum, request) => sum + picture(wasm, request).length, 0);
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  console.log(`${ms / requests.length} ${bytes / requests.length}`);
}
