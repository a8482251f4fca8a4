// A worker as Cloudflare runs it, which may not compile modules itself: its bundler hands them over ready.
//
// POST /?style=night with klines, CSV or any other text of candles gives a PNG.

import { draw, init, initReaders, parse } from "@image-cache/render";
import draws from "@image-cache/render/image_cache_bg.wasm";
import reads from "@image-cache/render/image_cache_readers_bg.wasm";

const ready = Promise.all([init(draws), initReaders(reads)]);

export default {
  /** @param {Request} request */
  async fetch(request) {
    if (request.method !== "POST") {
      return new Response("POST candles\n", { status: 405 });
    }
    await ready;
    try {
      const [series] = await parse(await request.arrayBuffer());
      const spec = Object.fromEntries(new URL(request.url).searchParams);
      const { png, sha256 } = await draw(series, spec);
      return new Response(png, { headers: { "content-type": "image/png", etag: `"${sha256}"` } });
    } catch (error) {
      return new Response(`${error.message}\n`, { status: 400 });
    }
  },
};
