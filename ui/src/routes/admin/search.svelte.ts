// A search that asks the server a moment after the last key.

/** The most lines that the server answers with, newest first. */
export const CAP = 200;

export class Search {
  text = $state('');
  /** What the server was asked last. */
  asked = '';

  /** Calls back when what is typed has come to rest. Use inside an effect. */
  follow(ask: () => void): (() => void) | undefined {
    const wanted = this.text.trim();
    if (wanted === this.asked) return undefined;
    const timer = setTimeout(() => {
      this.asked = wanted;
      ask();
    }, 250);
    return () => clearTimeout(timer);
  }
}
