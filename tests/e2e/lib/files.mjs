// What lies in a folder after all.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** The files under a folder whose bytes match; a keychain's own files are encrypted and never do. */
export function filesHolding(folder, pattern) {
  const found = [];
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    try {
      if (statSync(path).isFile() && pattern.test(readFileSync(path, "latin1"))) found.push(name);
    } catch {
      // It was there a moment ago: a temporary file of a program that still runs.
    }
  }
  return found;
}

/** The paths of the files under a folder whose own name matches. */
export function filesNamed(folder, pattern) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => pattern.test(basename(name)))
    .map((name) => join(folder, name));
}
