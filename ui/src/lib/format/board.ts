// Applications gathered by where they stand.
import { absurd } from '../absurd';
import type { ThreadRow } from '../ipc/bindings';

export type Column = 'waiting' | 'sent' | 'viewed' | 'shortlisted' | 'offered' | 'hired' | 'closed';

const NAMES: Readonly<Record<Column, string>> = { waiting: 'Waiting', sent: 'Sent', viewed: 'Viewed', shortlisted: 'Shortlisted', offered: 'Offered', hired: 'Hired', closed: 'Closed' };
const ORDER: readonly Column[] = ['waiting', 'sent', 'viewed', 'shortlisted', 'offered', 'hired', 'closed'];

export function columnOf(row: Pick<ThreadRow, 'stage' | 'delivery'>): Column {
  switch (row.stage) {
    case 'none':
    case 'submitted':
      return row.delivery === 'waiting' ? 'waiting' : 'sent';
    case 'viewed':
      return 'viewed';
    case 'shortlisted':
      return 'shortlisted';
    case 'offered':
      return 'offered';
    case 'hired':
    case 'delivered':
    case 'completed':
      return 'hired';
    case 'declined':
    case 'withdrawn':
    case 'closed':
      return 'closed';
    default:
      return absurd(row.stage);
  }
}

export interface Board {
  column: Column;
  name: string;
  count: number;
  /** The newest one in it. */
  newest: string;
}

export function boardOf(rows: readonly ThreadRow[]): Board[] {
  return ORDER.map((column) => {
    const inside = rows.filter((r) => columnOf(r) === column);
    const newest = inside.reduce<ThreadRow | null>((a, b) => (a === null || (b.at ?? 0) > (a.at ?? 0) ? b : a), null);
    return { column, name: NAMES[column], count: inside.length, newest: newest?.title ?? '' };
  });
}
