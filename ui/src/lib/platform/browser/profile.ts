// The signed-in person's profile in the pretend market.
import type { MyProfileView, ProfileForm } from '../../ipc/bindings';
import { eur } from './make';
import { places, skillId } from './vocabulary';

export const emptyProfile = (): ProfileForm => ({
  photo: null, headline: '', bio: '', category: '', skills: [], portfolio: [], languages: [], rate: null, place: null, remote_only: false,
  travel_radius_km: 25, time_zone: 'Europe/Berlin', hours_per_week: 30, free_from: '',
});

export const profile: MyProfileView = {
  form: {
    ...emptyProfile(), headline: 'Backend engineer for booking and ticketing', category: 'software',
    bio: 'I build the quiet parts that must not fail: bookings, tickets, payments. Small steps, tests first, and words before code.',
    skills: [
      ...[['Rust', 'expert', 7], ['PostgreSQL', 'expert', 10], ['REST APIs', 'advanced', 9], ['Payments', 'advanced', 4], ['Testing', 'advanced', 8]].map(([name, level, years]) => ({ skill: skillId(String(name)), name: String(name), level: String(level), years: Number(years) })),
      { skill: null, name: 'Ferry timetables', level: 'advanced', years: 3 },
    ],
    portfolio: [{ title: 'Ferry ticketing, two lines', text: 'Booking, boarding and refunds. Rust and PostgreSQL, 14 weeks.', link: 'https://example.org/ferry', year: 2025 }],
    languages: [{ code: 'de', level: 'native' }, { code: 'en', level: 'fluent' }],
    rate: eur(68), place: places[0] ?? null,
  },
  exists: true, delivery: 'synced', strength: 84, next_step: 'Add one more work to show', draft: null,
};
