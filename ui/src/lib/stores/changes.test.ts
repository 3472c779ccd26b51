import { expect, it, vi } from 'vitest';
import { BURST_MS, changes } from './changes';

it('rings at once, and a burst at most every so often, its last one never lost', () => {
  vi.useFakeTimers();
  let rung = 0;
  const stop = changes.subscribe(() => (rung += 1));
  changes.ringGently();
  expect(rung).toBe(1);
  for (let i = 0; i < 50; i++) changes.ringGently();
  expect(rung).toBe(1);
  vi.advanceTimersByTime(BURST_MS);
  expect(rung).toBe(2);
  vi.advanceTimersByTime(BURST_MS * 10);
  expect(rung).toBe(2);
  changes.ringGently();
  expect(rung).toBe(3);
  vi.advanceTimersByTime(BURST_MS * 2);
  stop();
});
