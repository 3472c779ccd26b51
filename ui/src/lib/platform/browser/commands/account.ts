// One's own account: where it is signed in, and the server's pages.
import type { SignInRow } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { DAY, MINUTE, done, fail, missing, newId, ok } from '../make';
import { emit, type World } from '../world';

export function accountCommands(w: World) {
  const now = Date.now();
  let rows: SignInRow[] = [
    { id: newId(), device: 'mira-desk', system: 'Linux', began: now - 41 * DAY, began_network: '203.0.113.x', seen: now - 2 * MINUTE, seen_network: '203.0.113.x', current: true },
    { id: newId(), device: 'Mira’s notebook', system: 'macOS', began: now - 12 * DAY, began_network: '203.0.113.x', seen: now - 2 * DAY, seen_network: '198.51.100.x', current: false },
    { id: newId(), device: '', system: 'Windows', began: now - 3 * DAY, began_network: '2001:db8:7::/48', seen: now - 47 * MINUTE, seen_network: '2001:db8:7::/48', current: false },
  ];
  const changed = () => {
    queueMicrotask(() => emit(w, 'changed', null));
    return done();
  };
  return {
    signIns: () => (w.sync.link.kind === 'offline' ? fail('offline', 'This needs the server, and it is not reached at the moment.') : ok(rows)),
    security: () => (w.sync.link.kind === 'offline' ? fail('offline', 'This needs the server, and it is not reached at the moment.') : ok({ second_factor: true, recovery_codes: 9 })),
    signInEnd: (id) => {
      if (!rows.some((r) => r.id === id)) return missing();
      rows = rows.filter((r) => r.id !== id);
      return changed();
    },
    signInsEndOthers: () => {
      rows = rows.filter((r) => r.current);
      return changed();
    },
    openAccountPage: () => done(),
  } satisfies Partial<Commands>;
}
