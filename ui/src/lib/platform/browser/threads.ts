// Conversations of the pretend market, seen from both sides.
import type { ApplicationStageView, ContractView, EntryView, FileView, OfferView, PersonView, TermsForm, ThreadView } from '../../ipc/bindings';
import { DAY, HOUR, MINUTE, eur, isoIn, newBlob, newId } from './make';
import { candidates, clients } from './people';
import { opportunities } from './work';
import { requests } from './hire';

const now = Date.now();
const entry = (kind: string, mine: boolean, text: string, at: number, delivery: EntryView['delivery'] = 'synced', files: FileView[] = []): EntryView => ({ id: newId(), kind, mine, text, files, at, delivery });

export const terms = (scope: string, rate: number, hours: number, from: number, days: number): TermsForm => ({
  scope, rate: eur(rate), hours_per_week: hours, start: isoIn(from), end: isoIn(from + days),
});

export const offer = (t: TermsForm, mine: boolean, stage = 'sent'): OfferView => ({
  id: newId(), terms: t, stage, expires_at: now + 41 * HOUR + 20 * MINUTE, mine_to_answer: mine, delivery: 'synced',
});

export function contract(title: string, other: PersonView, thread: string, request: string, t: TermsForm, stage: string, asFreelancer: boolean, note = '', reviewDue = false): ContractView {
  return { id: newId(), request, title, other, thread, terms: t, stage, since: now - 4 * DAY, as_freelancer: asFreelancer, note, delivery: 'synced', review_due: reviewDue };
}

function thread(title: string, other: PersonView, asFreelancer: boolean, stage: ApplicationStageView, entries: EntryView[], acts: string[], more: Partial<ThreadView> & { unread?: number; request?: string } = {}): ThreadView {
  const { unread = 0, request = newId(), ...rest } = more;
  const last = entries[entries.length - 1];
  return {
    row: {
      id: newId(), request, title, other, as_freelancer: asFreelancer, stage, last_line: last ? `${last.mine && last.kind !== 'event' ? 'You: ' : ''}${last.text}` : '',
      at: last?.at ?? now, unread, delivery: entries.some((e) => e.delivery === 'waiting') ? 'waiting' : 'synced',
    },
    price: '68 €/h', fit: opportunities[0]?.row.fit ?? null, entries, offer: null, contract: null, acts, draft: '', draft_files: [], suggested_terms: null, review_draft: null, written: {}, reviews: [], ...rest,
  };
}

/** A file of the pretend market. */
export function file(name: string, size: number, state: FileView['state'], done = 0): FileView {
  return { blob: newBlob(), name, size, state, done, is_picture: /\.(png|jpe?g|gif|webp)$/i.test(name), can_open: !/\.(exe|sh|bat|zip)$/i.test(name) };
}

const guide = terms('Exhibit guide for visitors’ phones: rooms 1 and 2, four languages, measured with real visitors in week three.', 64, 24, 9, 54);

const museum = thread('Exhibit guide app', clients.museum, true, 'offered', [
  entry('application', true, 'I built the kiosk in your entrance hall and would carry its content over to phones first. I can show a sketch after a week.', now - 3 * DAY),
  entry('event', false, 'Harbour Museum opened your application', now - 2 * DAY - 3 * HOUR),
  entry('message', false, 'We liked your kiosk a lot. The guide should run on visitors’ phones, in four languages.', now - DAY - 2 * HOUR),
  entry('message', true, 'Happy to hear. I would start with the two permanent rooms and measure with real visitors in week three.', now - DAY - HOUR),
  entry('message', false, 'These are the two rooms.', now - 80 * MINUTE, 'synced', [file('floor plan.png', 412_000, 'here'), file('rooms 1 and 2.pdf', 3_400_000, 'remote')]),
  entry('event', false, 'Harbour Museum made an offer', now - 70 * MINUTE),
  entry('message', false, 'That is how we hoped you would do it. I sent the offer. Would the 3rd work for a first visit?', now - 65 * MINUTE),
  entry('message', true, 'The 3rd works. I will bring a clickable sketch of room one.', now - 20 * MINUTE),
], ['message', 'accept_offer', 'decline_offer'], { offer: offer(guide, true), unread: 1 });

const ferrum = thread('API for the order desk', clients.ferrum, true, 'hired', [
  entry('application', true, 'Your order desk talks to three systems; I would give them one small API with tests around it.', now - 30 * DAY),
  entry('event', true, 'You accepted the offer', now - 25 * DAY),
  entry('delivery', true, 'All routes are in, with tests. The hand-over notes are in the repository.', now - 5 * DAY),
  entry('changes', false, 'The search should ignore accents, and the export needs the order number.', now - 4 * DAY),
  entry('message', false, 'Two small things: the search should ignore accents, and the export needs the order number.', now - 4 * DAY + HOUR),
], ['message', 'deliver', 'cancel_contract']);
ferrum.contract = contract('API for the order desk', clients.ferrum, ferrum.row.id, ferrum.row.request, terms('One API for the order desk, with tests and a hand-over day.', 66, 20, -25, 60), 'active', true, 'The search should ignore accents, and the export needs the order number.');
ferrum.offer = offer(ferrum.contract.terms, ferrum.row.as_freelancer, 'accepted');

const applied = opportunities[0];
const ferries = thread('Timetable service', clients.ferries, true, 'viewed', [
  entry('application', true, 'I know your booking data from the ticketing work and could start on the 8th.', now - 2 * DAY),
  entry('event', false, 'Riverside Ferries opened your application', now - DAY),
  entry('message', true, 'Here is how the timetable could look, and the tender as I read it.', now - 2 * MINUTE, 'waiting', [file('timetable sketch.png', 1_900_000, 'here'), file('tender, annotated.pdf', 8_400_000, 'sending', 5_300_000)]),
], ['message', 'withdraw'], { draft: 'And the two lines with their stops:', draft_files: [file('stops of line 1 and 2.xlsx', 48_000, 'waiting'), file('pier photo.jpg', 3_100_000, 'waiting')], request: applied?.row.id ?? newId() });

const done = thread('Ticketing, two lines', clients.ferries, true, 'completed', [
  entry('event', false, 'Riverside Ferries accepted the delivery', now - 2 * DAY),
], ['message', 'review']);
done.contract = contract('Ticketing, two lines', clients.ferries, done.row.id, done.row.request, terms('Ticketing for two ferry lines.', 62, 24, -160, 120), 'completed', true, '', true);
done.offer = offer(done.contract.terms, done.row.as_freelancer, 'accepted');

const mira = candidates[0];
const aiko = candidates[2];
const sana = candidates[4];
const bookingId = requests[0]?.row.id ?? '';

const fromMira = thread('Booking system rebuild', mira?.person ?? clients.museum, false, 'submitted', [
  entry('application', false, 'I rebuilt ticketing for two ferry lines and would keep your old bookings readable from day one. First step: import and a read-only calendar in two weeks.', now - 2 * HOUR),
], ['message', 'shortlist', 'decline', 'offer'], { unread: 1, request: bookingId, suggested_terms: terms('Booking system rebuild: booking core, import of the old bookings, interface for the desk.', 68, 30, 16, 82) });
const fromAiko = thread('Booking system rebuild', aiko?.person ?? clients.museum, false, 'shortlisted', [
  entry('application', false, 'I have moved three booking systems off old databases. I would begin with the import.', now - 26 * HOUR),
  entry('message', true, 'Thank you. How would you handle the seats that were sold twice?', now - 20 * HOUR),
], ['message', 'shortlist', 'decline', 'offer'], { price: '62 €/h', fit: aiko?.fit ?? null, request: bookingId, suggested_terms: terms('Booking system rebuild.', 62, 30, 16, 82) });
const fromSana = thread('Booking system rebuild', sana?.person ?? clients.museum, false, 'viewed', [
  entry('application', false, 'This is the kind of system I like to build: one clear core, no double booking. I am new here and can show code.', now - 3 * DAY),
], ['message', 'shortlist', 'decline', 'offer'], { price: '50 €/h', fit: sana?.fit ?? null, request: bookingId, suggested_terms: terms('Booking system rebuild.', 50, 30, 16, 82) });

const kiosk = thread('Museum kiosk, phase 1', candidates[5]?.person ?? clients.museum, false, 'delivered', [
  entry('event', false, 'Eli Wójcik delivered the work', now - 5 * HOUR),
  entry('message', false, 'Everything is on the test kiosk. The two videos still use your placeholder sound.', now - 5 * HOUR + MINUTE),
], ['message', 'request_changes', 'accept_delivery', 'cancel_contract'], { price: '57 €/h', fit: candidates[5]?.fit ?? null, request: requests[2]?.row.id ?? newId() });
kiosk.contract = contract('Museum kiosk, phase 1', kiosk.row.other, kiosk.row.id, kiosk.row.request, terms('Kiosk for the entrance hall: start screen, map, two videos.', 57, 24, -19, 46), 'delivered', false, 'Everything is on the test kiosk. The two videos still use your placeholder sound.');
kiosk.offer = offer(kiosk.contract.terms, kiosk.row.as_freelancer, 'accepted');

for (const [c, t] of [[mira, fromMira], [aiko, fromAiko], [sana, fromSana]] as const) if (c) c.application = t.row.id;

export const threads: ThreadView[] = [museum, ferrum, ferries, done, fromMira, fromAiko, fromSana, kiosk];
export const threadById = (id: string): ThreadView | undefined => threads.find((t) => t.row.id === id);

/** Adds a line at the end of a thread. */
export function append(t: ThreadView, kind: string, text: string, delivery: EntryView['delivery'], mine = true, files: FileView[] = []): void {
  t.entries.push(entry(kind, mine, text, Date.now(), delivery, files));
  const line = text || files.map((f) => f.name).join(', ');
  t.row.last_line = mine && kind !== 'event' ? `You: ${line}` : line;
  t.row.at = Date.now();
  if (delivery === 'waiting') t.row.delivery = 'waiting';
}
