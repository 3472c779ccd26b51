import { beforeEach, describe, expect, it } from 'vitest';
import { usePlatform } from '../ipc/call';
import type { Answer } from '../ipc/call';
import { browserPlatform } from '../platform/browser';
import { Act } from './act.svelte';
import { changes } from './changes';
import { Live } from './live.svelte';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

/** A query whose answers are given by hand. */
function byHand<T>() {
  const asked: ((a: Answer<T>) => void)[] = [];
  return { asked, query: () => new Promise<Answer<T>>((resolve) => asked.push(resolve)) };
}

describe('a live value', () => {
  beforeEach(() => usePlatform(browserPlatform('')));

  it('reads again on a change and keeps what is shown meanwhile', async () => {
    const { asked, query } = byHand<number>();
    const live = new Live(query);
    const stop = live.start();
    expect(live.loading).toBe(true);
    asked[0]?.({ status: 'ok', data: 1 });
    await settle();
    expect(live.value).toBe(1);
    changes.ring();
    expect(live.value).toBe(1);
    asked[1]?.({ status: 'error', error: { code: 'offline', message: '', errors: [] } });
    await settle();
    expect(live.value).toBe(1);
    expect(live.error?.code).toBe('offline');
    stop();
  });

  it('answers many changes during a read with one more read', async () => {
    const { asked, query } = byHand<number>();
    const live = new Live(query);
    const stop = live.start();
    changes.ring();
    changes.ring();
    changes.ring();
    asked[0]?.({ status: 'ok', data: 1 });
    await settle();
    expect(asked.length).toBe(2);
    asked[1]?.({ status: 'ok', data: 2 });
    await settle();
    expect(live.value).toBe(2);
    expect(asked.length).toBe(2);
    stop();
  });

  it('forgets answers that come after its screen has gone', async () => {
    const { asked, query } = byHand<number>();
    const live = new Live(query);
    live.start()();
    asked[0]?.({ status: 'ok', data: 1 });
    await settle();
    expect(live.value).toBeUndefined();
  });

  it('turns even a thrown error into words', async () => {
    const live = new Live<number>(() => Promise.reject(new Error('boom')));
    const stop = live.start();
    await settle();
    expect(live.error?.code).toBe('unexpected');
    stop();
  });
});

describe('an act', () => {
  beforeEach(() => usePlatform(browserPlatform('')));

  it('runs once at a time and keeps its refusal until the next try', async () => {
    const { asked, query } = byHand<null>();
    const act = new Act();
    const first = act.run(query);
    expect(act.busy).toBe(true);
    expect(await act.run(query)).toBeNull();
    expect(asked.length).toBe(1);
    asked[0]?.({ status: 'error', error: { code: 'validation', message: 'Look again.', errors: [{ pointer: '/title', code: 'x', message: 'Too short.' }] } });
    expect(await first).toBeNull();
    expect(act.busy).toBe(false);
    expect(act.error?.errors[0]?.message).toBe('Too short.');
    const second = act.run(query);
    expect(act.error).toBeNull();
    asked[1]?.({ status: 'ok', data: null });
    expect(await second).toEqual({ value: null });
  });
});
