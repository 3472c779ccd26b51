// One act of the person: busy while it runs, its failure kept until the next try.
import type { ErrorView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';
import { changes } from './changes';
import { STEP_UP_NEEDED, stepUp } from './step-up.svelte';

export class Act {
  busy = $state(false);
  error = $state.raw<ErrorView | null>(null);

  /** Runs once at a time; gives the answer, or null when it was refused. Whatever is on screen is read again afterwards. */
  async run<T>(query: Query<T>): Promise<{ value: T } | null> {
    if (this.busy) return null;
    this.busy = true;
    this.error = null;
    let answer = await call(query);
    if (answer.status === 'error' && answer.error.code === STEP_UP_NEEDED && (await stepUp.ask())) answer = await call(query);
    this.busy = false;
    changes.ring();
    if (answer.status === 'ok') return { value: answer.data };
    this.error = answer.error;
    return null;
  }

  clear(): void {
    this.error = null;
  }
}
