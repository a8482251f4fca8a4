// Drives the page in a frame, in any browser, and posts what came of it as JSON. The fragment is the SHA-256 that the
// sample's newest picture must have.

const frame = document.querySelector("iframe");
const PATIENCE = 60_000;
const FRAMES = 240;
const tenths = (ms) => Math.round(10 * ms) / 10;
const middle = (numbers, share = 0.5) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)];

async function until(what, condition) {
  const begin = performance.now();
  while (!condition()) {
    if (performance.now() - begin > PATIENCE) {
      throw new Error(`never came: ${what}; the page says ${$("messages")?.textContent}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const $ = (id) => frame.contentDocument?.getElementById(id);
const settled = () => until("a picture with its hashes", () => $("pixel-sha256")?.textContent.length === 64);

async function open(state) {
  await new Promise((resolve) => {
    frame.onload = resolve;
    frame.src = `page/index.html?${Math.random()}#${state}`;
  });
  await settled();
}

function point(kind, x, y = 0.5) {
  const box = $("picture");
  const { left, top, width, height } = box.getBoundingClientRect();
  const { PointerEvent } = frame.contentWindow;
  box.setPointerCapture = () => {};
  const where = { clientX: left + x * width, clientY: top + y * height };
  box.dispatchEvent(new PointerEvent(kind, { pointerId: 1, pointerType: "mouse", bubbles: true, button: 0, ...where }));
}

/** A person who drags the picture: a move of the pointer in each frame. */
function drag() {
  const { imageCache, requestAnimationFrame } = frame.contentWindow;
  imageCache.steps.length = 0;
  point("pointerdown", 0.3);
  return new Promise((resolve) => {
    const frames = [];
    const next = (now) => {
      frames.push(now);
      if (frames.length > FRAMES) {
        point("pointerup", 0.5);
        resolve({ frames, steps: [...imageCache.steps] });
        return;
      }
      point("pointermove", 0.3 + 0.4 * Math.abs(Math.sin(frames.length / 40)));
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

async function run(expected) {
  const first = [];
  for (let time = 0; time < 5; time += 1) {
    await open("data=sample");
    first.push(frame.contentWindow.imageCache.first);
  }
  const sha256 = $("sha256").textContent;
  if (sha256 !== expected) {
    throw new Error(`the picture has SHA-256 ${sha256}, the native one ${expected}`);
  }
  const before = $("end").value;
  const { frames, steps } = await drag();
  await settled();
  if ($("end").value === before) {
    throw new Error("dragging has moved nothing");
  }
  const apart = frames.slice(1).map((now, at) => now - frames[at]);

  const { WheelEvent } = frame.contentWindow;
  const window = Number($("knob-window").value);
  $("pixel-sha256").textContent = "";
  $("picture").dispatchEvent(new WheelEvent("wheel", { deltaY: 100, bubbles: true, cancelable: true }));
  await settled();
  if (Number($("knob-window").value) !== Math.round(window * 1.1)) {
    throw new Error(`the wheel made a window of ${$("knob-window").value} of one of ${window}`);
  }
  if ($("messages").textContent.trim() !== "") {
    throw new Error(`the page says ${$("messages").textContent}`);
  }
  return {
    "first picture, ms": first.map(Math.round),
    "canvas": [$("canvas").width, $("canvas").height],
    "frames a second": tenths((FRAMES * 1000) / (frames.at(-1) - frames[0])),
    "ms between frames": { median: tenths(middle(apart)), "99th of 100": tenths(middle(apart, 0.99)) },
    "pictures": steps.length,
    "ms to canvas": { median: tenths(middle(steps)), "99th of 100": tenths(middle(steps, 0.99)) },
  };
}

try {
  const body = JSON.stringify(await run(location.hash.slice(1)));
  await fetch("answer", { method: "POST", body });
} catch (error) {
  await fetch("failed", { method: "POST", body: String(error?.stack ?? error) });
}
