// The present, twice a minute, so that "5 min ago" stays true while one looks.
class Now {
  value = $state(Date.now());

  start(): () => void {
    const timer = setInterval(() => {
      this.value = Date.now();
    }, 30_000);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
