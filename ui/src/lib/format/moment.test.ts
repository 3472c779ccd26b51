import { describe, expect, it } from 'vitest';
import { ago, asOf, clockIn, day, isoDay, isoSpan, left, said, stamp } from './moment';

const at = (y: number, m: number, d: number, h = 12, min = 0): number => new Date(y, m - 1, d, h, min).getTime();
const now = at(2026, 11, 22, 15, 30);

describe('stamp', () => {
  it('shows the clock today, the weekday this week, then the day', () => {
    expect(stamp(at(2026, 11, 22, 14, 2), now)).toBe('14:02');
    expect(stamp(at(2026, 11, 21, 23, 59), now)).toBe('Sat');
    expect(stamp(at(2026, 11, 15), now)).toBe('15 Nov');
  });
  it('names the year when it is another one', () => {
    expect(day(at(2025, 12, 24), now)).toBe('24 Dec 2025');
  });
  it('is empty where there is no instant', () => {
    expect(stamp(null, now)).toBe('');
  });
});

describe('said', () => {
  it('counts calendar days, not 24 hours', () => {
    expect(said(at(2026, 11, 21, 23, 50), at(2026, 11, 22, 0, 10))).toBe('yesterday 23:50');
  });
});

describe('ago', () => {
  it.each([
    [at(2026, 11, 22, 15, 29, ) + 30_000, 'just now'],
    [at(2026, 11, 22, 15, 25), '5 min ago'],
    [at(2026, 11, 22, 13, 30), '2 h ago'],
    [at(2026, 11, 21, 15, 0), 'yesterday'],
    [at(2026, 11, 19, 15, 0), '3 days ago'],
    [at(2026, 10, 1), '1 Oct'],
  ])('says %s as %s', (when, words) => {
    expect(ago(when, now)).toBe(words);
  });
});

describe('left', () => {
  it('counts hours up to three days, then days', () => {
    expect(left(now + 41.3 * 3_600_000, now)).toBe('41 h left');
    expect(left(now + 5 * 86_400_000, now)).toBe('5 days left');
    expect(left(now + 90_000, now)).toBe('1 min left');
  });
  it('says so when the deadline has passed', () => {
    expect(left(now, now)).toBe('expired');
  });
});

describe('ISO days', () => {
  it('keeps the day in every time zone', () => {
    expect(isoDay('2026-12-08', now)).toBe('8 Dec');
  });
  it('shows nonsense as it is', () => {
    expect(isoDay('soon', now)).toBe('soon');
  });
  it('joins two days, one day, or none', () => {
    expect(isoSpan('2026-12-08', '2027-02-28', now)).toBe('8 Dec – 28 Feb 2027');
    expect(isoSpan('2026-12-08', '', now)).toBe('from 8 Dec');
    expect(isoSpan('', '', now)).toBe('');
  });
});

it('says plainly that nothing has been downloaded', () => {
  expect(asOf(null, now)).toBe('not downloaded yet');
});

it('shows no clock for an unknown zone', () => {
  expect(clockIn('Europe/Atlantis', now)).toBe('');
  expect(clockIn('UTC', Date.UTC(2026, 0, 1, 9, 5))).toBe('09:05');
});
