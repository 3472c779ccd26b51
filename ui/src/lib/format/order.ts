/** A copy of a list with one item moved up (-1) or down (+1); at the edge nothing moves. */
export function moved<T>(list: readonly T[], at: number, step: -1 | 1): T[] {
  const out = [...list];
  const to = at + step;
  const item = out[at];
  const other = out[to];
  if (item === undefined || other === undefined) return out;
  out[at] = other;
  out[to] = item;
  return out;
}
