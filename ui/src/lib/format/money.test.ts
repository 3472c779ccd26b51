import { describe, expect, it } from 'vitest';
import { amountText, digitsOf, money, parseAmount, rate } from './money';

describe('money', () => {
  it('shows cents only where there are some', () => {
    expect(money({ minor: 6800, currency: 'EUR' })).toBe('68\u00a0€');
    expect(money({ minor: 6850, currency: 'EUR' })).toBe('68.50\u00a0€');
    expect(money({ minor: 140_000, currency: 'EUR' })).toBe('1,400\u00a0€');
  });
  it('knows currencies without cents and with three digits', () => {
    expect(digitsOf('JPY')).toBe(0);
    expect(digitsOf('KWD')).toBe(3);
    expect(money({ minor: 9000, currency: 'JPY' })).toBe('9,000\u00a0¥');
  });
  it('says what to say where there is no price', () => {
    expect(rate(null)).toBe('to discuss');
    expect(rate({ minor: 6800, currency: 'EUR' })).toBe('68\u00a0€/h');
  });
});

describe('parseAmount', () => {
  it.each([
    ['68', 'EUR', 6800], ['68.5', 'EUR', 6850], ['68,50', 'EUR', 6850], ['1,400', 'EUR', 140_000], [' 1 400 ', 'EUR', 140_000], ['9000', 'JPY', 9000], ['1.234', 'KWD', 1234],
  ])('reads %s %s', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ minor, currency });
  });
  it.each(['', 'abc', '-5', '6..8', '99999999999'])('refuses %j', (text) => {
    expect(parseAmount(text, 'EUR')).toBeNull();
  });
  it('reads back what it shows', () => {
    const m = { minor: 6850, currency: 'EUR' };
    expect(parseAmount(amountText(m), 'EUR')).toEqual(m);
  });
});
