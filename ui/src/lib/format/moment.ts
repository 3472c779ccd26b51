// Instants in words, in the zone of the person who reads. `now` is an argument so that tests can choose it.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Instant = number | null | undefined;

const locale = 'en-GB';
const clockFormat = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const weekdayFormat = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const dayFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayYearFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const fullFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });

const midnight = (t: number): number => new Date(t).setHours(0, 0, 0, 0);
/** Whole calendar days between two instants, where the reader lives. */
const daysApart = (from: number, to: number): number => Math.round((midnight(to) - midnight(from)) / DAY);

/** `14:02` */
export const clock = (at: Instant): string => (at == null ? '' : clockFormat.format(at));

/** `3 Nov`, with the year when it is another one. */
export function day(at: Instant, now: number): string {
  if (at == null) return '';
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dayYearFormat).format(at);
}

/** For the edge of a list: `14:02`, `Tue`, `3 Nov`. */
export function stamp(at: Instant, now: number): string {
  if (at == null) return '';
  const days = daysApart(at, now);
  if (days === 0) return clock(at);
  if (days > 0 && days < 7) return weekdayFormat.format(at);
  return day(at, now);
}

/** Beside words one wrote: `14:02`, `yesterday 16:40`, `3 Nov 09:15`. */
export function said(at: Instant, now: number): string {
  if (at == null) return '';
  const days = daysApart(at, now);
  if (days === 0) return clock(at);
  if (days === 1) return `yesterday ${clock(at)}`;
  if (days > 1 && days < 7) return `${weekdayFormat.format(at)} ${clock(at)}`;
  return `${day(at, now)} ${clock(at)}`;
}

/** How long: `12 min`, `3 h`, `2 days`. */
export function span(ms: number): string {
  const long = Math.abs(ms);
  if (long < HOUR) return `${Math.max(1, Math.round(long / MINUTE))} min`;
  if (long < 2 * DAY) return `${Math.round(long / HOUR)} h`;
  return `${Math.round(long / DAY)} days`;
}

/** How long ago: `just now`, `5 min ago`, `2 h ago`, `3 days ago`, then the day. */
export function ago(at: Instant, now: number): string {
  if (at == null) return '';
  const gone = now - at;
  if (gone < MINUTE) return 'just now';
  if (gone < HOUR) return `${Math.floor(gone / MINUTE)} min ago`;
  if (gone < DAY) return `${Math.floor(gone / HOUR)} h ago`;
  const days = Math.floor(gone / DAY);
  if (days === 1) return 'yesterday';
  if (days < 14) return `${days} days ago`;
  return day(at, now);
}

/** What is left of a deadline: `41 h left`, `3 days left`, `expired`. */
export function left(until: Instant, now: number): string {
  if (until == null) return '';
  const rest = until - now;
  if (rest <= 0) return 'expired';
  if (rest < HOUR) return `${Math.max(1, Math.floor(rest / MINUTE))} min left`;
  if (rest < 72 * HOUR) return `${Math.floor(rest / HOUR)} h left`;
  return `${Math.floor(rest / DAY)} days left`;
}

/** Whole words for a tooltip, with the zone. */
export const full = (at: Instant): string => (at == null ? '' : fullFormat.format(at));

/** What stands beside data that is not live: `as of 14:32`. */
export const asOf = (at: Instant, now: number): string => (at == null ? 'not downloaded yet' : `as of ${said(at, now)}`);

/** An ISO date (`2026-12-08`) as `8 Dec`; empty stays empty and nonsense is shown as it is. */
export function isoDay(iso: string, now: number): string {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!m) return iso;
  return day(new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3])).getTime(), now);
}

/** `8 Dec – 28 Feb` */
export function isoSpan(start: string, end: string, now: number): string {
  if (start && end) return `${isoDay(start, now)} – ${isoDay(end, now)}`;
  if (start) return `from ${isoDay(start, now)}`;
  return end ? `until ${isoDay(end, now)}` : '';
}

/** What a clock in another zone shows now, or nothing where the zone is unknown. */
export function clockIn(zone: string, now: number): string {
  try {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(now);
  } catch {
    return '';
  }
}
