// Who is signed in and which hat they wear at the moment.
import type { MeView, RoleView, SessionView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';
import { remember, remembered } from './memory';
import { toasts } from './toasts.svelte';

/** A role that somebody is trusted with by others. */
export const isTrusted = (r: RoleView): boolean => r === 'moderator' || r === 'admin';

/** Says that somebody got or lost a role of trust: the screens follow by themselves. */
function tell(before: readonly RoleView[], after: readonly RoleView[]): void {
  const isNew = (r: RoleView): boolean => after.includes(r) && !before.includes(r);
  const isGone = (r: RoleView): boolean => before.includes(r) && !after.includes(r);
  if (isNew('admin')) toasts.say('You run this market now. Switch to Admin at the foot of the sidebar.');
  else if (isNew('moderator')) toasts.say('You are a moderator now. Switch to Mod at the foot of the sidebar.');
  if (isGone('admin')) toasts.say('You are no admin any more. An admin can tell you why.');
  else if (isGone('moderator')) toasts.say('You are no moderator any more. An admin can tell you why.');
}

class Session {
  view = $state.raw<SessionView | null>(null);
  #chosen = $state<RoleView | null>(null);

  get me(): MeView | null {
    const s = this.view?.state;
    return s?.kind === 'signed_in' ? s.me : null;
  }

  get roles(): RoleView[] {
    const mine = this.me?.roles ?? [];
    // An admin may do what a moderator may, and has one hat for both; while suspended one keeps no order.
    const isSuspended = (this.me?.suspended ?? null) !== null;
    const isWorn = (r: RoleView): boolean => (r === 'moderator' ? !isSuspended && !mine.includes('admin') : r !== 'admin' || !isSuspended);
    return (['freelancer', 'client', 'moderator', 'admin'] as const).filter((r) => mine.includes(r) && isWorn(r));
  }

  /** Runs the market: acts on everybody but themselves, and reads what moderators do not. */
  get isAdmin(): boolean {
    return this.roles.includes('admin');
  }

  /** Keeps order, as a moderator or an admin. */
  get keepsOrder(): boolean {
    return this.roles.some(isTrusted);
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
    const before = this.me;
    // The same as before stays the same object, so that nothing on screen starts anew.
    if (JSON.stringify(this.view) !== JSON.stringify(answer.data)) this.view = answer.data;
    if (before && this.me && before.id === this.me.id) tell(before.roles, this.me.roles);
    if (this.#chosen === null) {
      const kept = remembered('role', answer.data.profile);
      if (kept === 'freelancer' || kept === 'client' || kept === 'moderator' || kept === 'admin') this.#chosen = kept;
    }
  }
}

export const session = new Session();
