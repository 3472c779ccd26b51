// A value read from the program that stays fresh: read again on every change, never cleared while it is on screen.
import type { ErrorView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';
import { changes } from './changes';

export class Live<T> {
  /** The newest answer; undefined until the first one. */
  value = $state.raw<T>();
  /** Why the newest read failed; the older value stays. */
  error = $state.raw<ErrorView | null>(null);

  #query: Query<T>;
  #reading = false;
  #again = false;
  #stopped = false;
  #told = true;

  /** With `marks`, reading leaves a mark elsewhere (read, viewed), so the first answer lets the others read again. */
  constructor(query: Query<T>, marks = false) {
    this.#query = query;
    this.#told = !marks;
  }

  get loading(): boolean {
    return this.value === undefined && this.error === null;
  }

  /** Reads now; a read asked for meanwhile follows once, however often it was asked for. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    do {
      this.#again = false;
      const answer = await call(this.#query);
      if (this.#stopped) break;
      if (answer.status === 'ok') {
        this.value = answer.data;
        this.error = null;
        if (!this.#told) {
          this.#told = true;
          changes.ring();
        }
      } else {
        this.error = answer.error;
      }
    } while (this.#again);
    this.#reading = false;
  }

  start(): () => void {
    this.#stopped = false;
    void this.read();
    const unsubscribe = changes.subscribe(() => void this.read());
    return () => {
      this.#stopped = true;
      unsubscribe();
    };
  }
}

/** Opens a live value for the life of the calling component; reads again when state used in the query changes. */
export function live<T>(query: Query<T>, marks = false): Live<T> {
  const store = new Live(query, marks);
  $effect(() => store.start());
  return store;
}
