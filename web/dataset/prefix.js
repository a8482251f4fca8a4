// In which folder of those that are there a list's paths begin.

import { baseName } from "./paths.js";

/** So many of the listed paths are looked for. */
const PROBES = 64;

/** The folder that most of some listed paths are found in, from a row of the table on, or null. */
export function prefixOf(table, from, there) {
  const step = Math.max(1, Math.floor((table.count - from) / PROBES));
  const probes = new Map();
  for (let row = from; row < table.count; row += step) {
    const path = table.names.text(table.name[row]);
    probes.set(baseName(path), path);
  }
  const votes = new Map();
  for (let id = 0; id < there.count; id += 1) {
    const path = there.text(id);
    const listed = probes.get(baseName(path));
    if (listed !== undefined && (path === listed || path.endsWith(`/${listed}`))) {
      const prefix = path.slice(0, path.length - listed.length);
      votes.set(prefix, (votes.get(prefix) ?? 0) + 1);
    }
  }
  return [...votes].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}
