// From an error's JSON pointers to the fields of a form.
import type { ErrorView, FieldErrorView } from './bindings';

/** What to write under each field, by pointer; the first sentence of a field wins. */
export type FieldErrors = Readonly<Record<string, string>>;

export function fieldErrors(error: ErrorView | null | undefined): FieldErrors {
  const out: Record<string, string> = {};
  for (const e of error?.errors ?? []) out[e.pointer] ??= e.message;
  return out;
}

/** The sentence for a field: its own, else the first one of a part of it (`/skills/3/level` belongs to `/skills`). */
export function errorAt(errors: FieldErrors, pointer: string): string | undefined {
  const own = errors[pointer];
  if (own !== undefined) return own;
  const below = Object.keys(errors).find((p) => p.startsWith(`${pointer}/`));
  return below === undefined ? undefined : errors[below];
}

/** Sentences that belong to none of the fields on screen, so that they are not lost. */
export function otherErrors(errors: readonly FieldErrorView[], shown: readonly string[]): string[] {
  const belongs = (p: string): boolean => shown.some((s) => p === s || p.startsWith(`${s}/`));
  return errors.filter((e) => !belongs(e.pointer)).map((e) => e.message);
}
