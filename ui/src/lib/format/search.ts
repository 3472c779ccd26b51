// Narrowing a list while one types: every word must be found; where it is found early, the row comes early.

const plain = (s: string): string => s.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export function rank<T>(items: readonly T[], text: string, words: (item: T) => string): T[] {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...items];
  return items
    .map((item, order) => {
      const hay = plain(words(item));
      const places = wanted.map((w) => hay.indexOf(w));
      return { item, order, score: places.includes(-1) ? -1 : Math.min(...places) };
    })
    .filter((r) => r.score >= 0)
    .sort((a, b) => a.score - b.score || a.order - b.order)
    .map((r) => r.item);
}
