// The one bell that says "something changed, read again".
type Listener = () => void;

/** Bells that come in a burst, as during a download, ring once at its start and then at most this often. */
export const BURST_MS = 120;
let burst: ReturnType<typeof setTimeout> | undefined;
let again = false;

const listeners = new Set<Listener>();

export const changes = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  ring(): void {
    for (const l of [...listeners]) l();
  },
  /** For what comes from outside, possibly many times a second. */
  ringGently(): void {
    if (burst !== undefined) {
      again = true;
      return;
    }
    this.ring();
    burst = setTimeout(() => {
      burst = undefined;
      if (!again) return;
      again = false;
      this.ringGently();
    }, BURST_MS);
  },
};
