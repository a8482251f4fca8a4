// Keeps the page's files, so that it opens without a network. `cargo xtask web` fills in which files there are.

/** The SHA-256 of each file, in hexadecimal digits, by its path. */
const FILES = {};
/** One of all of them: it names this version of the page. */
const VERSION = "";

const PREFIX = "image-cache-page-";

/** Fetches a file past the browser's own cache. What is of another version is refused, so that versions never mix. */
async function fetched(path) {
  const response = await fetch(path, { cache: "no-cache" });
  const hash = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const digits = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || digits !== FILES[path]) {
    throw new Error(`${path} is not the file of this version of the page`);
  }
  return response;
}

/** All files or none: a version that is not whole is never used. */
async function install() {
  const paths = Object.keys(FILES);
  const responses = await Promise.all(paths.map(fetched));
  const cache = await caches.open(PREFIX + VERSION);
  await Promise.all(paths.map((path, at) => cache.put(path, responses[at])));
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
  await Promise.all(old.map((name) => caches.delete(name)));
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const scope = new URL(registration.scope);
  if (event.request.method !== "GET" || origin !== scope.origin || !pathname.startsWith(scope.pathname)) {
    return;
  }
  const path = pathname.slice(scope.pathname.length) || "index.html";
  if (path in FILES) {
    const kept = caches.open(PREFIX + VERSION).then((cache) => cache.match(path));
    event.respondWith(kept.then((response) => response ?? fetch(event.request)));
  }
});
