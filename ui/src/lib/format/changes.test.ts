import { expect, it } from 'vitest';
import { wordChanges } from './changes';

const marked = (pieces: { text: string; changed: boolean }[]): string => pieces.map((p) => (p.changed ? `[${p.text}]` : p.text)).join('');

it.each([
  ['900 €/h', '700 €/h', '[900] €/h', '[700] €/h'],
  ['Rust, React', 'Rust, React', 'Rust, React', 'Rust, React'],
  ['', 'New words', '', '[New words]'],
  ['I weld on site', 'I weld and fit on site', 'I weld on site', 'I weld[ and fit] on site'],
])('marks what changed from %j to %j', (before, after, left, right) => {
  const words = wordChanges(before, after);
  expect(marked(words.before)).toBe(left);
  expect(marked(words.after).replaceAll(' ', '')).toBe(right.replaceAll(' ', ''));
});

it('never loses a word, however long the text', () => {
  const long = Array.from({ length: 900 }, (_, i) => `w${i}`).join(' ');
  const words = wordChanges(long, `${long} more`);
  expect(words.after.map((p) => p.text).join('')).toBe(`${long} more`);
});
