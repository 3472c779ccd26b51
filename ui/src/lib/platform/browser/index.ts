// The screens without the desktop: a small market in memory. Only for development, tests and pictures; never in the product's bundle.
import type { Commands, Platform, PlatformEvents } from '../types';
import { accountCommands } from './commands/account';
import { adminCommands } from './commands/admin';
import { fileCommands } from './commands/files';
import { findCommands } from './commands/find';
import { hireCommands } from './commands/hire';
import { sessionCommands } from './commands/session';
import { threadCommands } from './commands/threads';
import { workCommands } from './commands/work';
import { inspect, watchPolicy } from './inspect';
import { play } from './play';
import { remember } from '../../stores/memory';
import { makeWorld } from './world';

const ALWAYS = new Set<keyof Commands>(['session', 'syncState', 'vocabulary']);

/** Queries that never answer, to look at what a screen shows meanwhile. */
function hush(commands: Commands): Commands {
  const never = (): Promise<never> => new Promise(() => undefined);
  return new Proxy(commands, { get: (target, name: keyof Commands) => (ALWAYS.has(name) ? target[name] : never) });
}

export function browserPlatform(search = location.search): Platform {
  const world = makeWorld(search);
  const wanted = new URLSearchParams(search);
  const hat = wanted.get('hat');
  if (hat) remember('role', hat);
  const steps = (wanted.get('play') ?? '').split(',').filter(Boolean);
  const looking = wanted.has('inspect');
  if (looking) watchPolicy();
  if (steps.length > 0 || looking) play(steps, () => void (looking && inspect()));
  const commands: Commands = { ...sessionCommands(world), ...accountCommands(world), ...workCommands(world), ...hireCommands(world), ...findCommands(world), ...threadCommands(world), ...fileCommands(world), ...adminCommands(world) };
  return {
    commands: world.silent ? hush(commands) : commands,
    on<K extends keyof PlatformEvents>(event: K, listener: (payload: PlatformEvents[K]) => void) {
      const set = world.listeners[event];
      set.add(listener);
      return () => set.delete(listener);
    },
  };
}
