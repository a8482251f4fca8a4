// The golden cases in Cloudflare's runtime, which gets modules by imports alone.

import * as api from "./node_modules/@image-cache/render/index.js";
import draws from "./node_modules/@image-cache/render/image_cache_bg.wasm";
import reads from "./node_modules/@image-cache/render/image_cache_readers_bg.wasm";
import { answer } from "./goldens.js";

export default {
  async fetch(request) {
    await Promise.all([api.init(draws), api.initReaders(reads)]);
    return new Response(await answer(api, new Uint8Array(await request.arrayBuffer())));
  },
};
