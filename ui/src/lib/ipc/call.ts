// One way to call the program: nothing thrown, every failure the same shape.
import type { ErrorView } from './bindings';
import type { Commands, Platform } from '../platform/types';

export type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: ErrorView };
export type Query<T> = (commands: Commands) => Promise<Answer<T>>;

let platform: Platform | null = null;

/** Says which program stands behind the screens; called once at start. */
export function usePlatform(p: Platform): void {
  platform = p;
}

export function thePlatform(): Platform {
  if (!platform) throw new Error('No platform has been chosen yet.');
  return platform;
}

const unexpected = (detail: string): ErrorView => ({
  code: 'unexpected',
  message: `The app could not do this (${detail}). What you typed is kept. Try again, or restart the app.`,
  errors: [],
});

/** Runs a command and turns even a thrown error into an answer. */
export async function call<T>(query: Query<T>): Promise<Answer<T>> {
  try {
    return await query(thePlatform().commands);
  } catch (e) {
    return { status: 'error', error: unexpected(e instanceof Error ? e.message : String(e)) };
  }
}
