// A refused form while it is being corrected: a mark goes when its field changes, and comes back when the old value does.
import { untrack } from 'svelte';
import type { ErrorView } from '../ipc/bindings';
import { fieldErrors, type FieldErrors } from '../ipc/fields';
import { besides, leftOf } from '../ipc/mended';

export interface Mending {
  readonly fields: FieldErrors;
  /** Sentences for the note beside the act; empty when there is nothing to say. */
  readonly note: string[];
}

/** `shown` are the pointers of the fields on screen. */
export function mending(error: () => ErrorView | null, form: () => unknown, shown: readonly string[]): Mending {
  // The form as it was refused: taken once for each refusal.
  const sent = $derived.by<unknown>(() => (error() ? untrack(() => $state.snapshot(form())) : null));
  const left = $derived(leftOf(error(), sent, $state.snapshot(form())));
  const fields = $derived(fieldErrors(left));
  const note = $derived(besides(left, shown));
  return {
    get fields() {
      return fields;
    },
    get note() {
      return note;
    },
  };
}
