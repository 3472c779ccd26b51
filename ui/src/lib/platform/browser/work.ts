// What the freelancer of the pretend market sees: opportunities.
import type { OpportunityView, PersonView, RequestStageView, WantedSkillForm } from '../../ipc/bindings';
import { eur, fit, newId } from './make';
import { clients } from './people';
import { skillId } from './vocabulary';

const want = (name: string, must = true, level = 'advanced'): WantedSkillForm => ({ skill: skillId(name), name, must, level });

function opportunity(
  title: string, client: PersonView, line: string, fitView: OpportunityView['row']['fit'], skills: WantedSkillForm[], budget: number | null,
  work: string, dates: string, hours: number, flags: { isNew?: boolean; stage?: RequestStageView } = {},
): OpportunityView {
  const stage = flags.stage ?? 'open';
  return {
    row: { id: newId(), title, client: client.name, line, fit: fitView, is_new: flags.isNew ?? false, applied: false, open: stage === 'open', stance: 'none' },
    category: 'Software development',
    description:
      'We sell about 40,000 tickets a year through a system from 2011. It has to go before spring.\n\nWhat we need: a booking core that never sells a seat twice, an import of the old bookings, and a calm interface for the two people at the desk. We have a designer and answer questions the same day.',
    skills, budget: budget === null ? null : eur(budget), work, dates, hours_per_week: hours, client, hidden_because: '', application: null, draft: null, stage,
  };
}

export const opportunities: OpportunityView[] = [
  opportunity('Booking system rebuild', clients.ferries, 'Remote, 4 h overlap · 12 weeks from 8 Dec',
    fit('5 of 5 must-haves, Rust shown in 6 jobs. Your rate is just inside the budget.', 'More overlap: moving your core hours to 9–14 gives 94.', [43, '5 of 5 must-haves. Rust in 6 finished jobs, PostgreSQL in 9. Svelte (nice to have) at beginner level.'], [18, '4.8 from 23 reviews, weighed for age and size; 22 of 23 jobs finished.'], [13, 'Remote: 4 of their 5 core hours overlap.'], [10, '30 of 30 hours a week free from 8 Dec.'], [7, '68 €/h is inside their 70 €; cheaper would earn nothing more.']),
    [want('Rust', true, 'expert'), want('PostgreSQL'), want('REST APIs'), want('Payments', true, 'intermediate'), want('Testing'), want('Svelte', false, 'beginner')], 70, 'Remote', '8 Dec – 28 Feb', 30, { isNew: true }),
  opportunity('Inventory sync for a bike workshop', clients.bikes, 'On site, 6 km · 3 weeks from 1 Dec',
    fit('4 of 4 must-haves, 6 km away. The budget is tight for your rate.', 'A rate of 58 €/h would give 91.', [41, '4 of 4 must-haves.'], [17, '4.8 from 23 reviews.'], [14, '6 km away, inside your 25 km.'], [9, '20 of 22 hours a week free.'], [6, '68 €/h is 8 % over their 63 €.']),
    [want('Rust'), want('REST APIs'), want('PostgreSQL', true, 'intermediate'), want('Testing', false)], 63, 'On site in Leipzig, Germany', '1 – 22 Dec', 22, { isNew: true }),
  opportunity('Accessibility audit of the city portal', clients.marl, 'Hybrid, 31 km · 3 weeks',
    fit('Accessibility fits exactly. Travel on two days a week.', null, [40, '3 of 3 must-haves, Accessibility at expert level.'], [16, '4.8 from 23 reviews.'], [10, '31 km away, just over your 25 km.'], [10, 'All hours free.'], [6, 'Inside their budget.']),
    [want('Accessibility', true, 'expert'), want('Testing'), want('Svelte', true, 'intermediate')], 72, 'Hybrid in Marl, Germany', '15 Dec – 6 Jan', 24),
  opportunity('Dashboards for an energy co-op', clients.energy, 'Remote, 6 h overlap · 40 h in all',
    fit('3 of 4 must-haves; D3 is missing from your profile.', 'Adding D3 to your profile would give 84, if you know it.', [32, '3 of 4 must-haves. D3 is missing.'], [17, '4.8 from 23 reviews.'], [14, 'Remote: 6 of 7 core hours overlap.'], [8, '24 of 30 hours free.'], [7, 'Inside their budget.']),
    [want('TypeScript'), want('D3'), want('PostgreSQL'), want('REST APIs')], null, 'Remote', 'from 10 Dec', 20),
  opportunity('Data import for a clinic archive', clients.dental, 'Remote, 7 h overlap · 2 weeks',
    fit('You are free for 24 of the 40 hours they need.', 'More hours in the week of 8 Dec would give 80.', [33, '3 of 4 must-haves.'], [16, '4.8 from 23 reviews.'], [14, 'Remote: all core hours overlap.'], [4, '24 of 40 hours a week free.'], [7, 'Inside their budget.']),
    [want('Python'), want('PostgreSQL', true, 'expert'), want('Testing'), want('Docker', false)], 66, 'Remote', '8 – 19 Dec', 40),
  opportunity('Ticket office printer service', clients.ferries, 'Remote · 1 week', null, [want('Rust'), want('Docker')], 65, 'Remote', '12 – 19 Jan', 30, { stage: 'paused' }),
];

export const byId = (id: string): OpportunityView | undefined => opportunities.find((o) => o.row.id === id);
