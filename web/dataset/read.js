// From the files of a data set to its table: what lists pictures first, then the pictures that nobody listed.

import { readIndex } from "./index.js";
import { readDescription, readManifest, told } from "./manifest.js";
import { Names } from "./names.js";
import { openParquet } from "./parquet.js";
import { baseName, folderOf, ofFolders, ofShard, parts } from "./paths.js";
import { prefixOf } from "./prefix.js";
import { FLAG, LARGEST, Table, hex } from "./table.js";
import { readTar } from "./tar.js";

const formatted = new Intl.NumberFormat("en");

export class Reading {
  table = new Table();
  /** What was left out, or is doubtful: sentences that name the file. */
  leftOut = [];
  descriptions = [];
  /** Open files of Parquet that hold pictures, by the file's number. */
  parquets = new Map();
  /** Entries of an index that say of no picture that it is there, by status. */
  others = {};
  /** Whether anything lists pictures that are files of their own. */
  listed = false;
  /** The splits that overlap, once they are looked for; and whether equal pictures were looked for. */
  leaks = null;
  compared = false;
  /** Pictures that are files, and of each its file's number, its size and the row that has it. */
  there = new Names();
  #numbers = [];
  #sizes = [];
  #rows = null;
  /** Texts of specs by their hashes. */
  #specs = new Map();
  #progress = () => {};

  /** Takes the paths of pictures that are there, a part of them at a time. */
  pictures(paths, sizes, first) {
    for (const [at, path] of paths.entries()) {
      if (this.there.add(path) === this.#numbers.length) {
        this.#numbers.push(first + at);
        this.#sizes.push(sizes[at]);
      } else {
        this.leftOut.push(`${path} came twice, and was taken once.`);
      }
    }
  }

  /** Reads what lists or holds pictures; `progress` is told of it ten times a second. */
  async read({ descriptions, manifests, indexes, tars, parquets }, progress) {
    let last = 0;
    this.#progress = (text, share = null) => {
      const now = performance.now();
      if (now - last > 100) {
        last = now;
        progress({ text, share });
      }
    };
    this.#rows = new Int32Array(this.there.count).fill(-1);
    const steps = [
      [descriptions, (one) => this.#description(one)],
      [manifests, (one) => this.#manifest(one)],
      [parquets, (one) => this.#parquet(one)],
      [indexes, (one) => this.#index(one)],
      [tars, (one) => this.#tar(one)],
    ];
    for (const [files, step] of steps) {
      for (const one of files) {
        try {
          await step(one);
        } catch (error) {
          // What is wrong with one file does not keep the others out.
          this.leftOut.push(`${one.path}: ${error.message ?? error}.`);
        }
      }
    }
    this.#unlisted();
    const { list } = this.table.specs;
    list.forEach((spec, at) => (list[at] = this.#specs.get(spec) ?? spec));
  }

  #description({ path, file }) {
    const description = { path, folder: folderOf(path), ...readDescription(file) };
    this.descriptions.push(description);
    // Splits and classes are shown in this order.
    description.splits.forEach(({ name }) => this.table.splits.add(name));
    description.classes.forEach((name) => this.table.labels.add(name));
    if (description.specHash && description.spec) {
      this.#specs.set(description.specHash, description.spec);
    }
  }

  /** The description of a path: that of the nearest folder above. */
  #described(path) {
    const above = this.descriptions.filter(({ folder }) => path.startsWith(folder));
    return above.sort((one, other) => other.folder.length - one.folder.length)[0] ?? null;
  }

  /** Adds a picture, and flags what its name or its place contradicts of what is told of it. */
  #add(name, about, description, { split = null, label = null } = {}) {
    const { table } = this;
    let flags = 0;
    if (Number.isInteger(about.label) && description?.label?.rule !== "return") {
      about.label = description?.classes[about.label] ?? String(about.label);
    }
    about.spec ??= description?.specHash ?? description?.spec;
    const named = name === null ? null : parts(baseName(name).replaceAll("~", "."));
    if (named) {
      const end = Date.parse(named.end);
      const other = (told, from) => told !== undefined && told !== null && told !== from;
      flags |= other(about.end, end) || other(about.symbol, named.symbol) ? FLAG.name : 0;
      about.symbol ??= named.symbol;
      about.interval ??= named.interval;
      about.end ??= end;
      about.window = Number(named.window);
    }
    if (split && about.split && split !== about.split) {
      flags |= FLAG.split;
    }
    if (label && about.label !== null && about.label !== undefined && label !== String(about.label)) {
      flags |= FLAG.label;
    }
    about.split ??= split;
    about.label ??= label;
    const known = table.names.count;
    const row = table.add(name, about);
    if (name !== null && table.names.count === known) {
      flags |= FLAG.twice;
    }
    table.flag(row, flags);
    return row;
  }

  #bad(path, { count, first }) {
    if (count > 0) {
      this.leftOut.push(`${path}: ${formatted.format(count)} ${count === 1 ? "line is" : "lines are"} left out; ${first.join("; ")}.`);
    }
  }

  #manifest({ path, file }) {
    const from = this.table.count;
    const description = this.#described(path);
    const isBeside = baseName(path).startsWith("metadata");
    const beside = folderOf(path);
    // Neighbours lie in the same folder.
    let last = { folder: null, placed: null };
    const bad = readManifest(
      file,
      (name, about) => {
        if (isBeside) {
          const folder = folderOf(name);
          if (folder !== last.folder) {
            last = { folder, placed: ofFolders(beside + name, description) };
          }
          this.#add(beside + name, about, description, last.placed);
        } else {
          this.#add(name, about, description);
        }
      },
      (share) => this.#progress(`Reading ${path}: ${formatted.format(this.table.count - from)} pictures`, share),
    );
    this.#bad(path, bad);
    this.listed = true;
    this.#match(from, isBeside ? "" : null);
  }

  async #parquet({ path, file, number }) {
    const from = this.table.count;
    const found = await openParquet(file);
    const description = this.#described(path);
    const split = ofShard(path);
    const { classes } = found;
    if (classes && description?.classes.length > 0 && String(classes) !== String(description.classes)) {
      this.leftOut.push(`${path} names the classes ${classes.join(", ")}, and ${description.path} ${description.classes.join(", ")}.`);
    }
    await found.rows((name, record, at) => {
      const about = told(record);
      if (found.hasPictures) {
        if (Number.isInteger(about.label) && classes) {
          about.label = classes[about.label] ?? `class ${about.label}`;
        }
        this.#add(name, { ...about, file: number, offset: at }, description, { split });
      } else {
        this.#add(name, about, description);
      }
      this.#progress(`Reading ${path}: ${formatted.format(this.table.count - from)} pictures`, at / found.count);
    });
    if (found.hasPictures) {
      this.parquets.set(number, found);
    } else {
      this.listed = true;
      this.#match(from, null);
    }
  }

  async #index({ path, files }) {
    const { table } = this;
    const from = table.count;
    // What a manifest lists of the same cache is known by its path.
    const rows = new Map();
    for (let row = 0; row < from; row += 1) {
      rows.set(table.name[row], row);
    }
    const { specs, others } = await readIndex(files, {
      each: (name, about, status) => {
        const known = from > 0 ? rows.get(table.names.find(name)) : undefined;
        const row = known ?? table.add(name, about);
        if (known !== undefined) {
          const [one, other] = [hex(table.hashOf(row)), hex(about.sha256)];
          table.tell(row, about);
          table.flag(row, one && other && one !== other ? FLAG.bytes : 0);
        }
        table.size[row] = about.size;
        table.flag(row, status === "ok" ? 0 : FLAG.status);
      },
      progress: (count) => this.#progress(`Reading ${path}: ${formatted.format(count)} entries`),
    });
    specs.forEach((json, hash) => this.#specs.set(hash, json));
    this.others = others;
    this.listed = true;
    this.#match(from, null);
  }

  #tar({ path, file, number }) {
    const split = ofShard(path);
    const description = this.#described(path);
    const bad = { count: 0, first: [] };
    const out = readTar(
      file,
      ({ name, offset, size, json, cls }) => {
        let about = {};
        try {
          about = json === null ? {} : told(JSON.parse(json));
        } catch {
          bad.count += 1;
          bad.first.push(`the .json of ${name} is none`);
        }
        const label = cls === null ? null : (description?.classes[Number(cls)] ?? cls.trim());
        // Where the names of classes are not known, a number contradicts no name.
        const placed = description?.classes.length > 0 || about.label === undefined || about.label === null ? label : null;
        this.#add(name, { ...about, file: number, offset, size }, description, { split, label: placed });
      },
      (share) => this.#progress(`Reading ${path}: ${formatted.format(this.table.count)} pictures`, share),
    );
    this.#bad(path, { ...bad, first: bad.first.slice(0, 5) });
    if (out.why) {
      this.leftOut.push(`${path}: ${out.why}.`);
    }
    if (out.other > 0) {
      this.leftOut.push(`${path}: ${formatted.format(out.other)} ${out.other === 1 ? "file in it is neither a picture nor stands beside one, and was" : "files in it are neither pictures nor stand beside one, and were"} left out.`);
    }
  }

  /** Finds the files of listed pictures; `prefix` is where their paths begin, null where that is to be found out. */
  #match(from, prefix) {
    const { table } = this;
    const start = prefix ?? prefixOf(this.table, from, this.there);
    for (let row = from; row < table.count; row += 1) {
      const id = start === null ? -1 : this.there.find(start + table.names.text(table.name[row]));
      if (id < 0) {
        table.flag(row, FLAG.absent);
        continue;
      }
      this.#rows[id] = row;
      const recorded = table.size[row];
      const size = this.#sizes[id];
      table.file[row] = this.#numbers[id];
      table.size[row] = size;
      table.flag(row, size > LARGEST ? FLAG.unreadable : 0);
      if (recorded >= 0 && size >= 0 && recorded !== size) {
        table.flag(row, FLAG.bytes);
      }
    }
  }

  /** Adds the pictures that are there, and that nothing lists. */
  #unlisted() {
    for (let id = 0; id < this.there.count; id += 1) {
      if (this.#rows[id] >= 0) {
        continue;
      }
      const path = this.there.text(id);
      if (this.#sizes[id] > LARGEST) {
        this.leftOut.push(`${path} has ${formatted.format(Math.round(this.#sizes[id] / 1e6))} MB, more than any picture here, and was left out.`);
        continue;
      }
      const description = this.#described(path);
      const about = { file: this.#numbers[id], size: this.#sizes[id] };
      const row = this.#add(path, about, description, ofFolders(path, description));
      this.table.flags[row] = this.listed ? FLAG.unlisted : 0;
    }
  }
}
