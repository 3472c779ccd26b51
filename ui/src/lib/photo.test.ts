import { describe, expect, it } from 'vitest';
import { bytesOf, crop, PHOTO_BYTES, smallEnough } from './photo';

const jpeg = (bytes: number): string => `data:image/jpeg;base64,${'A'.repeat(Math.ceil(bytes / 3) * 4)}`;

describe('a photo', () => {
  it('is cut to its middle square and never made larger', () => {
    expect(crop(4000, 3000)).toEqual({ x: 500, y: 0, from: 3000, to: 256 });
    expect(crop(100, 120)).toEqual({ x: 0, y: 10, from: 100, to: 100 });
  });
  it('counts the bytes of a data URL', () => {
    expect(bytesOf('data:image/jpeg;base64,QUJD')).toBe(3);
    expect(bytesOf('data:image/jpeg;base64,QUI=')).toBe(2);
    expect(bytesOf('data:image/jpeg;base64,QQ==')).toBe(1);
  });
  it('is compressed until it fits', () => {
    const tried: number[] = [];
    const url = smallEnough((q) => {
      tried.push(q);
      return jpeg(q > 0.6 ? PHOTO_BYTES + 3000 : PHOTO_BYTES - 3000);
    });
    expect(url && bytesOf(url)).toBeLessThanOrEqual(PHOTO_BYTES);
    expect(tried.length).toBe(4);
  });
  it('is refused when nothing makes it fit, or when the webview cannot write JPEG', () => {
    expect(smallEnough(() => jpeg(PHOTO_BYTES * 2))).toBeNull();
    expect(smallEnough(() => 'data:image/png;base64,QUJD')).toBeNull();
  });
});
