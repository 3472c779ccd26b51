// Days as people write them, and the ISO form they are stored in.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export interface Day {
  year: number;
  month: number;
  day: number;
}

const pad = (n: number, to = 2): string => String(n).padStart(to, '0');
export const isoOf = (d: Day): string => `${pad(d.year, 4)}-${pad(d.month)}-${pad(d.day)}`;

function real(year: number, month: number, day: number): Day | null {
  const d = new Date(Date.UTC(year, month - 1, day));
  const same = d.getUTCFullYear() === year && d.getUTCMonth() === month - 1 && d.getUTCDate() === day;
  return same && year >= 1900 && year <= 2999 ? { year, month, day } : null;
}

export function fromIso(iso: string): Day | null {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  return m ? real(Number(m[1]), Number(m[2]), Number(m[3])) : null;
}

/** Reads `2026-12-08`, `8.12.2026`, `8 Dec 2026`, `Dec 8`; without a year the next such day from today. Null when it is no day. */
export function parseDay(text: string, today: Day): Day | null {
  const clean = text.trim().toLowerCase();
  const iso = fromIso(clean);
  if (iso) return iso;
  const dots = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(clean);
  if (dots) return real(Number(dots[3]), Number(dots[2]), Number(dots[1]));
  const words = /^(?:(\d{1,2})\.?\s+([a-z]{3,})|([a-z]{3,})\s+(\d{1,2}))\.?,?(?:\s+(\d{4}))?$/.exec(clean);
  if (!words) return null;
  const month = MONTHS.indexOf((words[2] ?? words[3] ?? '').slice(0, 3)) + 1;
  const day = Number(words[1] ?? words[4]);
  if (month === 0) return null;
  if (words[5] !== undefined) return real(Number(words[5]), month, day);
  const thisYear = real(today.year, month, day);
  if (thisYear && isoOf(thisYear) >= isoOf(today)) return thisYear;
  return real(today.year + 1, month, day);
}

/** `8 Dec 2026`, the form a field shows. */
export function dayText(iso: string): string {
  const d = fromIso(iso);
  if (!d) return iso;
  const month = MONTHS[d.month - 1] ?? '';
  return `${d.day} ${month.charAt(0).toUpperCase()}${month.slice(1)} ${d.year}`;
}

export function dayOf(ms: number): Day {
  const d = new Date(ms);
  return { year: d.getFullYear(), month: d.getMonth() + 1, day: d.getDate() };
}
