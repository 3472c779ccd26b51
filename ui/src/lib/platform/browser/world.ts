// The state of the pretend program: who is signed in, how the connection stands, what waits. Chosen by the page's address for pictures and tests.
import type { AttentionView, Delivery, RoleView, SessionView, SyncView, WaitingView } from '../../ipc/bindings';
import type { PlatformEvents } from '../types';
import { MINUTE, newId } from './make';

type Listeners = { [K in keyof PlatformEvents]: Set<(payload: PlatformEvents[K]) => void> };

export interface World {
  session: SessionView;
  sync: SyncView;
  waiting: WaitingView[];
  attention: AttentionView[];
  /** Nothing has been made yet. */
  empty: boolean;
  /** Queries never answer. */
  silent: boolean;
  /** What keeping order asks for: nothing more, a look into the browser, or one that never ends. */
  stepUp: 'done' | 'needed' | 'endless';
  /** A crowd, for long lists. */
  many: boolean;
  listeners: Listeners;
}

const me = (roles: RoleView[], suspended: string | null): SessionView['state'] => ({ kind: 'signed_in', me: { id: newId(), name: 'Mira Kessler', photo: null, roles, suspended } });

/** Reads `?state=…&roles=…` and makes the world it names. */
export function makeWorld(search: string): World {
  const params = new URLSearchParams(search);
  const state = params.get('state') ?? '';
  const roles = (params.get('roles') ?? 'freelancer,client,admin').split(',').filter((r): r is RoleView => r === 'freelancer' || r === 'client' || r === 'moderator' || r === 'admin');
  const w: World = {
    session: { state: me(roles, null), server: 'http://localhost:4810', keychain: { kind: 'ready' }, profile: '' },
    sync: { link: { kind: 'up_to_date' }, waiting: 0, attention: 0, as_of: Date.now() - MINUTE, clock_ahead: 0 },
    waiting: [], attention: [], empty: false, silent: false, stepUp: 'done', many: params.has('many'),
    listeners: { changed: new Set(), sessionChanged: new Set(), syncChanged: new Set(), fileProgress: new Set(), navigate: new Set() },
  };
  switch (state) {
    case 'signed-out':
      w.session = { ...w.session, state: { kind: 'signed_out', notice: null } };
      break;
    case 'ended':
      w.session = { ...w.session, state: { kind: 'signed_out', notice: 'Your last session ended on the server. Sign in again; what you wrote on this device is still here.' } };
      break;
    case 'waiting':
      w.session = { ...w.session, state: waitingState(false) };
      break;
    case 'step-up':
      w.stepUp = 'needed';
      break;
    case 'step-up-waiting':
      w.stepUp = 'endless';
      break;
    case 'keychain':
      w.session = { ...w.session, keychain: memoryOnly };
      break;
    case 'keychain-out':
      w.session = { ...w.session, state: { kind: 'signed_out', notice: null }, keychain: memoryOnly };
      break;
    case 'suspended':
      w.session = { ...w.session, state: me(roles, 'Two clients reported the same copied portfolio.') };
      break;
    case 'offline':
      w.sync.link = { kind: 'offline' };
      break;
    case 'clock':
      w.sync.clock_ahead = 3 * 24 * 60 * MINUTE;
      break;
    case 'update':
      w.sync.link = { kind: 'update_needed' };
      break;
    case 'distrusted':
      w.sync.link = { kind: 'distrusted' };
      break;
    case 'warned':
      w.session = { ...w.session, state: { ...waitingState(false), fingerprint: Array.from({ length: 32 }, (_, i) => (i * 37 + 11).toString(16).padStart(2, '0').slice(-2).toUpperCase()).join(':') } };
      break;
    case 'sign-in':
      w.sync.link = { kind: 'sign_in_needed' };
      break;
    case 'downloading':
      w.sync = { ...w.sync, link: { kind: 'loading' }, as_of: null };
      w.empty = true;
      break;
    case 'offline-empty':
      w.sync = { ...w.sync, link: { kind: 'offline' }, as_of: null };
      w.empty = true;
      break;
    case 'empty':
      w.empty = true;
      break;
    case 'reading':
      w.silent = true;
      break;
    default:
      break;
  }
  if (state === 'offline' || state === 'attention') seedOutbox(w);
  recount(w);
  return w;
}

const memoryOnly: SessionView['keychain'] = { kind: 'memory_only', hint: 'The system keychain does not answer. Unlock it or start a Secret Service such as GNOME Keyring. Until then you stay signed in only while the app runs.' };

export const waitingState = (opened: boolean): Extract<SessionView['state'], { kind: 'waiting' }> => ({
  kind: 'waiting', browser_opened: opened, fingerprint: null,
  link: 'http://localhost:4810/oauth/authorize?response_type=code&client_id=guildhall-desktop&redirect_uri=http%3A%2F%2F127.0.0.1%3A49821%2Fcallback&code_challenge_method=S256',
});

function seedOutbox(w: World): void {
  const now = Date.now();
  w.waiting = [
    { id: newId(), what: 'Message to Harbour Museum', at: now - 3 * MINUTE, why: 'Waiting for the connection', can_cancel: true, can_edit: true, files: ['visit plan.pdf'], text: 'Could someone from the front desk join for half an hour?', route: '/threads' },
    { id: newId(), what: 'Publish “Bylaws translation”', at: now - 9 * MINUTE, why: 'Waiting for the connection', can_cancel: true, can_edit: true, files: [], text: 'Twelve pages of bylaws, German to Finnish, checked by a second reader.', route: '/requests' },
  ];
  w.waiting.push({ id: newId(), what: 'Apply to “Ferry timetable on paper”', at: now - 3 * 60 * MINUTE, why: 'Paused by the client. It is sent when they reopen; 13 days left', can_cancel: true, can_edit: true, files: [], text: 'I set two timetables for the ferries before, both in four languages.', route: '/opportunities' });
  const plain = { held: false, errors: [], files: [], differences: [], similar: [] };
  w.attention = [
    {
      ...plain, id: newId(), what: 'Apply to “Exhibit guide app”', at: now - 40 * MINUTE, held: true, code: 'terms', message: 'The client changed the request after you read it. Nothing was sent, and your text is safe.',
      differences: [{ field: 'Budget', theirs: '75 €/h', mine: '62 €/h', is_own: false }, { field: 'End', theirs: '28 Feb', mine: '7 Mar', is_own: false }],
      text: 'I built the kiosk in your entrance hall and would carry its content over to phones first.',
      steps: [{ kind: 'confirm', label: 'Send it all the same', route: '' }, { kind: 'edit', label: 'Change price or text', route: '' }, { kind: 'open', label: 'Look at the request', route: '/opportunities' }],
    },
    {
      ...plain, id: newId(), what: 'Apply to “Winter shop for a pottery”', at: now - 50 * MINUTE, code: 'invalid_state', message: 'The client cancelled this request on 20 Nov. Your text is safe. 2 similar requests are open.',
      text: 'I have built two shops for small potteries. Pictures first, then a short checkout; I would start with your ten best sellers.',
      steps: [{ kind: 'open', label: 'See what is recommended', route: '/opportunities' }],
      similar: [{ title: 'Shop for a bicycle workshop', line: 'Remote · 8 Dec – 28 Feb · 20 h a week', route: '/opportunities' }, { title: 'Ceramics fair website', line: 'Hybrid, Leipzig · 5 Jan – 6 Mar · 12 h a week', route: '/opportunities/other' }],
    },
    {
      ...plain, id: newId(), what: 'Change your profile', at: now - 65 * MINUTE, code: 'stale_version', message: 'You changed the same on another device meanwhile. What you wrote here is kept.',
      differences: [{ field: 'Headline', theirs: 'Backend engineer for booking and ticketing', mine: 'Backend engineer for booking, ticketing and museums', is_own: true }],
      text: 'Backend engineer for booking, ticketing and museums', steps: [{ kind: 'resend', label: 'Use mine', route: '' }, { kind: 'edit', label: 'Change it first', route: '' }],
    },
  ];
}

export function recount(w: World): void {
  w.sync = { ...w.sync, waiting: w.waiting.length, attention: w.attention.length };
}

export function emit<K extends keyof PlatformEvents>(w: World, event: K, payload: PlatformEvents[K]): void {
  for (const l of w.listeners[event]) l(payload);
}

/** Something was done: sent at once when online, else put into the outbox. */
export function act(w: World, what: string, text: string, route: string, files: string[] = []): Delivery {
  const offline = w.sync.link.kind === 'offline';
  if (offline) w.waiting.push({ id: newId(), what, at: Date.now(), why: 'Waiting for the connection', can_cancel: true, can_edit: text !== '', files, text, route });
  recount(w);
  queueMicrotask(() => {
    emit(w, 'syncChanged', w.sync);
    emit(w, 'changed', null);
  });
  return offline ? 'waiting' : 'synced';
}
