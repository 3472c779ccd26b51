// A search as it goes on: the question, the pages that were read, what is open. Lives as long as the window, so that coming back
// finds it as it was.
import type { ErrorView, FindForm, FoundView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';

interface Page<R> {
  found: FoundView;
  results: R[];
}

/** A question that asks for everything. */
export const everything = (): FindForm => ({
  text: '', categories: [], skills: [], work: [], place: null, radius_km: 50, or_remote: true, countries: [], from: '', until: '', rate_least: null, rate_most: null,
  currency: 'EUR', or_open: true, languages: [], stars: null, or_new: true, saved: false, sort: 'relevance', after: null,
});

/** How long to wait after a keystroke. */
const PAUSE_MS = 200;

export class Finding<R> {
  form = $state.raw<FindForm>(everything());
  found = $state.raw<FoundView>();
  results = $state.raw<R[]>([]);
  error = $state.raw<ErrorView | null>(null);
  /** An answer is on its way. */
  busy = $state(false);

  #ask: (form: FindForm) => Query<Page<R>>;
  #key: (result: R) => string;
  #asked = 0;
  #person = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (form: FindForm) => Query<Page<R>>, key: (result: R) => string) {
    this.#ask = ask;
    this.#key = key;
  }

  /** Forgets everything when somebody else sits down. */
  belongsTo(person: string): void {
    if (person === this.#person) return;
    this.#person = person;
    this.#asked += 1;
    this.form = everything();
    this.found = undefined;
    this.results = [];
    this.error = null;
    this.busy = false;
  }

  /** The result of an id, if it is among those that were read. */
  of(id: string | null): R | undefined {
    return this.results.find((r) => this.#key(r) === id);
  }

  /** Takes in what was done with a result, without asking again. */
  patch(id: string, change: (result: R) => R): void {
    this.results = this.results.map((r) => (this.#key(r) === id ? change(r) : r));
  }

  /** True while anything but words and order is asked for. */
  get filtered(): boolean {
    const plain = everything();
    return JSON.stringify({ ...this.form, text: '', sort: '', after: null }) !== JSON.stringify({ ...plain, text: '', sort: '', after: null });
  }

  /** Changes the question; words wait for a pause in typing. */
  change(part: Partial<FindForm>, typed = false): void {
    this.form = { ...this.form, ...part, after: null };
    clearTimeout(this.#timer);
    if (typed) this.#timer = setTimeout(() => void this.read(), PAUSE_MS);
    else void this.read();
  }

  clear(): void {
    this.change({ ...everything(), text: this.form.text, sort: this.form.sort === 'nearest' ? 'relevance' : this.form.sort });
  }

  async read(): Promise<void> {
    clearTimeout(this.#timer);
    const page = await this.#page(this.form);
    if (page) {
      this.found = page.found;
      this.results = page.results;
    }
  }

  /** Reads the next page behind those that are here. */
  async more(): Promise<void> {
    const after = this.found?.next;
    if (!after || this.busy) return;
    const page = await this.#page({ ...this.form, after });
    if (!page) return;
    const known = new Set(this.results.map(this.#key));
    this.found = page.found;
    this.results = [...this.results, ...page.results.filter((r) => !known.has(this.#key(r)))];
  }

  /** The answer, unless another question was asked meanwhile. */
  async #page(form: FindForm): Promise<Page<R> | null> {
    const mine = ++this.#asked;
    this.busy = true;
    const answer = await call(this.#ask(form));
    if (mine !== this.#asked) return null;
    this.busy = false;
    if (answer.status === 'ok') {
      this.error = null;
      return answer.data;
    }
    this.error = answer.error;
    return null;
  }
}
