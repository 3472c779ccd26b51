// The present, twice a minute, so that "5 min ago" stays true while one looks. By the server's clock: this computer's may be wrong.
class Now {
  value = $state(Date.now());
  #ahead = 0;

  /** How many milliseconds this computer's clock is ahead. */
  set(ahead: number): void {
    if (ahead === this.#ahead) return;
    this.#ahead = ahead;
    this.#tick();
  }

  start(): () => void {
    const timer = setInterval(() => this.#tick(), 30_000);
    return () => clearInterval(timer);
  }

  #tick(): void {
    this.value = Date.now() - this.#ahead;
  }
}

export const now = new Now();
