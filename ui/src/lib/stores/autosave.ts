// Saves what is being typed at most a second after the key was pressed, and at once when the screen goes away.
export interface Autosave<T> {
  /** Something was typed. */
  push(value: T): void;
  /** Save now what is not saved yet. */
  flush(): void;
  /** Forget what is not saved yet: it was sent or discarded. */
  drop(): void;
}

export const AUTOSAVE_QUIET_MS = 350;
export const AUTOSAVE_LIMIT_MS = 900;

/** Waits for a short silence, but never longer than the limit. */
export function autosave<T>(save: (value: T) => void): Autosave<T> {
  let pending: { value: T } | null = null;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(quiet);
    clearTimeout(limit);
    quiet = limit = undefined;
  };
  const flush = (): void => {
    stop();
    const p = pending;
    pending = null;
    if (p) save(p.value);
  };
  return {
    push(value) {
      pending = { value };
      clearTimeout(quiet);
      quiet = setTimeout(flush, AUTOSAVE_QUIET_MS);
      limit ??= setTimeout(flush, AUTOSAVE_LIMIT_MS);
    },
    flush,
    drop() {
      stop();
      pending = null;
    },
  };
}

/** Ties an autosave to a component: saved when it goes, when the window hides and when it closes. Call inside an effect. */
export function keepUntilGone<T>(a: Autosave<T>): () => void {
  const hide = (): void => a.flush();
  window.addEventListener('pagehide', hide);
  document.addEventListener('visibilitychange', hide);
  return () => {
    window.removeEventListener('pagehide', hide);
    document.removeEventListener('visibilitychange', hide);
    a.flush();
  };
}
