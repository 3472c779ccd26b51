// The acts in a conversation that ask for words first.
import type { Query } from '../../lib/ipc/call';

export interface Way {
  /** The act's name, as the outbox and the drafts know it. */
  name: string;
  on: 'application' | 'offer' | 'contract';
  title: string;
  text: string;
  act: string;
  label: string;
  reasons: readonly string[];
  optional: boolean;
  /** Characters that fit. */
  max: number;
  stop: boolean;
  testid: string;
  done: string;
  query: (id: string, words: string) => Query<unknown>;
}

export const WAYS = {
  decline: {
    name: 'decline', on: 'application', title: 'Decline this application', text: 'They read your reason. The conversation stays readable.', act: 'Decline', label: 'Reason',
    reasons: ['Another person fits better', 'The price is too high', 'The dates do not fit'], optional: false, max: 500, stop: true, testid: 'decline', done: 'Declined, with your reason.',
    query: (id, words) => (c) => c.applicationDecline(id, words),
  },
  decline_offer: {
    name: 'decline_offer', on: 'offer', title: 'Decline this offer', text: 'They read your reason and may make another offer.', act: 'Decline', label: 'Reason',
    reasons: ['The price is too low', 'The dates do not fit', 'I took other work'], optional: false, max: 500, stop: true, testid: 'offer-decline', done: 'Declined, with your reason.',
    query: (id, words) => (c) => c.offerDecline(id, words),
  },
  deliver: {
    name: 'deliver', on: 'contract', title: 'Deliver the work', text: 'The client looks at it, then accepts or asks for changes.', act: 'Deliver', label: 'What you deliver',
    reasons: [], optional: false, max: 4000, stop: false, testid: 'deliver', done: 'Delivered. The client is told.',
    query: (id, words) => (c) => c.contractDeliver(id, words),
  },
  request_changes: {
    name: 'request_changes', on: 'contract', title: 'Ask for changes', text: 'Say what is missing, as exactly as you can.', act: 'Ask for changes', label: 'What to change',
    reasons: [], optional: false, max: 4000, stop: false, testid: 'changes', done: 'Your wishes are on their way.',
    query: (id, words) => (c) => c.contractRequestChanges(id, words),
  },
  cancel_contract: {
    name: 'cancel_contract', on: 'contract', title: 'Cancel this contract', text: 'The work ends here for both of you. Your reason is kept with it.', act: 'Cancel contract', label: 'Reason',
    reasons: [], optional: false, max: 500, stop: true, testid: 'cancel-contract', done: 'The contract is cancelled.',
    query: (id, words) => (c) => c.contractCancel(id, words),
  },
} as const satisfies Record<string, Way>;

/** The act of a name; nothing for one that asks for no words. */
export const wayNamed = (name: string): Way | null => Object.values(WAYS).find((w) => w.name === name) ?? null;
