// How large a file is, in words.
const STEP = 1000;
const UNITS = ['kB', 'MB', 'GB'] as const;

/** `812 bytes`, `1.4 MB`, `25 MB`: two figures say enough. */
export function size(bytes: number): string {
  if (bytes < STEP) return bytes === 1 ? '1 byte' : `${Math.max(0, Math.round(bytes))} bytes`;
  let amount = bytes / STEP;
  let unit = 0;
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= STEP;
    unit += 1;
  }
  const whole = amount >= 9.95 ? Math.round(amount).toString() : amount.toFixed(1).replace('.0', '');
  return `${whole} ${UNITS[unit] ?? 'GB'}`;
}

/** How much of a file is over, in whole percent; all of it only when it is. */
export function share(done: number, of: number): number {
  if (of <= 0 || done >= of) return 100;
  return Math.min(99, Math.max(0, Math.floor((100 * done) / of)));
}
