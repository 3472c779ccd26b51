// Which of its faces a list shows. Different silences need different sentences.
import type { ErrorView } from '../ipc/bindings';

export type ListState = 'ready' | 'reading' | 'downloading' | 'offline' | 'empty' | 'locked' | 'failed';

interface Facts {
  /** Rows on screen; undefined before the first answer. */
  rows: number | undefined;
  error: ErrorView | null;
  /** The first download is still running. */
  loading: boolean;
  offline: boolean;
  /** True once this device has been up to date at least once. */
  downloaded: boolean;
}

export function listState(f: Facts): ListState {
  if (f.rows !== undefined && f.rows > 0) return 'ready';
  if (f.rows === undefined) {
    if (f.error) return f.error.code === 'offline' ? 'offline' : f.error.code === 'step_up_needed' ? 'locked' : 'failed';
    return 'reading';
  }
  if (f.loading) return 'downloading';
  if (f.offline && !f.downloaded) return 'offline';
  return 'empty';
}
