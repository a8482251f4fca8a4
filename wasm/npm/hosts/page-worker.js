// The golden cases in a module worker.

import * as api from "./node_modules/@image-cache/render/index.js";
import { answer } from "./goldens.js";

try {
  const cases = await (await fetch("./cases.bin")).arrayBuffer();
  postMessage({ lines: await answer(api, new Uint8Array(cases)) });
} catch (error) {
  postMessage({ error: String(error?.stack ?? error) });
}
