import { describe, expect, it } from 'vitest';
import { boardOf, columnOf } from './board';
import { listState } from './list-state';
import { moved } from './order';
import { rank } from './search';
import { browserPlatform } from '../platform/browser';

const facts = { rows: 0, error: null, loading: false, offline: false, downloaded: true };
const failure = (code: string) => ({ code, message: '', errors: [] });

describe('the face of a list', () => {
  it('shows rows whatever else is true', () => {
    expect(listState({ ...facts, rows: 3, offline: true, loading: true, error: failure('x') })).toBe('ready');
  });
  it('tells its silences apart', () => {
    expect(listState({ ...facts, rows: undefined })).toBe('reading');
    expect(listState({ ...facts, loading: true })).toBe('downloading');
    expect(listState({ ...facts, offline: true, downloaded: false })).toBe('offline');
    expect(listState({ ...facts, offline: true })).toBe('empty');
    expect(listState(facts)).toBe('empty');
  });
  it('tells a missing server from a failure', () => {
    expect(listState({ ...facts, rows: undefined, error: failure('offline') })).toBe('offline');
    expect(listState({ ...facts, rows: undefined, error: failure('corrupt') })).toBe('failed');
  });
});

describe('the board of applications', () => {
  it('counts an unsent application as waiting', () => {
    expect(columnOf({ stage: 'submitted', delivery: 'waiting' })).toBe('waiting');
    expect(columnOf({ stage: 'submitted', delivery: 'synced' })).toBe('sent');
  });
  it('counts every application exactly once', async () => {
    const answer = await browserPlatform('').commands.threads('freelancer');
    if (answer.status !== 'ok') throw new Error('no rows');
    expect(boardOf(answer.data).reduce((sum, b) => sum + b.count, 0)).toBe(answer.data.length);
  });
});

describe('moving in an order', () => {
  it('moves by one and stops at the edge', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
  });
});

describe('narrowing', () => {
  const names = ['Gdańsk port', 'Port of Gdansk', 'Leipzig'];
  it('ignores accents and case, and wants every word', () => {
    expect(rank(names, 'GDANSK', (n) => n)).toEqual(['Gdańsk port', 'Port of Gdansk']);
    expect(rank(names, 'port of', (n) => n)).toEqual(['Port of Gdansk']);
    expect(rank(names, 'x', (n) => n)).toEqual([]);
  });
});
