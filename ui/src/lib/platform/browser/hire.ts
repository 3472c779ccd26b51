// What the client of the pretend market has: requests.
import type { MyRequestView, RequestForm, RequestStageView } from '../../ipc/bindings';
import { DAY, eur, isoIn, newId } from './make';
import { candidates } from './people';
import { skillId } from './vocabulary';

export const emptyForm = (): RequestForm => ({
  title: '', description: '', category: '', skills: [], work: 'remote', place: null, start: '', end: '', hours_per_week: 20, budget: null,
  time_zone: 'Europe/Berlin', languages: [],
});

/** Which acts a stage allows, as the program would say. */
export function actsOf(stage: RequestStageView): string[] {
  switch (stage) {
    case 'draft':
      return ['edit', 'publish', 'discard'];
    case 'open':
      return ['edit', 'pause', 'cancel'];
    case 'paused':
      return ['edit', 'resume', 'cancel'];
    default:
      return [];
  }
}

export const lineOf = (f: RequestForm): string => {
  const where = f.work === 'remote' ? 'Remote' : `${f.work === 'hybrid' ? 'Hybrid' : 'On site'}${f.place ? `, ${f.place.name.split(',')[0] ?? ''}` : ''}`;
  return [where, f.start && f.end ? `${f.start.slice(5).replace('-', '/')} – ${f.end.slice(5).replace('-', '/')}` : '', `${f.hours_per_week} h a week`].filter(Boolean).join(' · ');
};

const booking: RequestForm = {
  ...emptyForm(), title: 'Booking system rebuild', category: 'software',
  description: 'We sell about 40,000 tickets a year through a system from 2011. It has to go before spring.\n\nA booking core that never sells a seat twice, an import of the old bookings, and a calm interface for the two people at the desk.',
  skills: ['Rust', 'PostgreSQL', 'REST APIs', 'Payments', 'Testing', 'Svelte'].map((name) => ({ skill: skillId(name), name, must: name !== 'Svelte', level: name === 'Svelte' ? 'beginner' : 'advanced' })),
  start: isoIn(16), end: isoIn(98), hours_per_week: 30, budget: eur(70), languages: ['en'],
};

function request(form: RequestForm, line: string, stage: RequestStageView, matches: number, applications: number, unread: number, views: number, withPeople = false): MyRequestView {
  return {
    row: { id: newId(), title: form.title || 'Untitled request', line, stage, matches, applications, unread, views, delivery: 'synced' },
    form, candidates: withPeople ? candidates : candidates.slice(3, 3 + Math.min(matches, 5)).map((c) => ({ ...c, stage: 'none' as const, unread: false })),
    removed_because: null, acts: actsOf(stage), changed_at: Date.now() - DAY, unsent: false, cancel_reason: '', expires_at: null,
  };
}

export const requests: MyRequestView[] = [
  request(booking, 'Remote · 8 Dec – 28 Feb · 30 h a week', 'open', 11, 4, 1, 214, true),
  request({ ...booking, title: 'Spring campaign photos', category: 'photo', skills: [{ skill: skillId('Photography'), name: 'Photography', must: true, level: 'advanced' }] }, 'On site, Leipzig · 2 – 6 Mar · 40 h a week', 'open', 5, 14, 0, 96),
  request({ ...booking, title: 'Museum kiosk, phase 1' }, 'Hybrid, Leipzig · 3 Nov – 19 Dec · 24 h a week', 'in_progress', 5, 6, 0, 88),
  request({ ...booking, title: 'Winter timetable poster', category: 'design' }, 'Remote · 1 – 12 Dec · 8 h a week', 'paused', 2, 1, 0, 31),
  request({ ...emptyForm(), title: 'Bylaws translation', category: 'writing' }, 'Remote · 20 h a week', 'draft', 0, 0, 0, 0),
];

export const requestById = (id: string): MyRequestView | undefined => requests.find((r) => r.row.id === id);
