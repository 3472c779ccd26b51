// The one bell that says "something changed, read again".
type Listener = () => void;
const listeners = new Set<Listener>();

export const changes = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  ring(): void {
    for (const l of [...listeners]) l();
  },
};
