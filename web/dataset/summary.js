// A data set at one glance: a sentence, counts by split and label, and what was found.

import { format_time } from "../image_cache.js";
import { short } from "../picture.js";
import { CLASSES } from "./select.js";

const number = new Intl.NumberFormat("en");
const element = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });

/** What a set is, in one line. */
export function facts({ all, series, descriptions }) {
  const known = series.filter(({ symbol, count }) => symbol !== null && count > 0).length;
  const said = [`${number.format(all)} ${all === 1 ? "picture" : "pictures"}`];
  if (known > 0) {
    said.push(`${number.format(known)} series`);
  }
  if (descriptions.length === 1) {
    const [{ form, label, spec }] = descriptions;
    const { width, height, window, style } = JSON.parse(spec ?? "{}");
    said.push(form);
    said.push(width && `${width}×${height ?? width} px`);
    said.push(window && `${window} candles`);
    said.push(typeof style === "string" && `style ${style}`);
    said.push(label && `label ${label.rule} over ${label.horizon} candles`);
  }
  return said.filter(Boolean).join(" · ");
}

/** Pictures by split and label, with the times that each split spans. */
export function countsTable({ splits, labels, all }) {
  const table = document.createElement("table");
  table.createCaption().textContent = "Pictures by split and label";
  const used = [...new Set(splits.flatMap((one) => [...one.labels.keys()]))].sort((one, other) => one - other);
  const shown = used.slice(0, CLASSES);
  const head = table.createTHead().insertRow();
  const heads = ["Split", ...shown.map((label) => labels[label] ?? "no label"), ...(used.length > shown.length ? ["more"] : []), "All", "First end", "Last end"];
  head.append(...heads.map((text) => Object.assign(element("th", text), { scope: "col" })));
  const body = table.createTBody();
  const sorted = [...splits].sort((one, other) => Number(one.split < 0) - Number(other.split < 0) || one.split - other.split);
  const time = (at) => (Number.isFinite(at) ? short(format_time(at)) : "");
  for (const one of sorted) {
    const row = body.insertRow();
    row.append(Object.assign(element("th", one.name ?? "no split"), { scope: "row" }));
    for (const label of shown) {
      const count = one.labels.get(label) ?? 0;
      const cell = row.insertCell();
      cell.className = "count";
      cell.append(element("span", number.format(count)), element("small", one.all > 0 ? ` ${Math.round((100 * count) / one.all)} %` : "", "muted"));
    }
    if (used.length > shown.length) {
      row.insertCell().textContent = number.format(used.slice(shown.length).reduce((sum, label) => sum + (one.labels.get(label) ?? 0), 0));
    }
    for (const text of [number.format(one.all), time(one.first), time(one.last)]) {
      row.append(element("td", text, "count"));
    }
  }
  if (splits.length > 1) {
    const row = table.createTFoot().insertRow();
    row.append(Object.assign(element("th", "All"), { scope: "row" }));
    for (const label of shown) {
      row.append(element("td", number.format(splits.reduce((sum, one) => sum + (one.labels.get(label) ?? 0), 0)), "count"));
    }
    if (used.length > shown.length) {
      row.insertCell();
    }
    row.append(element("td", number.format(all), "count"), document.createElement("td"), document.createElement("td"));
  }
  return table;
}

/** What was found, each with its first pictures, and a button that shows all of them. */
export function findingsList(findings, show) {
  return findings.map(({ text, lines, kind, only }) => {
    const item = document.createElement("li");
    item.className = kind;
    const sentence = element("span", /[.…]$/.test(text) ? text : `${text}.`);
    if (lines.length > 0) {
      const details = document.createElement("details");
      const summary = document.createElement("summary");
      summary.append(sentence);
      const list = document.createElement("ul");
      list.append(...lines.map((line) => element("li", line)));
      details.append(summary, list);
      item.append(details);
    } else {
      item.append(sentence);
    }
    if (only) {
      const button = Object.assign(element("button", "Show", "small"), { type: "button", ariaLabel: `Show: ${text}` });
      button.addEventListener("click", () => show(only));
      item.append(button);
    }
    return item;
  });
}

/** Fills a menu with values, what each is called and how many pictures it has. */
export function options(menu, any, list, chosen) {
  menu.replaceChildren(new Option(any, ""), ...list.map(([value, name, count]) => new Option(`${name} (${number.format(count)})`, String(value))));
  menu.value = chosen === null ? "" : String(chosen);
  menu.disabled = list.length === 0;
}
