import { describe, expect, it } from 'vitest';
import { isHere } from './here';
import { hatOf, matchRoute, titleOf } from './table';

describe('routes', () => {
  it.each([
    ['/', { name: 'home' }],
    ['/opportunities', { name: 'opportunities' }],
    ['/opportunities/abc', { name: 'opportunity', id: 'abc' }],
    ['/find-work', { name: 'find-work', id: null }],
    ['/find-talent/abc', { name: 'find-talent', id: 'abc' }],
    ['/find-work/abc/more', { name: 'lost' }],
    ['/requests/abc', { name: 'request', id: 'abc', person: null }],
    ['/requests/abc/candidates/def', { name: 'request', id: 'abc', person: 'def' }],
    ['/requests/abc/edit', { name: 'request-form', id: 'abc' }],
    ['/threads/abc?x=1', { name: 'thread', id: 'abc' }],
    ['/messages', { name: 'threads' }],
    ['/attention', { name: 'outbox' }],
    ['/contracts/abc', { name: 'contracts' }],
    ['/admin/people', { name: 'admin', section: 'people' }],
    ['/admin/nothing', { name: 'lost' }],
    ['/requests/abc/candidates/def/more', { name: 'lost' }],
    ['/nowhere', { name: 'lost' }],
    ['/threads/%E0%A4%A', { name: 'thread', id: '%E0%A4%A' }],
  ])('%s leads to its screen', (path, place) => {
    expect(matchRoute(path)).toEqual(place);
  });
  it('knows the hat of a place', () => {
    expect(hatOf(matchRoute('/opportunities/abc'))).toBe('freelancer');
    expect(hatOf(matchRoute('/requests'))).toBe('client');
    expect(hatOf(matchRoute('/find-work'))).toBe('freelancer');
    expect(hatOf(matchRoute('/find-talent/abc'))).toBe('client');
    expect(hatOf(matchRoute('/threads/abc'))).toBeNull();
  });
  it('never shows an id as a title', () => {
    expect(titleOf(matchRoute('/requests/0198f3a2'))).toBe('Requests');
  });
  it('marks the list while one of its rows is open', () => {
    expect(isHere('/threads', matchRoute('/threads/abc'))).toBe(true);
    expect(isHere('/requests/abc', matchRoute('/requests/abc/edit'))).toBe(true);
    expect(isHere('/requests/abc', matchRoute('/requests/def'))).toBe(false);
  });
});
