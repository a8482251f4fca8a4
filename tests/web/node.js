// The cases under Node: node node.js all | show NAME. Beside it lie run.js, the
// page's module with its JavaScript, and cases.bin.

import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { answer } from "./run.js";

// Up to Node 18 only browsers have it without being asked.
globalThis.crypto ??= webcrypto;

const file = (name) => new Uint8Array(readFileSync(new URL(name, import.meta.url)));
const question = process.argv.slice(2).join(" ");
process.stdout.write(await answer(file("image_cache_bg.wasm"), file("cases.bin"), question));
