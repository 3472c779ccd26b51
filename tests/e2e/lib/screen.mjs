// Pictures straight from the display: what a person would see, whatever the browser engine says of itself.
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

/** Reads the upper left corner of the display's memory (an XWD file, 32 bits a pixel) and returns it as PNG. */
export function pictureOf(file, width, height) {
  const screen = readFileSync(file);
  const number = (at) => screen.readUInt32BE(at * 4);
  const [headerSize, , , , wide, high] = [0, 1, 2, 3, 4, 5].map(number);
  const [bitsPerPixel, bytesPerLine, colours] = [number(11), number(12), number(19)];
  if (bitsPerPixel !== 32) throw new Error(`the display has ${bitsPerPixel} bits a pixel`);
  const begin = headerSize + colours * 12;
  const [columns, rows] = [Math.min(width, wide), Math.min(height, high)];
  // PNG wants a filter byte before each row, and red first.
  const pixels = Buffer.alloc(rows * (1 + columns * 3));
  let to = 0;
  for (let row = 0; row < rows; row += 1) {
    to += 1;
    let from = begin + row * bytesPerLine;
    for (let column = 0; column < columns; column += 1, from += 4) {
      pixels[to++] = screen[from + 2];
      pixels[to++] = screen[from + 1];
      pixels[to++] = screen[from];
    }
  }
  return png(columns, rows, pixels);
}

function png(width, height, pixels) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
