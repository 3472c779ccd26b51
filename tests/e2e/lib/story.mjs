// A story told in steps: each leaves pictures when it fails, and those that build on a failed one say so at once.
import { test } from "node:test";
import { Desktop } from "./desktop.mjs";

let broken;

/** One step. After a failed step the later ones fail without being tried: they stand on it. */
export function step(what, act) {
  test(what, async () => {
    if (broken) throw new Error(`not tried, because this failed: ${broken}`);
    try {
      await act();
    } catch (error) {
      broken = what;
      await photographAll(what);
      throw error;
    }
  });
}

async function photographAll(what) {
  const name = what.replace(/\W+/g, "-").slice(0, 50);
  for (const desktop of Desktop.windows()) {
    // The story's own error is the one to be told.
    await desktop.picture(`failed-${name}-${desktop.session.name}`).catch(() => {});
  }
}
