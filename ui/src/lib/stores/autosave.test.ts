import { beforeEach, describe, expect, it, vi } from 'vitest';
import { autosave, keepUntilGone } from './autosave';

describe('autosave', () => {
  beforeEach(() => void vi.useFakeTimers());

  it('saves the last words after a short silence, once', () => {
    const saved: string[] = [];
    const a = autosave<string>((v) => saved.push(v));
    a.push('H');
    a.push('He');
    vi.advanceTimersByTime(349);
    expect(saved).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(saved).toEqual(['He']);
    vi.advanceTimersByTime(5000);
    expect(saved).toEqual(['He']);
  });

  it('never waits a whole second while one keeps typing', () => {
    const saved: number[] = [];
    const a = autosave<number>((v) => saved.push(v));
    for (let i = 0; i < 10; i++) {
      a.push(i);
      vi.advanceTimersByTime(100);
    }
    expect(saved.length).toBe(1);
    expect(saved[0]).toBeGreaterThanOrEqual(8);
  });

  it('saves at once when the screen goes, and forgets what was dropped', () => {
    const saved: string[] = [];
    const a = autosave<string>((v) => saved.push(v));
    const gone = keepUntilGone(a);
    a.push('kept');
    gone();
    expect(saved).toEqual(['kept']);
    a.push('sent already');
    a.drop();
    vi.advanceTimersByTime(5000);
    expect(saved).toEqual(['kept']);
  });

  it('saves when the window hides', () => {
    const saved: string[] = [];
    const a = autosave<string>((v) => saved.push(v));
    const gone = keepUntilGone(a);
    a.push('before closing');
    window.dispatchEvent(new Event('pagehide'));
    expect(saved).toEqual(['before closing']);
    gone();
  });
});
