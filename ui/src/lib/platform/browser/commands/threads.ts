// What two people do in a thread: words, offers, contracts, reviews.
import type { ThreadView } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { done, fail, missing, ok } from '../make';
import { append, contract, offer, threadById, threads } from '../threads';
import { act, type World } from '../world';

export function threadCommands(w: World) {
  const change = (found: ThreadView | undefined, what: string, text: string, then: (t: ThreadView) => void, files: string[] = []) => {
    if (!found) return missing();
    const delivery = act(w, what, text, `/threads/${found.row.id}`, files);
    if (delivery === 'waiting') found.row.delivery = 'waiting';
    then(found);
    return done();
  };
  const byOffer = (id: string) => threads.find((t) => t.offer?.id === id);
  const byContract = (id: string) => threads.find((t) => t.contract?.id === id);
  const inStage = (t: ThreadView, stage: ThreadView['row']['stage'], acts: string[], contractStage?: string): void => {
    t.row.stage = stage;
    t.acts = acts;
    if (t.contract && contractStage) t.contract.stage = contractStage;
  };
  return {
    threads: (role) => ok(w.empty ? [] : threads.filter((t) => t.row.as_freelancer === (role === 'freelancer')).map((t) => t.row)),
    thread: (id) => {
      const t = threadById(id);
      if (!t) return missing();
      t.row.unread = 0;
      return ok(t);
    },
    messageAutosave: (id, text) => {
      const t = threadById(id);
      if (t) t.draft = text;
      return done();
    },
    messageSend: (id, text) => {
      const offline = w.sync.link.kind === 'offline';
      const files = threadById(id)?.draft_files.map((f) => ({ ...f, state: offline ? ('waiting' as const) : ('here' as const) })) ?? [];
      return change(threadById(id), `Message to ${threadById(id)?.row.other.name ?? ''}`, text, (t) => {
        t.draft = '';
        t.draft_files = [];
        append(t, 'message', text, offline ? 'waiting' : 'synced', true, files);
      }, files.map((f) => f.name));
    },
    applicationWithdraw: (id) => change(threadById(id), 'Withdraw your application', '', (t) => inStage(t, 'withdrawn', [])),
    applicationShortlist: (id, on) => change(threadById(id), 'Shortlist', '', (t) => {
      t.row.stage = on ? 'shortlisted' : 'viewed';
    }),
    applicationDecline: (id, reason) => change(threadById(id), 'Decline an application', reason, (t) => inStage(t, 'declined', [])),
    offerMake: (application, terms) => {
      if (terms.scope.trim().length < 10) return fail('validation', 'One field needs another look.', [{ pointer: '/scope', code: 'too_short', message: 'Say in at least 10 characters what is to be done.' }]);
      return change(threadById(application), 'Make an offer', terms.scope, (t) => {
        t.offer = offer(terms, false);
        inStage(t, 'offered', ['message', 'revoke_offer']);
        append(t, 'event', 'You made an offer', 'synced');
      });
    },
    offerRevoke: (id) => change(byOffer(id), 'Take back an offer', '', (t) => {
      t.offer = null;
      inStage(t, 'viewed', ['message', 'shortlist', 'decline', 'offer']);
    }),
    offerAccept: (id) => change(byOffer(id), 'Accept an offer', '', (t) => {
      if (!t.offer) return;
      if (w.sync.link.kind === 'offline') {
        t.offer.delivery = 'waiting';
        t.acts = ['message'];
        return;
      }
      t.contract = contract(t.row.title, t.row.other, t.row.id, t.row.request, t.offer.terms, 'active', t.row.as_freelancer);
      t.contract.since = Date.now();
      t.offer = null;
      inStage(t, 'hired', ['message', 'deliver', 'cancel_contract']);
      append(t, 'event', 'You accepted the offer', 'synced');
    }),
    offerDecline: (id, reason) => change(byOffer(id), 'Decline an offer', reason, (t) => {
      t.offer = null;
      inStage(t, 'viewed', ['message', 'withdraw']);
    }),
    offerAutosave: (id, terms) => {
      const t = threadById(id);
      if (t) t.suggested_terms = terms;
      return done();
    },
    wordsAutosave: (way, about, text) => {
      const t = threads.find((x) => x.row.id === about || x.offer?.id === about || x.contract?.id === about);
      if (t) t.written = { ...t.written, [way]: text };
      return done();
    },
    reviewAutosave: (id, draft) => {
      const t = byContract(id);
      if (t) t.review_draft = draft;
      return done();
    },
    contracts: (role) => ok(w.empty ? [] : threads.flatMap((t) => (t.contract && t.row.as_freelancer === (role === 'freelancer') ? [t.contract] : []))),
    contractDeliver: (id, note) => change(byContract(id), 'Deliver the work', note, (t) => {
      if (t.contract) t.contract.note = note;
      inStage(t, 'delivered', ['message'], 'delivered');
    }),
    contractRequestChanges: (id, note) => change(byContract(id), 'Ask for changes', note, (t) => {
      if (t.contract) t.contract.note = note;
      inStage(t, 'hired', ['message', 'cancel_contract'], 'active');
    }),
    contractAccept: (id) => change(byContract(id), 'Accept the delivery', '', (t) => {
      inStage(t, 'completed', ['message', 'review'], 'completed');
      if (t.contract) t.contract.review_due = true;
    }),
    contractCancel: (id, reason) => change(byContract(id), 'Cancel the contract', reason, (t) => inStage(t, 'closed', ['message'], 'cancelled')),
    reviewWrite: (id, stars, text) => {
      if (text.trim().length < 20) return fail('validation', 'One field needs another look.', [{ pointer: '/text', code: 'too_short', message: 'Write at least 20 characters.' }]);
      return change(byContract(id), 'Write a review', text, (t) => {
        t.reviews.push({ mine: true, stars, text, sealed: true });
        t.acts = ['message'];
        if (t.contract) t.contract.review_due = false;
      });
    },
  } satisfies Partial<Commands>;
}
