// Files on their way: how far each is, as the program tells it between two readings of a screen; and pictures that were shown.
import { SvelteMap } from 'svelte/reactivity';
import { call } from '../ipc/call';

/** Pictures kept in memory; the oldest go first. */
const PICTURES = 40;

class Files {
  #done = new SvelteMap<string, number>();
  #pictures = new Map<string, string>();

  /** What the desktop tells by itself. */
  take(blob: string, done: number, size: number): void {
    if (done >= size) this.#done.delete(blob);
    else this.#done.set(blob, done);
  }

  /** How much of a file is over, at least what the screen has read. */
  done(blob: string, read: number): number {
    return Math.max(read, this.#done.get(blob) ?? 0);
  }

  /** A picture as an address the page can show; null when it is none, or not here. */
  async picture(blob: string): Promise<string | null> {
    const known = this.#pictures.get(blob);
    if (known) return known;
    const answer = await call((c) => c.filePicture(blob));
    if (answer.status === 'error' || !answer.data) return null;
    this.#pictures.set(blob, answer.data);
    const oldest = this.#pictures.keys().next().value;
    if (this.#pictures.size > PICTURES && oldest !== undefined) this.#pictures.delete(oldest);
    return answer.data;
  }
}

export const files = new Files();
