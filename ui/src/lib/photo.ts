// A photo made small enough to travel: a square of at most 256 px, a JPEG of at most 48 KiB.
export const PHOTO_SIDE = 256;
export const PHOTO_BYTES = 48 * 1024;

/** The middle square of a picture, and the side it is drawn at. */
export function crop(width: number, height: number, side = PHOTO_SIDE): { x: number; y: number; from: number; to: number } {
  const from = Math.min(width, height);
  return { x: Math.floor((width - from) / 2), y: Math.floor((height - from) / 2), from, to: Math.min(side, from) };
}

/** How many bytes a base64 data URL carries. */
export function bytesOf(dataUrl: string): number {
  const body = dataUrl.slice(dataUrl.indexOf(',') + 1);
  const padding = body.endsWith('==') ? 2 : body.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((body.length * 3) / 4) - padding);
}

/** Tries ever stronger compression until the picture is small enough; null when none is. */
export function smallEnough(encode: (quality: number) => string, limit = PHOTO_BYTES): string | null {
  for (const quality of [0.86, 0.76, 0.64, 0.5, 0.36, 0.22]) {
    const url = encode(quality);
    if (url.startsWith('data:image/jpeg') && bytesOf(url) <= limit) return url;
  }
  return null;
}

/** Shrinks a picture file; throws a sentence for the person when it is no picture. */
export async function shrink(file: Blob): Promise<string> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error('This file is not a picture that can be read. Choose a JPEG, PNG or WebP file.');
  }
  const { x, y, from, to } = crop(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = to;
  const pen = canvas.getContext('2d');
  if (!pen || to === 0) throw new Error('This picture is empty. Choose another one.');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, to, to);
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, x, y, from, from, 0, 0, to, to);
  picture.close();
  const url = smallEnough((quality) => canvas.toDataURL('image/jpeg', quality));
  if (!url) throw new Error('This picture stays too large even when made small. Choose a calmer one.');
  return url;
}
