// What is shown of a data set: how much of what it holds, what is wrong with it, and its pictures.

import { note, problem } from "../messages.js";
import { short } from "../picture.js";
import { format_time } from "../image_cache.js";
import * as check from "./check.js";
import * as detail from "./detail.js";
import { Grid } from "./grid.js";
import { blobOf, set } from "./set.js";
import { countsTable, facts, findingsList, options } from "./summary.js";
import { FLAG, VERDICT } from "./table.js";
import { ask } from "./thread.js";

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");
/** Flags as a picture in the grid has them, the worst first. */
const MARKS = [
  [FLAG.leak, "leak", "bad"],
  [FLAG.same, "in two splits", "bad"],
  [FLAG.bytes, "other bytes", "bad"],
  [FLAG.unreadable, "unreadable", "bad"],
  [FLAG.label, "other label", "bad"],
  [FLAG.split, "other split", "bad"],
  [FLAG.name, "other name", "bad"],
  [FLAG.absent, "not there", "bad"],
  [FLAG.unlisted, "not listed", "bad"],
  [FLAG.twice, "listed twice", "bad"],
  [FLAG.status, "corrupt or stale", "bad"],
];
const VERDICTS = {
  [VERDICT.bytes]: ["same bytes", "good"],
  [VERDICT.pixels]: ["same pixels", "note"],
  [VERDICT.different]: ["different", "bad"],
};

/** What the last check came to, in sentences. */
let checks = [];
/** What was left out before the thread read anything, as findings. */
let unread = [];
let grid = null;
let count = 0;

const wanted = { split: null, label: null, series: null, only: "all", sort: "set" };

/** Leaves a set alone whose place another one takes: its pictures are not to be looked for among the other's files. */
export function leave() {
  if (grid) {
    detail.close();
    grid.reset(0);
  }
}

/** Shows a set that was just read, with what was left out of it; `again` where only the candles are others. */
export async function open(leftOut, { again = false } = {}) {
  checks = [];
  if (!again) {
    unread = leftOut;
    Object.assign(wanted, { split: null, label: null, series: null, only: "all", sort: "set" });
    grid ??= wire();
    detail.close();
    $("set-name").textContent = set.name;
    show(true);
    $("set-tab").hidden = false;
  }
  await refresh({ keep: again });
}

/** Whether the data set is in view, or the chart. */
export function show(on) {
  document.documentElement.toggleAttribute("data-set", on);
  $("dataset").hidden = !on;
  $("set-tab").ariaPressed = String(on);
  // What is said belongs to what is in view.
  if (on) {
    $("dataset").prepend($("messages"));
  } else {
    $("timeline").after($("messages"));
  }
}

/** Shows what the thread knows now. */
export async function refresh({ keep = false } = {}) {
  set.about = await ask("about");
  summary();
  await choose({ keep });
}

function summary() {
  const { about } = set;
  $("set-facts").textContent = facts(about);
  $("set-counts").replaceChildren(countsTable(about));
  const kinds = ["bad", "note", "good"];
  const found = [...checks, ...about.findings, ...unread].sort((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
  $("set-findings").replaceChildren(...findingsList(found, only));
  options($("set-split"), "All splits", about.splits.map(({ split, name, all }) => [split, name ?? "no split", all]), wanted.split);
  const byLabel = new Map();
  for (const { labels } of about.splits) {
    labels.forEach((all, label) => byLabel.set(label, (byLabel.get(label) ?? 0) + all));
  }
  const labels = [...byLabel].sort(([one], [other]) => one - other);
  options($("set-label"), "All labels", labels.map(([label, all]) => [label, about.labels[label] ?? "no label", all]), wanted.label);
  const series = about.series.map(({ symbol, interval, count: all }, at) => [symbol === null ? -1 : at, symbol === null ? "unknown" : `${symbol} ${interval}`, all]);
  options($("set-series"), "All symbols", series.filter(([, , all]) => all > 0), wanted.series);
  const flagged = MARKS.filter(([flag]) => about.flags[flag] > 0).map(([flag, name]) => [keyOf(flag), name, about.flags[flag]]);
  const judged = [
    ["different", "different from the candles", about.verdicts[VERDICT.different]],
    ["pixels", "same pixels, other bytes", about.verdicts[VERDICT.pixels]],
    ["checked", "same bytes as the candles give", about.verdicts[VERDICT.bytes]],
    ["unable", "not drawn", about.verdicts[VERDICT.unable]],
  ].filter(([, , all]) => all > 0);
  options($("set-only"), "All pictures", [...flagged, ...judged], wanted.only === "all" ? null : wanted.only);
  $("set-sort").value = wanted.sort;
}

const keyOf = (flag) => Object.keys(FLAG).find((name) => FLAG[name] === flag);

/** Shows only the pictures of a finding. */
function only(name) {
  Object.assign(wanted, { split: null, label: null, series: null, only: name });
  summary();
  choose().catch((error) => problem(error.message));
  $("set-grid").focus();
}

/** Lets the thread choose and order what is asked for. */
async function choose({ keep = false } = {}) {
  count = await ask("select", [wanted]);
  const all = set.about.all;
  $("set-shown").textContent = count === all ? `${number.format(all)} pictures` : `${number.format(count)} of ${number.format(all)} pictures`;
  $("set-empty").hidden = count > 0;
  $("set-empty").textContent = all === 0 ? "There is no picture in it." : "No picture is so.";
  $("set-grid").hidden = count === 0;
  grid.reset(count, { keep });
}

/** How far a check is. */
export function checking({ done, total, verdicts, otherBytes }) {
  $("set-check").hidden = true;
  $("set-stop").hidden = $("set-progress").hidden = false;
  $("set-progress").value = total > 0 ? done / total : 1;
  const bad = verdicts[VERDICT.different] + otherBytes;
  $("set-progress-text").textContent = `Checking ${number.format(done)} of ${number.format(total)}${bad > 0 ? `: ${number.format(bad)} differ` : ""}`;
}

/** What a check came to; differences come first. */
export async function checked({ done, total, hashed, otherBytes, verdicts, reasons, stopped }) {
  $("set-check").hidden = false;
  $("set-stop").hidden = $("set-progress").hidden = true;
  $("set-progress-text").textContent = "";
  const say = (text, kind, name = null, lines = []) => checks.push({ text, kind, only: name, lines });
  checks = [];
  if (stopped) {
    say(`The check was stopped after ${number.format(done)} of ${number.format(total)} pictures`, "note");
  }
  const differ = verdicts[VERDICT.different];
  if (differ > 0) {
    say(`${number.format(differ)} ${differ === 1 ? "picture differs" : "pictures differ"} from what the candles give now`, "bad", "different");
  }
  if (verdicts[VERDICT.pixels] > 0) {
    say(`${number.format(verdicts[VERDICT.pixels])} show the same pixels as the candles give, in other bytes`, "note", "pixels");
  }
  if (verdicts[VERDICT.bytes] > 0) {
    say(`${number.format(verdicts[VERDICT.bytes])} are what the candles give now, byte for byte`, "good", "checked");
  }
  if (hashed > otherBytes) {
    say(`${number.format(hashed - otherBytes)} have the SHA-256 that is recorded`, "good");
  }
  if (verdicts[VERDICT.unable] > 0) {
    const lines = [...reasons].map(([reason, many]) => `${number.format(many)}: ${reason}`);
    say(`${number.format(verdicts[VERDICT.unable])} could not be drawn`, "note", "unable", lines);
  }
  if (!globalThis.crypto?.subtle) {
    say("Hashes were not compared: this page came by an address that is neither https nor this machine's", "note");
  }
  if (differ + otherBytes > 0) {
    wanted.sort = "differences";
  }
  await refresh({ keep: differ + otherBytes === 0 });
}

/** Fills a picture's place in the grid. */
function fill(node, row) {
  const { symbol, interval, end, split, label, flags, verdict, name } = row;
  const time = end === null ? null : short(format_time(end));
  const line = (className, text) => Object.assign(document.createElement("span"), { className, textContent: text });
  const image = Object.assign(document.createElement("div"), { className: "frame" });
  const head = document.createElement("div");
  head.className = "line";
  const badge = line("badge label", label === null ? "–" : String(label));
  const unseen = (text) => line("visually-hidden", text);
  head.append(unseen(label === null ? "no label" : "label"), " ", badge, " ", line("muted ellipsis", split ?? ""));
  const marks = MARKS.filter(([flag]) => flags & flag);
  const flagged = marks.map(([, text, kind]) => [text, kind]);
  const judged = VERDICTS[verdict] ? [VERDICTS[verdict]] : [];
  const told = verdict === VERDICT.different ? [...judged, ...flagged] : [...flagged, ...judged];
  if (told.length > 0) {
    const [[text, kind], ...more] = told;
    const mark = line(`mark ${kind}`, more.length > 0 ? `${text} +${more.length}` : text);
    image.append(mark, unseen(more.map(([text]) => text).join(", ")));
  }
  const foot = line("ellipsis foot", symbol ? `${symbol} ${interval} ${time ?? ""}` : name.slice(name.lastIndexOf("/") + 1));
  foot.title = name;
  // What is seen is what is heard, and a little more.
  node.removeAttribute("aria-label");
  node.append(image, " ", head, " ", foot);
}

/** Brings a picture into its place; its URL is given back as soon as it is decoded. */
async function picture(node, row) {
  const frame = node.querySelector(".frame");
  const nothing = (text) => frame.append(Object.assign(document.createElement("span"), { className: "muted nothing", textContent: text }));
  let blob;
  try {
    blob = await blobOf(row);
  } catch (error) {
    nothing(row.file < 0 ? "no file" : error.message);
    return;
  }
  if (!node.isConnected) {
    return;
  }
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.alt = "";
  image.decoding = "async";
  image.src = url;
  try {
    await image.decode();
    frame.prepend(image);
  } catch {
    nothing("no picture that can be shown");
  } finally {
    URL.revokeObjectURL(url);
  }
}

function wire() {
  const made = new Grid($("set-grid"), {
    rows: (from, until) => ask("rows", [from, until]),
    fill,
    picture,
    open: (place) => detail.open(place, count, (at) => made.go(at)),
    failed: (error) => problem(error.message),
  });
  const fields = { "set-split": "split", "set-label": "label", "set-series": "series", "set-only": "only", "set-sort": "sort" };
  for (const [id, key] of Object.entries(fields)) {
    $(id).addEventListener("change", () => {
      const { value } = $(id);
      const any = key === "only" ? "all" : null;
      wanted[key] = value === "" ? any : ["only", "sort"].includes(key) ? value : Number(value);
      choose().catch((error) => problem(error.message));
    });
  }
  $("set-check").addEventListener("click", () => check.run().catch((error) => problem(error.message)));
  $("set-stop").addEventListener("click", () => check.stop());
  $("set-tab").addEventListener("click", () => show($("dataset").hidden));
  detail.wire({
    row: async (place) => (await ask("rows", [place, place + 1]))[0],
    closed: () => $("set-grid").focus(),
    charted: () => show(false),
    failed: (error) => note(error.message),
  });
  return made;
}
