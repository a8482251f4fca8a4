// Dragging, turning the wheel and pinching on the picture: which window they ask for.

/** A wheel's notch, in the browser's pixels, changes the window by a tenth. */
const NOTCH = 100;
const PER_NOTCH = 1.1;
/** Lines and pages of a wheel, in pixels. */
const UNITS = [1, 33, 400];
/** A pointer that moves less than this many pixels only points. */
const STILL = 4;

/**
 * Listens on `box`. `chart()` says what is shown: the window's `end` and `window` and how many pixels a candle takes,
 * `step`, the `most` that the window may have, of which `series` it is, and `behind(x)`, how many candles lie between a column of the page and the window's end; null where nothing
 * can be moved. `go(end, window)` asks for another window.
 */
export function listen(box, chart, go) {
  const pointers = new Map();
  /** What was shown when the gesture began. */
  let begin = null;

  const middle = () => {
    const all = [...pointers.values()];
    return all.reduce((sum, { x }) => sum + x, 0) / all.length;
  };
  const apart = () => {
    const [one, other] = [...pointers.values()];
    return Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
  };
  const start = () => {
    const shown = chart();
    begin = shown && pointers.size > 0 ? { ...shown, x: middle(), apart: pointers.size > 1 ? apart() : null } : null;
    if (begin) {
      begin.behind = shown.behind(begin.x);
    }
  };

  box.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button !== 0) {
      return;
    }
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    // So that its end is heard of, wherever that is.
    box.setPointerCapture(event.pointerId);
    start();
  });
  box.addEventListener("pointermove", (event) => {
    const pointer = pointers.get(event.pointerId);
    if (!pointer || !begin) {
      return;
    }
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (chart()?.series !== begin.series) {
      // What the gesture began with is not shown any more.
      start();
      return;
    }
    const moved = middle() - begin.x;
    if (!box.classList.contains("moving") && Math.abs(moved) < STILL && pointers.size === 1) {
      return;
    }
    // From here on it is no longer a pointer that only points.
    box.classList.add("moving");
    const pinched = pointers.size > 1 ? Math.round((begin.window * begin.apart) / apart()) : begin.window;
    const window = Math.max(2, Math.min(begin.most, pinched));
    const behind = begin.behind * ((window - 1) / Math.max(1, begin.window - 1));
    const step = (begin.step * begin.window) / window;
    go(Math.round(begin.end - begin.behind + behind - moved / step), window);
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
    box.addEventListener(kind, (event) => {
      if (!pointers.delete(event.pointerId)) {
        return;
      }
      if (pointers.size === 0) {
        box.classList.remove("moving");
      }
      start();
    });
  }

  /** What small turns of the wheel came to that did not make up a candle yet. */
  let rest = 1;
  box.addEventListener(
    "wheel",
    (event) => {
      const shown = chart();
      if (!shown || event.shiftKey) {
        return;
      }
      event.preventDefault();
      const unit = UNITS[event.deltaMode] ?? 1;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        go(Math.round(shown.end + (event.deltaX * unit) / shown.step), shown.window);
        return;
      }
      rest *= PER_NOTCH ** ((event.deltaY * unit) / NOTCH);
      const wanted = shown.window * rest;
      if (Math.round(wanted) !== shown.window) {
        rest = 1;
        go(...resized(shown, wanted, shown.behind(event.clientX)));
      }
    },
    { passive: false },
  );
}

/** The end and the length of a window that has about `wanted` candles, where the candle `behind` the end stays in its place. */
export function resized({ end, window, most }, wanted, behind) {
  // At least one candle more or fewer, or nothing would ever change in small windows.
  const rounded = wanted > window ? Math.max(window + 1, Math.round(wanted)) : Math.min(window - 1, Math.round(wanted));
  const length = Math.max(2, Math.min(most, rounded));
  return [Math.round(end - behind + (behind * (length - 1)) / Math.max(1, window - 1)), length];
}
