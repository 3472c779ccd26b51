import { describe, expect, it } from 'vitest';
import { share, size } from './size';

describe('how large a file is', () => {
  it.each([
    [0, '0 bytes'], [1, '1 byte'], [999, '999 bytes'], [1000, '1 kB'], [1449, '1.4 kB'], [9949, '9.9 kB'], [9951, '10 kB'], [48_000, '48 kB'],
    [999_499, '999 kB'], [999_500, '1 MB'], [1_400_000, '1.4 MB'], [26_214_400, '26 MB'], [3_000_000_000, '3 GB'],
  ])('%i is %s', (bytes, words) => expect(size(bytes)).toBe(words));

  it('is whole only at the end', () => {
    expect([share(0, 10), share(5, 10), share(9999, 10_000), share(10, 10), share(11, 10), share(0, 0)]).toEqual([0, 50, 99, 100, 100, 100]);
  });
});
