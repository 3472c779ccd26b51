// The small numbers beside the places in the sidebar.
import type { ClientHomeView, FreelancerHomeView, RequestRow, RoleView, ThreadRow } from '../ipc/bindings';
import { absurd } from '../absurd';
import { call } from '../ipc/call';
import { changes } from '../stores/changes';

export interface NavCounts {
  needs: number;
  fresh: number;
  recommended: number;
  applied: number;
  contracts: number;
  unread: number;
  requests: readonly RequestRow[];
}

export const NO_COUNTS: NavCounts = { needs: 0, fresh: 0, recommended: 0, applied: 0, contracts: 0, unread: 0, requests: [] };

const unreadOf = (threads: readonly ThreadRow[]): number => threads.reduce((sum, t) => sum + t.unread, 0);

export const ofFreelancer = (home: FreelancerHomeView, threads: readonly ThreadRow[]): NavCounts => ({
  ...NO_COUNTS, needs: home.needs.length, fresh: home.recommended.filter((r) => r.is_new).length, recommended: home.recommended.length,
  applied: home.applied.length, contracts: home.in_progress.length, unread: unreadOf(threads),
});

export const ofClient = (home: ClientHomeView): NavCounts => ({
  ...NO_COUNTS, needs: home.needs.length, contracts: home.contracts.length, unread: unreadOf(home.threads), requests: home.requests,
});

export class Counts {
  values = $state.raw<NavCounts>(NO_COUNTS);
  #role: () => RoleView;
  #reading = false;
  #again = false;

  constructor(role: () => RoleView) {
    this.#role = role;
  }

  /** Reads now; a read asked for meanwhile follows once. */
  async read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      await this.#readAs(this.#role());
    }
    this.#reading = false;
  }

  async #readAs(role: RoleView): Promise<void> {
    switch (role) {
      case 'freelancer': {
        const [home, threads] = await Promise.all([call((c) => c.freelancerHome()), call((c) => c.threads('freelancer'))]);
        if (this.#role() === role && home.status === 'ok') this.values = ofFreelancer(home.data, threads.status === 'ok' ? threads.data : []);
        break;
      }
      case 'client': {
        const home = await call((c) => c.clientHome());
        if (this.#role() === role && home.status === 'ok') this.values = ofClient(home.data);
        break;
      }
      case 'moderator':
      case 'admin':
        this.values = NO_COUNTS;
        break;
      default:
        absurd(role);
    }
  }

  start(): () => void {
    // Asked here, so that another hat starts this again.
    this.#role();
    void this.read();
    return changes.subscribe(() => void this.read());
  }
}
