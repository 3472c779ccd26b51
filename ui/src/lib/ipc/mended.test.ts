import { describe, expect, it } from 'vitest';
import { besides, leftOf } from './mended';

const at = (pointer: string, message: string) => ({ pointer, code: 'x', message });
const refused = (...errors: ReturnType<typeof at>[]) => ({ code: 'validation', message: 'From the program.', errors });
const pointers = (error: ReturnType<typeof refused>, sent: unknown, now: unknown): string[] => (leftOf(error, sent, now)?.errors ?? []).map((e) => e.pointer);

describe('a refusal while its form is corrected', () => {
  it('loses a field that changed and keeps the others', () => {
    const error = refused(at('/title', 'The title is missing.'), at('/rate', 'The rate is missing.'));
    expect(pointers(error, { title: '', rate: null }, { title: 'A title', rate: null })).toEqual(['/rate']);
    expect(pointers(error, { title: '', rate: null }, { title: '', rate: null })).toEqual(['/title', '/rate']);
    expect(leftOf(error, { title: '', rate: null }, { title: 'A title', rate: { minor: 1 } })).toBeNull();
  });

  it('follows an item of a list that moved, and forgets one that changed or is gone', () => {
    const error = refused(at('/skills/1/name', 'The skill is empty.'));
    const sent = { skills: [{ name: 'Rust' }, { name: '' }] };
    expect(pointers(error, sent, { skills: [{ name: 'Rust' }, { name: '' }, { name: 'Go' }] })).toEqual(['/skills/1/name']);
    expect(pointers(error, sent, { skills: [{ name: '' }] })).toEqual(['/skills/0/name']);
    expect(pointers(error, sent, { skills: [{ name: 'Rust' }] })).toEqual([]);
    expect(pointers(error, sent, { skills: [{ name: 'Rust' }, { name: 'Go' }] })).toEqual([]);
  });

  it('keeps a part of an item while another part of it changes', () => {
    const error = refused(at('/portfolio/0/link', 'Use a whole address.'));
    expect(pointers(error, { portfolio: [{ title: '', link: 'x' }] }, { portfolio: [{ title: 'Shop', link: 'x' }] })).toEqual(['/portfolio/0/link']);
  });

  it('loses an end before the start when the start changes, too', () => {
    expect(pointers(refused(at('/end', 'The end lies before the start.')), { start: '3', end: '2' }, { start: '1', end: '2' })).toEqual([]);
  });

  it('keeps what is said about the form as a whole', () => {
    expect(pointers(refused(at('', 'Five requests are open.')), { title: '' }, { title: 'A title' })).toEqual(['']);
    expect(leftOf({ code: 'offline', message: 'Not reached.', errors: [] }, {}, { a: 1 })?.message).toBe('Not reached.');
  });

  it('counts what stands under a field, and says the rest', () => {
    const error = refused(at('/title', 'One.'), at('/title', 'Two.'), at('/rate', 'Three.'), at('', 'Whole.'));
    expect(besides(error, ['/title', '/rate'])).toEqual(['2 fields need another look.', 'Whole.']);
    expect(besides(refused(at('/title', 'One.')), ['/title'])).toEqual(['One field needs another look.']);
    expect(besides({ code: 'offline', message: 'Not reached.', errors: [] }, ['/title'])).toEqual(['Not reached.']);
    expect(besides(null, [])).toEqual([]);
  });
});
