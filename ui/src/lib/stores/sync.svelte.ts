// How this device stands against the server.
import type { SyncView } from '../ipc/bindings';
import { call } from '../ipc/call';

class Sync {
  view = $state.raw<SyncView>({ link: { kind: 'loading' }, waiting: 0, attention: 0, as_of: null });

  get offline(): boolean {
    return this.view.link.kind === 'offline';
  }
  /** True while the first download runs, so an empty list means "not here yet". */
  get loading(): boolean {
    return this.view.link.kind === 'loading';
  }

  async read(): Promise<void> {
    const answer = await call((c) => c.syncState());
    if (answer.status === 'ok') this.view = answer.data;
  }
}

export const sync = new Sync();
