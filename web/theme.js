// Light or dark: as the system has it, until the user says otherwise.

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

export function toggle() {
  root.dataset.theme = isDark() ? "light" : "dark";
}

/** Calls `act` when one takes the place of the other. */
export function changed(act) {
  system.addEventListener("change", act);
  new MutationObserver(act).observe(root, { attributeFilter: ["data-theme"] });
}
