// Where one is: a hash route, with back and forward from the browser's own history.
import { matchRoute, type Place } from '../nav/table';

const read = (): string => {
  const raw = location.hash.replace(/^#/, '');
  return raw.startsWith('/') ? raw : '/';
};

class Router {
  path = $state(read());
  /** How far one can go back and forward; kept here since the browser does not say. */
  depth = $state(0);
  newest = $state(0);

  place: Place = $derived(matchRoute(this.path));

  start(): () => void {
    history.replaceState({ depth: 0 }, '');
    const onHash = (): void => {
      const state: unknown = history.state;
      const known = typeof state === 'object' && state !== null && 'depth' in state ? Number(state.depth) : null;
      if (known === null) {
        this.depth += 1;
        this.newest = this.depth;
        history.replaceState({ depth: this.depth }, '');
      } else {
        this.depth = known;
        this.newest = Math.max(this.newest, known);
      }
      this.path = read();
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }

  go(path: string): void {
    if (path === this.path) return;
    location.hash = path;
  }

  /** Goes somewhere without leaving a step to come back to. */
  replace(path: string): void {
    history.replaceState({ depth: this.depth }, '', `#${path}`);
    this.path = read();
  }

  get canGoBack(): boolean {
    return this.depth > 0;
  }
  get canGoForward(): boolean {
    return this.depth < this.newest;
  }
  back(): void {
    history.back();
  }
  forward(): void {
    history.forward();
  }
}

export const router = new Router();
/** For links: the address of a route. */
export const href = (path: string): string => `#${path}`;
