// How large pictures are drawn for the screen: as large as their room, or exactly as the file has them.

const $ = (id) => document.getElementById(id);
const LEAST = 8;
const MOST = 8192;
/** Labels of pictures whose shorter side has so many of the page's pixels are legible as they are. */
const LABELS_GROW_FROM = 800;
/** The most that the spec takes, in per cent. */
const MOST_LABELS = 400;
/** A file's pixel is shown as at most so many of the screen's a side. */
const LARGEST_FACTOR = 8;

/** Whether the file's own pixels are shown. */
let exact = false;

export const isExact = () => exact;

const ratio = () => window.devicePixelRatio || 1;

/** The pixels that the screen has in an element. */
export function room(element = $("easel")) {
  const { clientWidth, clientHeight } = element;
  return [clientWidth, clientHeight].map((side) => Math.max(LEAST, Math.min(MOST, Math.floor(side * ratio()))));
}

/** The spec as JSON of a picture that is as large as its room; null where the spec's own pixels are to be shown. */
export function fitting(json) {
  return exact ? null : sized(json, ...room());
}

/** The same spec as JSON in so many pixels of the screen. */
export function sized(json, width, height) {
  const spec = JSON.parse(json);
  // Pixels of fine screens are small, and so would labels be: they are enlarged as far as people need it.
  const enlarged = Math.max(1, Math.min(ratio(), LABELS_GROW_FROM / (Math.min(width, height) / ratio())));
  const labels = Math.min(MOST_LABELS, Math.round((spec.labels ?? 100) * enlarged));
  return JSON.stringify({ ...spec, width, height, labels });
}

/** How many pixels of the page a pixel of such a picture takes, and whether it is enlarged. */
export function scale(width, height, fits) {
  const [wide, high] = room();
  const whole = Math.floor(Math.min(wide / width, high / height));
  const factor = fits ? 1 : Math.max(1, Math.min(LARGEST_FACTOR, whole));
  return { scale: factor / ratio(), factor };
}

/** Says how large what is shown was drawn, and how large the file is. */
export function tell(shown, file, fits) {
  const size = ({ width, height }) => `${width}×${height}`;
  const { factor } = scale(shown.width, shown.height, fits);
  const enlarged = factor > 1 ? `, each as ${factor}×${factor}` : "";
  const drawn = fits
    ? `Drawn for this screen, ${size(shown)} pixels. The file has ${size(file)}.`
    : `The file's own ${size(shown)} pixels${enlarged}.`;
  // What is not as it was asked for comes first: there may be room for no more.
  $("drawn").title = $("drawn").textContent = [...shown.fallbacks, drawn].join(" ");
}

/** Switches between the two; `redraw` is called when pictures have to be drawn anew. */
export function listen(redraw) {
  const buttons = [...document.querySelectorAll("[data-zoom]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      set(button.dataset.zoom === "exact");
      redraw();
    });
  }
  let last = "";
  const changed = () => {
    const now = room().join();
    if (now !== last) {
      last = now;
      redraw();
    }
  };
  // A window that is moved to another screen changes its ratio, and not its size.
  new ResizeObserver(changed).observe($("easel"));
  addEventListener("resize", changed);
}

/** While a file is compared its pixels are shown, and there is nothing to choose. */
export function hold(held) {
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.disabled = held;
    button.ariaPressed = String((button.dataset.zoom === "exact") === (exact || held));
  }
}

export function set(toExact) {
  exact = toExact;
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.ariaPressed = String((button.dataset.zoom === "exact") === exact);
  }
}
