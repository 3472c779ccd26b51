import { describe, expect, it } from 'vitest';
import { dayText, isoOf, parseDay } from './calendar';

const today = { year: 2026, month: 11, day: 22 };
const read = (text: string): string | null => {
  const d = parseDay(text, today);
  return d && isoOf(d);
};

describe('parseDay', () => {
  it.each([
    ['2026-12-08', '2026-12-08'], ['8.12.2026', '2026-12-08'], ['8 Dec 2026', '2026-12-08'], ['8 december 2026', '2026-12-08'], ['Dec 8, 2026', '2026-12-08'], ['8. dec', '2026-12-08'],
  ])('reads %s', (text, iso) => {
    expect(read(text)).toBe(iso);
  });
  it('takes the next such day when the year is missing', () => {
    expect(read('3 Feb')).toBe('2027-02-03');
    expect(read('22 Nov')).toBe('2026-11-22');
  });
  it.each(['', 'soon', '31 Feb 2026', '2026-13-01', '8/12/2026', '8 xyz'])('refuses %j', (text) => {
    expect(read(text)).toBeNull();
  });
  it('reads back what it shows', () => {
    expect(read(dayText('2027-02-28'))).toBe('2027-02-28');
  });
});
