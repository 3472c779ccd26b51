// The inhabitants of the pretend market and how well they fit its requests.
import type { CandidateView, FitView, FreelancerView } from '../../ipc/bindings';
import { DAY, eur, fit, person } from './make';
import { skillId } from './vocabulary';

export const clients = {
  museum: person('Harbour Museum', '', 'Helsinki, Finland', 4.7, 12),
  ferrum: person('Ferrum Works', '', 'Essen, Germany', 4.4, 9),
  ferries: person('Riverside Ferries', '', 'Rotterdam, Netherlands', 4.9, 21),
  bikes: person('Kettenwerk', '', 'Leipzig, Germany', null, 0),
  marl: person('City of Marl', '', 'Marl, Germany', 4.1, 6),
  energy: person('Sonnenhof eG', '', 'Freiburg, Germany', 4.6, 4),
  dental: person('Lindgren Dental', '', 'Malmö, Sweden', 4.3, 3),
};

type Row = readonly [string, string, string, string, number | null, number, readonly [number, number, number, number, number], string, CandidateView['stage']];

const rows: readonly Row[] = [
  ['Mira Kessler', 'Backend engineer for booking and ticketing', 'Leipzig, Germany', '68 €/h', 4.8, 23, [43, 18, 13, 10, 7], 'Rust in 6 finished jobs, PostgreSQL in 9.', 'submitted'],
  ['Jonas Oliveira', 'Systems developer', 'Porto, Portugal', '55 €/h', 4.9, 17, [42, 18, 11, 10, 8], 'Rust in 5 finished jobs.', 'none'],
  ['Aiko Nakamura', 'API design and integration', 'Bristol, United Kingdom', '62 €/h', 4.4, 14, [40, 15, 15, 9, 7], 'REST APIs in 11 finished jobs.', 'shortlisted'],
  ['Petr Dvořák', 'Payments and ledgers', 'Brno, Czechia', '48 €/h', 4.8, 31, [41, 18, 10, 6, 9], 'Payments in 14 finished jobs.', 'none'],
  ['Sana Larbi', 'Rust and Postgres', 'Lyon, France', '50 €/h', null, 0, [40, 10, 13, 10, 8], 'No jobs finished here yet.', 'viewed'],
  ['Eli Wójcik', 'Full stack developer', 'Gdańsk, Poland', '57 €/h', 4.5, 8, [36, 17, 11, 9, 6], 'Svelte and Rust together.', 'none'],
  ['Rosa Martínez', 'Backend and testing', 'Valencia, Spain', '52 €/h', 4.5, 12, [35, 16, 11, 8, 7], 'Testing in 9 finished jobs.', 'none'],
  ['Tomas Kalnietis', 'Integration specialist', 'Vilnius, Lithuania', '45 €/h', 4.1, 10, [37, 14, 9, 7, 8], 'One must-have is shown in a single job.', 'none'],
  ['Hanne Vermeulen', 'Web services', 'Ghent, Belgium', '66 €/h', 4.4, 6, [33, 16, 10, 8, 6], 'Rust at intermediate level.', 'declined'],
  ['Noor Haddad', 'Payments and booking', 'Tallinn, Estonia', '42 €/h', null, 0, [32, 10, 11, 8, 7], 'No jobs finished here yet.', 'none'],
  ['Iris Bäckman', 'Data and APIs', 'Turku, Finland', '49 €/h', 4.3, 7, [31, 15, 11, 7, 7], 'PostgreSQL in 7 finished jobs.', 'none'],
  ['Luka Perić', 'Platform work', 'Zagreb, Croatia', '44 €/h', 4.2, 5, [32, 14, 9, 7, 8], 'Payments is missing.', 'none'],
];

function fitOf([, , place, rate, stars, reviews, p, why]: Row): FitView {
  return fit(
    `${p[0] >= 40 ? '5 of 5' : p[0] >= 35 ? '4 of 5' : '3 of 5'} must-haves. ${why}`,
    p[2] < 15 ? `More overlap: two more shared core hours would give ${p.reduce((a, b) => a + b, 0) + Math.min(3, 15 - p[2])}.` : null,
    [p[0], `${p[0] >= 40 ? '5 of 5' : p[0] >= 35 ? '4 of 5' : '3 of 5'} must-haves. ${why} Svelte (nice to have) at beginner level.`],
    [p[1], stars === null ? 'New here: no reviews yet, so the market’s average counts.' : `${stars} from ${reviews} reviews, weighed for age and size.`],
    [p[2], `Remote, from ${place.split(',')[0] ?? ''}: ${p[2] >= 13 ? 4 : 3} of your 5 core hours overlap.`],
    [p[3], `${p[3] * 3} of 30 hours a week free from the start date.`],
    [p[4], `${rate} is inside your 70 €; cheaper would earn little more.`],
  );
}

/** Who has a place kept for newcomers: by fit alone, Noor would be the last. */
const DRAWN = 'Noor Haddad';
const drawn = 'Some of the first ten places are kept for people who have ended fewer than 3 contracts in this market. By fit alone this was place 12. The fit is the same.';

export const candidates: CandidateView[] = rows.map((row) => {
  const [name, headline, place, rate, stars, reviews, , , stage] = row;
  return { person: person(name, headline, place, stars, reviews), rate, fit: fitOf(row), newcomer: name === DRAWN ? drawn : null, application: null, stage, unread: stage === 'submitted', stance: 'none' };
});

const works = [
  { title: 'Ferry ticketing, two lines', text: 'Booking, boarding and refunds for 40,000 passengers a year. Rust and PostgreSQL, 14 weeks.', link: 'https://example.org/ferry', year: 2025 },
  { title: 'Museum kiosk', text: 'An offline guide with REST APIs behind it, running since spring.', link: '', year: 2026 },
];

/** The whole profile behind a row. */
export function freelancerOf(c: CandidateView, now: number): FreelancerView {
  return {
    person: c.person,
    bio: 'I build the quiet parts that must not fail: bookings, tickets, payments. Small steps, tests first, and words before code.\n\nI answer within a few hours on working days.',
    category: 'Software development',
    skills: [['Rust', 'expert', 7], ['PostgreSQL', 'expert', 10], ['REST APIs', 'advanced', 9], ['Payments', 'advanced', 4], ['Testing', 'advanced', 8], ['Svelte', 'beginner', 1]].map(
      ([name, level, years]) => ({ skill: skillId(String(name)), name: String(name), level: String(level), years: Number(years) }),
    ),
    portfolio: works,
    languages: ['German (native)', 'English (fluent)'],
    rate: eur(Number.parseInt(c.rate, 10)),
    availability: '30 h a week, free from 8 Dec',
    time_zone: 'Europe/Helsinki',
    reviews:
      c.person.reviews === 0
        ? []
        : [
            { author: 'Harbour Museum', stars: 5, text: 'Careful, early and clear. We always knew what was next.', job: 'Museum kiosk', at: now - 34 * DAY },
            { author: 'Riverside Ferries', stars: 4, text: 'Solid work. The second delivery took a week longer than planned, and we were told in time.', job: 'Ferry ticketing', at: now - 160 * DAY },
          ],
  };
}
