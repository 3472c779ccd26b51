import { describe, expect, it } from 'vitest';
import { applicationStage, count, hueOf, initials, pillWords, requestStage } from './words';

describe('the pill', () => {
  it('says words first, then what waits', () => {
    expect(pillWords({ link: { kind: 'up_to_date' }, waiting: 0, attention: 0, as_of: 1, clock_ahead: 0 })).toEqual({ text: 'Up to date', tone: 'yes' });
    expect(pillWords({ link: { kind: 'offline' }, waiting: 2, attention: 0, as_of: 1, clock_ahead: 0 }).text).toBe('Offline, 2 waiting');
    expect(pillWords({ link: { kind: 'syncing' }, waiting: 3, attention: 0, as_of: 1, clock_ahead: 0 }).text).toBe('Syncing 3');
    expect(pillWords({ link: { kind: 'up_to_date' }, waiting: 1, attention: 0, as_of: 1, clock_ahead: 0 }).text).toBe('1 waiting');
  });
  it('turns amber for what needs attention even while up to date', () => {
    expect(pillWords({ link: { kind: 'up_to_date' }, waiting: 0, attention: 1, as_of: 1, clock_ahead: 0 })).toEqual({ text: '1 needs attention', tone: 'warn' });
  });
});

it('never shows a stage with its underscore', () => {
  const all = ['draft', 'open', 'shortlisting', 'paused', 'in_progress', 'delivered', 'completed', 'cancelled', 'expired', 'removed'] as const;
  expect(all.map((s) => requestStage(s).text).some((t) => t.includes('_'))).toBe(false);
  expect(applicationStage('none').text).toBe('matched');
});

it('takes initials from first and last name', () => {
  expect(initials('Mira Kessler')).toBe('MK');
  expect(initials('Riverside Co-op')).toBe('RC');
  expect(initials('Sonnenhof')).toBe('SO');
  expect(initials('')).toBe('?');
});

it('gives a person the same hue each time', () => {
  expect(hueOf('a', 6)).toBe(hueOf('a', 6));
  expect(new Set(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((x) => hueOf(x, 6))).size).toBeGreaterThan(1);
});

it('counts in words', () => {
  expect(count(1, 'match', 'matches')).toBe('1 match');
  expect(count(1200, 'match', 'matches')).toBe('1,200 matches');
});
