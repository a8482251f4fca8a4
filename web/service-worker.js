// Keeps the page's files, so that it opens without a network. `cargo xtask web` fills in which files there are.

/** The SHA-256 of each file, in hexadecimal digits, by its path. */
const FILES = {};
/** One of all of them: it names this version of the page. */
const VERSION = "";

const PREFIX = "image-cache-page-";

async function digest(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fetches a file past the browser's own cache. What is of another version is refused, so that versions never mix. */
async function fetched(path) {
  const response = await fetch(path, { cache: "no-cache" });
  const bytes = await response.arrayBuffer();
  if (!response.ok || (await digest(bytes)) !== FILES[path]) {
    throw new Error(`${path} is not the file of this version of the page`);
  }
  // A response of its own: one that came by a redirection may not answer a navigation.
  return new Response(bytes, { headers: { "Content-Type": response.headers.get("Content-Type") ?? "" } });
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
/** The page as its server has it; where that is another one, nothing is kept any more, and its own files follow. */
async function page(request) {
  let response;
  try {
    response = await fetch(request);
  } catch {
    return file("index.html", request);
  }
  if ((await digest(await response.clone().arrayBuffer())) !== FILES["index.html"]) {
    await registration.unregister();
    await caches.delete(PREFIX + VERSION);
  }
  return response;
}

/** A file as it is kept. One that was lost is fetched again, and of this version or none. */
async function file(path, request) {
  if (!(await caches.has(PREFIX + VERSION))) {
    return fetch(request);
  }
  const cache = await caches.open(PREFIX + VERSION);
  return (await cache.match(path)) ?? fetched(path);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const scope = new URL(registration.scope);
  if (request.method !== "GET" || origin !== scope.origin || !pathname.startsWith(scope.pathname)) {
    return;
  }
  const path = pathname.slice(scope.pathname.length) || "index.html";
  if (path === "index.html" && request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (path in FILES) {
    event.respondWith(file(path, request));
  }
});
