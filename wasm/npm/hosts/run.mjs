// The golden cases in Node, Deno and Bun, from the package as it is installed here: run.mjs CASES.

import { readFileSync } from "node:fs";
import process from "node:process";
import { webcrypto } from "node:crypto";
import * as api from "@image-cache/render";
import { answer } from "./goldens.js";

// Up to Node 18 only browsers have it without being asked.
globalThis.crypto ??= webcrypto;

process.stdout.write(await answer(api, new Uint8Array(readFileSync(process.argv[2]))));
