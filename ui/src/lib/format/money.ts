// Money in words and back. Amounts are whole minor units; digits come from the currency.
import type { MoneyView } from '../ipc/bindings';

const digitsCache = new Map<string, number>();

/** Digits after the point: 2 for EUR, 0 for JPY, 3 for KWD. */
export function digitsOf(currency: string): number {
  const known = digitsCache.get(currency);
  if (known !== undefined) return known;
  let digits = 2;
  try {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // Not a currency the system knows: two digits is the usual case.
  }
  digitsCache.set(currency, digits);
  return digits;
}

export function symbolOf(currency: string): string {
  try {
    const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0);
    return parts.find((p) => p.type === 'currency')?.value ?? currency;
  } catch {
    return currency;
  }
}

/** `1,400 €`, `68.50 €`: cents only where there are some. */
export function money(m: MoneyView): string {
  const digits = digitsOf(m.currency);
  const value = m.minor / 10 ** digits;
  const shown = Number.isInteger(value) ? 0 : digits;
  const number = new Intl.NumberFormat('en', { minimumFractionDigits: shown, maximumFractionDigits: shown }).format(value);
  return `${number}\u00a0${symbolOf(m.currency)}`;
}

/** `68 €/h`, or what to say where there is none. */
export const rate = (m: MoneyView | null, none = 'to discuss'): string => (m ? `${money(m)}/h` : none);

/** The number in a form field: `68` or `68.5`. */
export function amountText(m: MoneyView | null): string {
  if (!m) return '';
  return String(m.minor / 10 ** digitsOf(m.currency));
}

/** Reads what a person typed into an amount field; comma and point both work. Null when it is no amount. */
export function parseAmount(text: string, currency: string): MoneyView | null {
  const clean = text.trim().replace(/[\s\u00a0]/g, '').replace(/,(?=\d{3}(\D|$))/g, '').replace(',', '.');
  if (!/^\d+(\.\d*)?$/.test(clean)) return null;
  const minor = Math.round(Number(clean) * 10 ** digitsOf(currency));
  return Number.isSafeInteger(minor) && minor <= 2_147_483_647 ? { minor, currency } : null;
}
