// Waiting for something to be so: asked again and again, never a fixed pause.
import { setTimeout as pause } from "node:timers/promises";

/**
 * Calls `check` until it gives something truthy, and returns that.
 * An error thrown by `check` means "not yet"; the last one is named if the time runs out.
 */
export async function until(what, check, { timeout = 15_000, every = 40 } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      const found = await check();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`not so within ${timeout} ms: ${what}`, { cause: last });
    }
    await pause(every);
  }
}
