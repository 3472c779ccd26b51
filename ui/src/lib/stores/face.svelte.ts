// The face of a list on screen, from its live value and the connection.
import { listState, type ListState } from '../format/list-state';
import type { Live } from './live.svelte';
import { sync } from './sync.svelte';

export function faceOf<T>(source: Live<T>, rows: (value: T) => number): ListState {
  return listState({
    rows: source.value === undefined ? undefined : rows(source.value),
    error: source.error,
    loading: sync.loading,
    offline: sync.offline,
    downloaded: sync.view.as_of !== null,
  });
}
