// The editor of a knob that is a list: entries to add, change, order and take out.

import { element, menu, sign } from "./elements.js";
import { groups, hasKinds, isPlain, kinds, read, write } from "./entry.js";

/** What a colour's field shows where the style chooses. */
const UNSET = "#808080";

export class List {
  #knob;
  #changed;
  #entries = [];
  /** The text that is shown. */
  #text = null;
  /** What can be added, each with the entry that it makes. */
  #offers;
  #rows = element("ol");
  #menu;
  #add;
  /** The whole list as text. It has the knob's name, like any other knob's field. */
  #field;

  /** `changed(text)` is called when the user changes the list. */
  constructor(knob, changed) {
    const { name, label, help, takes } = knob;
    this.#knob = knob;
    this.#changed = changed;
    const title = element("span", { id: `list-${name}`, className: "title", textContent: label, title: help });
    this.#offers = takes.examples.map((text) => [hasKinds(knob) ? text.split(":")[0] : text, text]);
    const what = label.toLowerCase();
    this.#menu = menu({ ariaLabel: `What to add to ${what}` }, []);
    this.#add = element("button", { type: "button", textContent: "Add", ariaLabel: `Add to ${what}` });
    this.#add.addEventListener("click", () => this.#put(this.#menu.value));
    this.#field = element("input", { id: `knob-${name}`, name, type: "text", autocomplete: "off", spellcheck: false, title: help });
    this.#field.setAttribute("aria-label", `${label} as text`);
    this.#field.addEventListener("change", () => this.#take(this.#field.value.trim()));
    const raw = element("details", { className: "raw" }, element("summary", { textContent: "As text" }), this.#field);
    this.head = element("div", { className: "head" }, title);
    this.element = element("div", { className: "knob list" }, this.head, this.#rows);
    this.element.append(element("div", { className: "add" }, this.#menu, this.#add), raw);
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-labelledby", title.id);
    this.#rows.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Shows a text; what shows it already is left alone, so that nobody loses the field that he is in. */
  show(text) {
    if (text !== this.#text) {
      this.#read(text);
    }
  }

  /** Lets these entries be added, and no others. */
  offer(texts) {
    this.#offers = texts.map((text) => [text.split(":")[0], text]);
    this.#draw();
  }

  #read(text) {
    this.#text = this.#field.value = text;
    this.#entries = text.split(/\s+/).filter(Boolean).map((entry) => read(this.#knob, entry));
    this.#draw();
  }

  /** Takes a text that the user wrote. */
  #take(text) {
    this.#read(text);
    this.#changed(text);
  }

  /** Tells what the entries say now. */
  #tell() {
    this.#text = this.#field.value = this.#entries.map(write).join(" ");
    this.#changed(this.#text);
  }

  #put(text) {
    this.#entries.push(read(this.#knob, text));
    this.#draw();
    // What can be changed of it comes first.
    const row = this.#rows.lastElementChild;
    (row.querySelector("input[type=text]") ?? row.querySelector("button:not(:disabled)"))?.focus();
    this.#tell();
  }

  #move(at, by) {
    const to = at + by;
    if (to < 0 || to >= this.#entries.length) {
      return;
    }
    const [entry] = this.#entries.splice(at, 1);
    this.#entries.splice(to, 0, entry);
    this.#draw();
    const [same, other] = by < 0 ? ["up", "down"] : ["down", "up"];
    const button = (which) => this.#rows.children[to].querySelector(`[data-move=${which}]:not(:disabled)`);
    (button(same) ?? button(other))?.focus();
    this.#tell();
  }

  #remove(at) {
    this.#entries.splice(at, 1);
    this.#draw();
    const next = this.#rows.children[Math.min(at, this.#entries.length - 1)];
    // The menu has what was taken out, if nothing else.
    (next?.querySelector("[data-remove]") ?? this.#menu).focus();
    this.#tell();
  }

  /** Alt with an arrow moves the entry that the focus is in. */
  #key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("li");
    if (by && event.altKey && row) {
      event.preventDefault();
      this.#move([...this.#rows.children].indexOf(row), by);
    }
  }

  #draw() {
    this.#rows.replaceChildren(...this.#entries.map((entry, at) => this.#row(entry, at)));
    this.#rows.hidden = this.#entries.length === 0;
    const there = new Set(this.#entries.map(({ kind }) => kind));
    // A name is drawn once; a kind as often as one likes.
    const offers = hasKinds(this.#knob) ? this.#offers : this.#offers.filter(([name]) => !there.has(name));
    this.#menu.replaceChildren(...offers.map(([shown, value]) => new Option(shown, value)));
    // Where there is nothing to choose from, there is nothing to show.
    this.#add.parentElement.hidden = offers.length === 0;
    this.#add.disabled = this.#menu.disabled = offers.length === 0 || this.#entries.length >= this.#knob.takes.most;
  }

  #row(entry, at) {
    const line = element("div", { className: "entry" });
    if (isPlain(this.#knob)) {
      line.append(this.#input(entry, "kind", `Entry ${at + 1} of ${this.#knob.label.toLowerCase()}`));
    } else {
      line.append(element("b", { textContent: entry.kind, title: entry.kind }));
      line.append(entry.numbers === null ? element("span") : this.#input(entry, "numbers", `Numbers of ${entry.kind}`));
    }
    const what = entry.kind;
    const up = sign("↑", `Move ${what} up`, () => this.#move(at, -1));
    const down = sign("↓", `Move ${what} down`, () => this.#move(at, 1));
    [up.dataset.move, down.dataset.move] = ["up", "down"];
    [up.disabled, down.disabled] = [at === 0, at === this.#entries.length - 1];
    const remove = sign("×", `Remove ${what}`, () => this.#remove(at));
    remove.dataset.remove = "";
    line.append(up, down, remove);
    const row = element("li", {}, line);
    if (!isPlain(this.#knob)) {
      const choices = this.#words(entry);
      row.append(...(choices.length > 0 ? [element("div", { className: "look" }, ...choices)] : []), this.#look(entry));
    }
    return row;
  }

  #input(entry, part, label) {
    const input = element("input", { type: "text", value: entry[part], autocomplete: "off", spellcheck: false, ariaLabel: label });
    input.addEventListener("change", () => {
      // Spaces would part an entry in two.
      entry[part] = input.value = input.value.replaceAll(/\s/g, "");
      this.#tell();
    });
    return input;
  }

  /** A menu for each group of words that an entry may have. */
  #words(entry) {
    return groups(this.#knob).map((words, group) => {
      const chosen = words.find((word) => entry.words.includes(word)) ?? "";
      // Of sides there is no usual one.
      const choices = [["", group < 2 ? words[0] : "usual axis"], ...words.slice(group < 2 ? 1 : 0).map((word) => [word, word])];
      const input = menu({ ariaLabel: `${entry.kind}: ${words.join(", ")}` }, choices);
      input.value = chosen;
      input.addEventListener("change", () => {
        entry.words = groups(this.#knob).flatMap((others) =>
          others === words || others.join() === words.join()
            ? [input.value].filter(Boolean)
            : entry.words.filter((word) => others.includes(word)),
        );
        this.#tell();
      });
      return input;
    });
  }

  /** Colours and width, as far as they are chosen. */
  #look(entry) {
    const count = hasKinds(this.#knob) ? (kinds(this.#knob).get(entry.kind)?.colors ?? entry.colors.length) : 1;
    const fields = Array.from({ length: count }, () => element("input", { type: "color" }));
    const back = sign("↺", `The style's colours for ${entry.kind}`, () => {
      entry.colors = [];
      show();
      fields[0].focus();
      this.#tell();
    });
    const show = () => {
      back.hidden = entry.colors.length === 0;
      for (const [at, field] of fields.entries()) {
        const set = /^#[\da-f]{6}$/i.test(entry.colors[at] ?? "");
        field.value = set ? entry.colors[at] : UNSET;
        field.classList.toggle("unset", !set);
        // They are chosen one after the other, as their text has them.
        field.disabled = at > entry.colors.length;
        const number = count > 1 ? ` ${at + 1}` : "";
        field.ariaLabel = field.title = `Colour${number} of ${entry.kind}${set ? "" : ": the style's"}`;
      }
    };
    for (const [at, field] of fields.entries()) {
      field.addEventListener("input", () => {
        entry.colors[at] = field.value;
        show();
        this.#tell();
      });
    }
    show();
    const width = element("input", { type: "number", min: "0.5", max: "20", step: "0.5", value: entry.width, placeholder: "width", ariaLabel: `Width of ${entry.kind} in pixels` });
    width.addEventListener("change", () => {
      entry.width = width.value;
      this.#tell();
    });
    return element("div", { className: "look" }, ...fields, back, width);
  }
}
