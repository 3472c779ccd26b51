// Builders for the pretend market: short calls, whole values.
import type { ErrorView, FitPartView, FitView, MoneyView, PersonView } from '../../ipc/bindings';
import type { Answer } from '../../ipc/call';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const ok = <T>(data: T): Promise<Answer<T>> => Promise.resolve({ status: 'ok', data: structuredClone(data) });
export const done = (): Promise<Answer<null>> => ok(null);
export const fail = (code: string, message: string, errors: ErrorView['errors'] = []): Promise<{ status: 'error'; error: ErrorView }> =>
  Promise.resolve({ status: 'error', error: { code, message, errors } });
export const missing = (): Promise<{ status: 'error'; error: ErrorView }> =>
  fail('not_found', 'This is not here any more. Go back to the list to see what is.');

export const eur = (whole: number): MoneyView => ({ minor: Math.round(whole * 100), currency: 'EUR' });

let next = 1;
/** Ids look like the real ones, so a test can prove that none is ever shown. */
export const newId = (): string => `0198f3a2-7c1e-7000-8000-${String(next++).padStart(12, '0')}`;

/** A file's hash, as long as the real ones. */
export const newBlob = (): string => String(next++).padStart(64, '0');

export function person(name: string, headline: string, place: string, stars: number | null, reviews: number): PersonView {
  return { id: newId(), name, headline, place, photo: null, stars, reviews };
}

const WEIGHTS = [45, 20, 15, 10, 10] as const;
const PARTS = ['skills', 'rating', 'place', 'availability', 'budget'] as const;

/** A fit from five (points, reason) pairs; the whole is always the sum of its parts. */
export function fit(sentence: string, improve: string | null, ...parts: readonly (readonly [number, string])[]): FitView {
  const made: FitPartView[] = PARTS.map((part, i) => ({ part, percent: parts[i]?.[0] ?? 0, of: WEIGHTS[i] ?? 0, text: parts[i]?.[1] ?? '' }));
  return { percent: made.reduce((sum, p) => sum + p.percent, 0), parts: made, sentence, improve };
}

/** An ISO date so many days from now. */
export function isoIn(days: number, now = Date.now()): string {
  const d = new Date(now + days * DAY);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
}
