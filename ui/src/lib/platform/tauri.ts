// The real desktop: generated bindings over Tauri's IPC.
import { commands, events } from '../ipc/bindings';
import type { Platform, PlatformEvents } from './types';

/** Turns a promise of an unsubscriber into an unsubscriber that works at once. */
function eager(pending: Promise<() => void>): () => void {
  let stopped = false;
  let stop: (() => void) | null = null;
  void pending.then((s) => {
    if (stopped) s();
    else stop = s;
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

const listen: { [K in keyof PlatformEvents]: (cb: (payload: PlatformEvents[K]) => void) => Promise<() => void> } = {
  changed: (cb) => events.changed.listen(() => cb(null)),
  sessionChanged: (cb) => events.sessionChanged.listen(() => cb(null)),
  syncChanged: (cb) => events.syncChanged.listen((e) => cb(e.payload)),
  fileProgress: (cb) => events.fileProgress.listen((e) => cb(e.payload)),
  navigate: (cb) => events.navigate.listen((e) => cb(e.payload.route)),
};

export const tauriPlatform: Platform = {
  commands,
  on: (event, cb) => eager(listen[event](cb)),
};
