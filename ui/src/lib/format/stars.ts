// A mean of stars in words, always with how many reviews it rests on.
import type { PersonView } from '../ipc/bindings';
import { count } from './words';

export function stars(p: Pick<PersonView, 'stars' | 'reviews'>): string {
  if (p.stars === null || p.reviews === 0) return 'new here';
  return `${p.stars.toFixed(1)} of 5 from ${count(p.reviews, 'review')}`;
}
