// Which words of a text changed between two versions.
export interface Piece {
  text: string;
  changed: boolean;
}

/** Above this many words a side the comparison would take too long to be worth it; then all of it counts as changed. */
const MOST_WORDS = 400;

const split = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

/** Both versions in pieces; what both have in the same order is unchanged. */
export function wordChanges(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const a = split(before);
  const b = split(after);
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return { before: [{ text: before, changed: true }], after: [{ text: after, changed: true }] };
  // Longest common run of words, worked out from the end.
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const left: Piece[] = [];
  const right: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (x !== undefined && x === y) {
      push(left, x, false);
      push(right, x, false);
      i++;
      j++;
    } else if (x !== undefined && (y === undefined || at(i + 1, j) >= at(i, j + 1))) {
      push(left, x, true);
      i++;
    } else if (y !== undefined) {
      push(right, y, true);
      j++;
    }
  }
  return { before: left, after: right };
}

function push(pieces: Piece[], text: string, changed: boolean): void {
  const last = pieces[pieces.length - 1];
  if (last?.changed === changed) last.text += text;
  else pieces.push({ text, changed });
}
