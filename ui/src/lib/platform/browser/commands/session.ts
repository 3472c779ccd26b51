// Signing in and out, the connection, the outbox.
import type { Commands } from '../../types';
import { chartsFor } from '../charts';
import { done, fail, newId, ok } from '../make';
import { emit, recount, waitingState, type World } from '../world';

export function sessionCommands(w: World) {
  const signedIn = (): void => {
    w.session = { ...w.session, state: { kind: 'signed_in', me: { id: newId(), name: 'Mira Kessler', photo: null, roles: ['freelancer', 'client'], suspended: null } } };
    emit(w, 'sessionChanged', null);
  };
  let giveUp = (): void => {};
  const synced = (): void => {
    recount(w);
    emit(w, 'syncChanged', w.sync);
    emit(w, 'changed', null);
  };
  return {
    session: () => ok(w.session),
    syncState: () => ok(w.sync),
    signIn: (server) => {
      if (!/^https?:\/\/\S+$/.test(server)) {
        return fail('validation', 'This does not look like a server address.', [{ pointer: '/server', code: 'invalid', message: 'Write the whole address, such as http://localhost:4810.' }]);
      }
      w.session = { ...w.session, server, state: waitingState(true) };
      emit(w, 'sessionChanged', null);
      setTimeout(signedIn, 1500);
      return done();
    },
    signInOpen: () => {
      w.session = { ...w.session, state: waitingState(true) };
      emit(w, 'sessionChanged', null);
      setTimeout(signedIn, 1500);
      return done();
    },
    believeAgain: (invitation) => {
      if (!invitation.startsWith('guildhall://')) return fail('address', 'This invitation is not complete. Copy the whole link, from guildhall:// to its end.');
      w.sync = { ...w.sync, link: { kind: 'up_to_date' }, as_of: Date.now() };
      synced();
      return done();
    },
    signInCancel: () => {
      w.session = { ...w.session, state: { kind: 'signed_out', notice: null } };
      emit(w, 'sessionChanged', null);
      return done();
    },
    stepUpBegin: () => ok({ link: 'http://localhost:4810/oauth/authorize?scope=oversight', browser_opened: true, fingerprint: null }),
    stepUpOpen: () => ok(true),
    stepUpFinish: () => {
      if (w.stepUp === 'endless') return new Promise((resolve) => (giveUp = () => void fail('sign_in', 'The sign-in was cancelled.').then(resolve)));
      w.stepUp = 'done';
      return done();
    },
    stepUpCancel: () => {
      giveUp();
      return done();
    },
    signOut: (discardWaiting) => {
      if (w.waiting.length > 0 && !discardWaiting) return fail('waiting', `${w.waiting.length} acts are still waiting to be sent. Signing out discards them.`);
      w.session = { ...w.session, state: { kind: 'signed_out', notice: null } };
      emit(w, 'sessionChanged', null);
      return done();
    },
    retryKeychain: () => {
      w.session = { ...w.session, keychain: { kind: 'ready' } };
      emit(w, 'sessionChanged', null);
      return ok(w.session);
    },
    goOffline: (offline) => {
      w.sync = { ...w.sync, link: offline ? { kind: 'offline' } : { kind: 'up_to_date' }, as_of: Date.now() };
      if (!offline) w.waiting = [];
      synced();
      return done();
    },
    charts: (role) => ok(w.empty ? [] : chartsFor(role, w.sync.as_of ?? Date.now())),
    claimAdmin: (secret) => {
      if (secret !== 'open-sesame') return fail('forbidden', 'This is not the secret that the server printed when it started.', [{ pointer: '/secret', code: 'wrong', message: 'Check the server’s first lines and copy it again.' }]);
      const s = w.session.state;
      if (s.kind === 'signed_in') w.session = { ...w.session, state: { ...s, me: { ...s.me, roles: [...s.me.roles, 'admin'] } } };
      emit(w, 'sessionChanged', null);
      return done();
    },
    addRole: (role) => {
      const s = w.session.state;
      if (s.kind === 'signed_in') w.session = { ...w.session, state: { ...s, me: { ...s.me, roles: [...s.me.roles, role] } } };
      emit(w, 'sessionChanged', null);
      return done();
    },
    outbox: () => ok({ waiting: w.waiting, attention: w.attention }),
    outboxRetry: () => {
      w.sync = { ...w.sync, link: { kind: 'up_to_date' }, as_of: Date.now() };
      w.waiting = [];
      synced();
      return done();
    },
    outboxCancel: (id) => {
      w.waiting = w.waiting.filter((x) => x.id !== id);
      synced();
      return done();
    },
    outboxEdit: (id) => {
      const route = w.waiting.find((x) => x.id === id)?.route ?? '/opportunities';
      w.waiting = w.waiting.filter((x) => x.id !== id);
      w.attention = w.attention.filter((x) => x.id !== id);
      synced();
      return ok(route);
    },
    outboxConfirm: (id) => {
      w.attention = w.attention.filter((x) => x.id !== id);
      synced();
      return done();
    },
    attentionAsk: () => ok('/threads'),
    attentionResend: (id) => {
      w.attention = w.attention.filter((x) => x.id !== id);
      synced();
      return done();
    },
    attentionDiscard: (id) => {
      w.attention = w.attention.filter((x) => x.id !== id);
      synced();
      return done();
    },
  } satisfies Partial<Commands>;
}
