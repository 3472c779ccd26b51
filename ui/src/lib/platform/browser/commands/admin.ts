// What admins and moderators see and do.
import type { AdminActivityRow, AdminPersonRow, AdminRequestRow, SignInRow } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { chartsFor } from '../charts';
import { DAY, MINUTE, done, fail, newId, ok } from '../make';
import { candidates, clients } from '../people';
import { requests } from '../hire';
import { opportunities } from '../work';
import { emit, type World } from '../world';

const now = Date.now();
const people: AdminPersonRow[] = [
  ...candidates.map((c, i): AdminPersonRow => ({ id: c.person.id, name: c.person.name, roles: i === 0 ? ['freelancer', 'client', 'admin'] : i === 1 ? ['freelancer', 'moderator'] : ['freelancer'], joined: now - (400 - i * 31) * DAY, suspended: i === 8 ? 'Copied portfolio, reported twice' : null })),
  ...Object.values(clients).map((c, i): AdminPersonRow => ({ id: c.id, name: c.name, roles: ['client'], joined: now - (300 - i * 23) * DAY, suspended: null })),
];
const crowd: AdminPersonRow[] = Array.from({ length: 2000 }, (_, i) => ({ id: newId(), name: `${['Ana', 'Ben', 'Chi', 'Dara', 'Emil'][i % 5]} ${['Novak', 'Okoye', 'Perez', 'Quist', 'Rossi', 'Sato', 'Tran'][i % 7]} ${i + 1}`, roles: ['freelancer'], joined: now - (i % 500) * DAY, suspended: null }));
const rows: AdminRequestRow[] = [
  ...requests.filter((r) => r.row.stage !== 'draft').map((r, i): AdminRequestRow => ({ id: r.row.id, title: r.row.title, client: 'Mira Kessler', stage: r.row.stage.replace('_', ' '), applications: r.row.applications, published: now - (3 + i * 9) * DAY, removed: null })),
  ...opportunities.map((o, i): AdminRequestRow => ({ id: o.row.id, title: o.row.title, client: o.row.client, stage: o.stage, applications: 3 + i * 2, published: now - (1 + i * 3) * DAY, removed: i === 4 ? 'Asked for work without pay' : null })),
];
const activity: AdminActivityRow[] = [
  ['Mira Kessler', 'applied to “Booking system rebuild”', 'application'], ['Harbour Museum', 'made an offer for “Exhibit guide app”', 'offer'],
  ['Aiko Nakamura', 'opened “Booking system rebuild”', 'view'], ['Eli Wójcik', 'delivered “Museum kiosk, phase 1”', 'delivery'],
  ['Riverside Ferries', 'published “Booking system rebuild”', 'request'], ['Petr Dvořák', 'accepted an offer for “Ledger clean-up”', 'acceptance'],
  ['Ferrum Works', 'wrote to Mira Kessler', 'message'], ['Sonnenhof eG', 'rated Rosa Martínez with 5 of 5', 'review'],
].flatMap((x, i) => [0, 1, 2].map((n) => ({ id: newId(), at: now - (i * 7 + n * 190 + 2) * MINUTE, who: x[0] ?? '', what: x[1] ?? '', kind: x[2] ?? '' }))).sort((a, b) => b.at - a.at);

const audit: AdminActivityRow[] = [
  ['Operator', 'signed in', 'signed_in'], ['Operator', 'suspended Petr Dvořák: Copied portfolio, reported twice', 'suspended'], ['Mira Kessler', 'became freelancer', 'role_changed'],
  ['Nobody', 'could sign in as Harbour Museum: 4 wrong passwords', 'sign_ins_failed'], ['Harbour Museum', 'signed in', 'signed_in'],
  ['Operator', 'removed Data entry — Asked for work without pay', 'request_removed'], ['Aiko Nakamura', 'got another password', 'password_set'], ['Operator', 'became admin — With the secret of the server', 'role_changed'],
].map((x, i) => ({ id: String(900 - i), at: now - (i * i * 97 + 3) * MINUTE, who: x[0] ?? '', what: x[1] ?? '', kind: x[2] ?? '' }));

const signIns: SignInRow[] = [
  { id: newId(), device: 'atelier', system: 'Debian GNU/Linux 13', began: now - 40 * DAY, began_network: '203.0.113.0/24', seen: now - 6 * MINUTE, seen_network: '203.0.113.0/24', current: false },
  { id: newId(), device: 'travel', system: 'Windows 11', began: now - 3 * DAY, began_network: '198.51.100.0/24', seen: now - 2 * DAY, seen_network: '198.51.100.0/24', current: false },
];
const signedOut = new Set<string>();
const ended = new Set<string>();

export function adminCommands(w: World) {
  const has = (search: string, ...words: string[]): boolean => words.some((x) => x.toLowerCase().includes(search.trim().toLowerCase()));
  const online = <T>(data: T) => (w.sync.link.kind === 'offline' ? fail('offline', 'The server is not reached. This page is always asked of the server; it comes back by itself.') : ok(data));
  /** To whoever is no admin, the server says that there is no such thing. */
  const ofAdmins = <T>(data: T) => {
    const s = w.session.state;
    return s.kind === 'signed_in' && s.me.roles.includes('admin') ? online(data) : fail('not_found', 'There is nothing here.');
  };
  /** Those who keep order show first that it is them. */
  const overseen = <T>(answer: () => T) => (w.stepUp === 'done' ? answer() : fail('step_up_needed', 'Sign in once more to do this.'));
  const changed = () => {
    queueMicrotask(() => emit(w, 'changed', null));
    return done();
  };
  return {
    adminHome: () => online({ counts: [{ label: 'People', value: 2001, line: '14 joined this week' }, { label: 'Open requests', value: 300, line: '9 published today' }, { label: 'Applications', value: 4127, line: '38 today' }, { label: 'Running contracts', value: 212, line: '6 delivered, waiting' }], activity: w.empty ? [] : activity.slice(0, 12), as_of: Date.now() }),
    adminPeople: (search) => online(w.empty ? [] : [...people, ...(w.many ? crowd : [])].filter((p) => has(search, p.name)).slice(0, 200)),
    adminSignIns: (person) => overseen(() => ofAdmins(signedOut.has(person) ? [] : signIns.filter((s) => !ended.has(person + s.id)))),
    adminEndSignIn: (person, signIn) => overseen(() => {
      ended.add(person + signIn);
      return changed();
    }),
    adminSignOut: (person) => overseen(() => {
      signedOut.add(person);
      return changed();
    }),
    adminRequests: (search) => online(w.empty ? [] : rows.filter((r) => has(search, r.title, r.client))),
    adminActivity: (search) => online(w.empty ? [] : activity.filter((a) => has(search, a.who, a.what, a.kind))),
    adminAudit: (search) => overseen(() => ofAdmins(w.empty ? [] : audit.filter((a) => has(search, a.who, a.what, a.kind)))),
    adminSuspend: (id, reason) => overseen(() => {
      const p = people.find((x) => x.id === id);
      if (p) p.suspended = reason;
      return changed();
    }),
    adminRestore: (id) => overseen(() => {
      const p = people.find((x) => x.id === id);
      if (p) p.suspended = null;
      return changed();
    }),
    adminRemoveRequest: (id, reason) => overseen(() => {
      const r = rows.find((x) => x.id === id);
      if (r) r.removed = reason;
      return changed();
    }),
    adminCharts: () => online(w.empty ? [] : chartsFor('admin', Date.now())),
  } satisfies Partial<Commands>;
}
