// Who is signed in and which hat they wear at the moment.
import type { MeView, RoleView, SessionView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';
import { remember, remembered } from './memory';

class Session {
  view = $state.raw<SessionView | null>(null);
  #chosen = $state<RoleView | null>(null);

  get me(): MeView | null {
    const s = this.view?.state;
    return s?.kind === 'signed_in' ? s.me : null;
  }

  get roles(): RoleView[] {
    const mine = this.me?.roles ?? [];
    return (['freelancer', 'client', 'admin'] as const).filter((r) => mine.includes(r));
  }

  /** The hat that is on: the one chosen last, as long as the account has it. */
  get role(): RoleView {
    const chosen = this.#chosen;
    if (chosen && this.roles.includes(chosen)) return chosen;
    return this.roles[0] ?? 'freelancer';
  }

  wear(role: RoleView): void {
    if (!this.roles.includes(role)) return;
    this.#chosen = role;
    remember('role', role, this.view?.profile);
  }

  async read(query: Query<SessionView> = (c) => c.session()): Promise<void> {
    const answer = await call(query);
    if (answer.status !== 'ok') return;
    // The same as before stays the same object, so that nothing on screen starts anew.
    if (JSON.stringify(this.view) !== JSON.stringify(answer.data)) this.view = answer.data;
    if (this.#chosen === null) {
      const kept = remembered('role', answer.data.profile);
      if (kept === 'freelancer' || kept === 'client' || kept === 'admin') this.#chosen = kept;
    }
  }
}

export const session = new Session();
