// How this device stands against the server.
import type { SyncView } from '../ipc/bindings';
import { call } from '../ipc/call';
import { now } from './now.svelte';

class Sync {
  view = $state.raw<SyncView>({ link: { kind: 'loading' }, waiting: 0, attention: 0, as_of: null, clock_ahead: 0 });
  #told = 0;

  get offline(): boolean {
    return this.view.link.kind === 'offline';
  }
  /** True while the first download runs, so an empty list means "not here yet". */
  get loading(): boolean {
    return this.view.link.kind === 'loading';
  }

  /** What the desktop tells by itself. */
  take(view: SyncView): void {
    this.#told += 1;
    this.#show(view);
  }

  #show(view: SyncView): void {
    this.view = view;
    now.set(view.clock_ahead);
  }

  async read(): Promise<void> {
    const told = this.#told;
    const answer = await call((c) => c.syncState());
    // Told something newer meanwhile: the answer is from before.
    if (answer.status === 'ok' && told === this.#told) this.#show(answer.data);
  }
}

export const sync = new Sync();
