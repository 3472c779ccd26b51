// Showing anew who one is, before what only those who keep order may do. One dialog for the whole window.
import type { ErrorView, StepUpView } from '../ipc/bindings';
import { call } from '../ipc/call';

/** What the program answers to an act that needs it first. */
export const STEP_UP_NEEDED = 'step_up_needed';

class StepUp {
  /** Whether the dialog stands on the screen. */
  asked = $state(false);
  /** The browser that is waited for. */
  waiting = $state.raw<StepUpView | null>(null);
  busy = $state(false);
  error = $state.raw<ErrorView | null>(null);
  #answers: ((done: boolean) => void)[] = [];

  /** Asks the person; true once they have shown who they are, false when they would rather not. */
  ask(): Promise<boolean> {
    this.asked = true;
    this.error = null;
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  /** Opens the browser and waits for what it brings. */
  async begin(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    const begun = await call((c) => c.stepUpBegin());
    if (begun.status === 'ok' && this.asked) {
      this.waiting = begun.data;
      const done = await call((c) => c.stepUpFinish());
      if (done.status === 'ok') this.#end(true);
      else if (this.asked) this.error = done.error;
    } else if (begun.status === 'error') {
      this.error = begun.error;
    }
    this.waiting = null;
    this.busy = false;
  }

  /** Opens the browser that was not opened unasked. */
  async open(): Promise<void> {
    const opened = await call((c) => c.stepUpOpen());
    if (this.waiting && opened.status === 'ok') this.waiting = { ...this.waiting, browser_opened: opened.data };
  }

  /** Gives it up. */
  async cancel(): Promise<void> {
    this.#end(false);
    await call((c) => c.stepUpCancel());
  }

  #end(done: boolean): void {
    this.asked = false;
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer(done);
  }
}

export const stepUp = new StepUp();

interface Reading {
  error: ErrorView | null;
  read(): Promise<void>;
}

/** Reads a list again, after showing who one is where that was missing. */
export async function readAgain(list: Reading): Promise<void> {
  if (list.error?.code !== STEP_UP_NEEDED || (await stepUp.ask())) await list.read();
}
