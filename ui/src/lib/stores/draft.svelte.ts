// An autosave with words: whether what one typed is on this device already.
import type { ErrorView } from '../ipc/bindings';
import { call, type Query } from '../ipc/call';
import { autosave, keepUntilGone, type Autosave } from './autosave';

export class Draft<T> {
  state = $state<'untouched' | 'typing' | 'saved' | 'failed'>('untouched');
  error = $state.raw<ErrorView | null>(null);
  #saver: Autosave<T>;

  constructor(save: (value: T) => Query<unknown>) {
    this.#saver = autosave<T>((value) => {
      void call(save(value)).then((answer) => {
        if (answer.status === 'error') {
          this.error = answer.error;
          this.state = 'failed';
        } else if (this.state === 'typing') {
          this.state = 'saved';
        }
      });
    });
  }

  push(value: T): void {
    this.state = 'typing';
    this.#saver.push(value);
  }
  /** What was typed has been sent or discarded: nothing is left to save. */
  drop(): void {
    this.#saver.drop();
    this.state = 'untouched';
  }
  keep(): () => void {
    return keepUntilGone(this.#saver);
  }
  get words(): string {
    switch (this.state) {
      case 'untouched':
        return '';
      case 'typing':
        return 'Saving on this device';
      case 'saved':
        return 'Saved on this device';
      case 'failed':
        return 'Not saved on this device';
    }
  }
}

/** A draft for the life of the calling component: what is typed last is saved even as the screen goes away. */
export function draft<T>(save: (value: T) => Query<unknown>): Draft<T> {
  const d = new Draft(save);
  $effect(() => d.keep());
  return d;
}
