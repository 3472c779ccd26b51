// What the screens need from the program around them: the typed commands and five events.
import type { commands, FileProgress, SyncView } from '../ipc/bindings';

/** The commands, exactly as generated. */
export type Commands = typeof commands;

/** What the program tells the screens unasked. */
export interface PlatformEvents {
  /** Some rows changed: read again what is on screen. */
  changed: null;
  sessionChanged: null;
  syncChanged: SyncView;
  /** A file is on its way, here or to the server. */
  fileProgress: FileProgress;
  /** The tray or a notification was clicked. */
  navigate: string;
}

export interface Platform {
  commands: Commands;
  on<K extends keyof PlatformEvents>(event: K, listener: (payload: PlatformEvents[K]) => void): () => void;
}
