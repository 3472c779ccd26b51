import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('colours charts by the rules that are written beside their drawing', () => {
  expect(readFileSync('src/styles/charts.css', 'utf8')).toBe(readFileSync('../crates/analytics/chart.css', 'utf8'));
});
