// What is left of a refusal while its form is being corrected.
import type { ErrorView } from './bindings';
import { otherErrors } from './fields';

/** A field may be wrong because of another one: an end before the start, a missing place for work on site. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  '/end': ['/start'],
  '/place': ['/work', '/remote_only'],
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where a sent value stands now, as a pointer; null when it changed. An item of a list is followed when the list around it changes. */
function unchanged(pointer: string, sent: unknown, now: unknown): string | null {
  let path = '';
  let [before, after] = [sent, now];
  for (const key of pointer.split('/').slice(1)) {
    let at = key;
    if (Array.isArray(before) && Array.isArray(after)) {
      const item: unknown = before[Number(key)];
      if (!same(item, after[Number(key)])) {
        const moved = after.findIndex((other) => same(other, item));
        if (moved >= 0) at = String(moved);
        else if (before.length !== after.length) return null;
      }
    }
    path += `/${at}`;
    before = (before as Record<string, unknown> | null | undefined)?.[key];
    after = (after as Record<string, unknown> | null | undefined)?.[at];
  }
  return same(before, after) ? path : null;
}

/** The refusal without the fields that have changed since; null when nothing of it is left. */
export function leftOf(error: ErrorView | null, sent: unknown, now: unknown): ErrorView | null {
  if (!error || error.errors.length === 0) return error;
  const errors = error.errors.flatMap((e) => {
    // A sentence about the form as a whole stays: no single field answers it.
    if (e.pointer === '') return [e];
    const pointer = unchanged(e.pointer, sent, now);
    const stays = pointer !== null && (TOGETHER[e.pointer] ?? []).every((other) => unchanged(other, sent, now) !== null);
    return stays ? [{ ...e, pointer }] : [];
  });
  return errors.length === 0 ? null : { ...error, errors };
}

/** What to say besides the fields. Sentences that stand under a field on screen are counted, not said twice. */
export function besides(error: ErrorView | null, shown: readonly string[]): string[] {
  if (!error) return [];
  if (error.errors.length === 0) return [error.message];
  const others = otherErrors(error.errors, shown);
  const marked = error.errors.filter((e) => otherErrors([e], shown).length === 0);
  const count = new Set(marked.map((e) => e.pointer)).size;
  if (count === 0) return others;
  return [count === 1 ? 'One field needs another look.' : `${count} fields need another look.`, ...others];
}
