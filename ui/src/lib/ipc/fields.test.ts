import { describe, expect, it } from 'vitest';
import { errorAt, fieldErrors, otherErrors } from './fields';

const error = {
  code: 'validation', message: '3 fields need another look.',
  errors: [
    { pointer: '/title', code: 'too_short', message: 'Use at least 8 characters.' },
    { pointer: '/skills/3/level', code: 'unknown', message: 'Choose a level.' },
    { pointer: '/title', code: 'other', message: 'Second sentence.' },
    { pointer: '', code: 'whole', message: 'You already have five open requests.' },
  ],
};

describe('errors and fields', () => {
  const fields = fieldErrors(error);
  it('gives a field its first sentence', () => {
    expect(errorAt(fields, '/title')).toBe('Use at least 8 characters.');
  });
  it('marks a list when a part of it is wrong, and only that part in it', () => {
    expect(errorAt(fields, '/skills')).toBe('Choose a level.');
    expect(errorAt(fields, '/skills/3')).toBe('Choose a level.');
    expect(errorAt(fields, '/skills/30')).toBeUndefined();
    expect(errorAt(fields, '/skill')).toBeUndefined();
  });
  it('keeps sentences that belong to no field', () => {
    expect(otherErrors(error.errors, ['/title', '/skills'])).toEqual(['You already have five open requests.']);
  });
  it('is empty without an error', () => {
    expect(fieldErrors(null)).toEqual({});
  });
});
