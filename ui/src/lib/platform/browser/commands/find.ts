// Searching the pretend market: every word must be in it, and counts are counted.
import type { FacetView, FindForm, FoundView } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { candidates, freelancerOf } from '../people';
import { HOUR, fail, ok } from '../make';
import { opportunities } from '../work';
import type { World } from '../world';

const PAGE = 5;

/** One thing to be found: its words, the values of its filters, and what it is ordered by. */
interface Thing<R> {
  result: R;
  words: string;
  values: Record<'categories' | 'skills' | 'work' | 'countries', { value: string; label: string }[]>;
  rate: number | null;
}
type Filter = keyof Thing<unknown>['values'];
const FILTERS: readonly Filter[] = ['categories', 'skills', 'work', 'countries'];

const asked = (form: FindForm, filter: Filter): string[] => form[filter].map(String);

function passes<R>(form: FindForm, t: Thing<R>, lifted?: Filter): boolean {
  const words = form.text.toLowerCase().split(/\s+/).filter(Boolean);
  const inRange = t.rate === null ? form.or_open || (form.rate_least === null && form.rate_most === null) : t.rate >= (form.rate_least ?? 0) && t.rate <= (form.rate_most ?? Infinity);
  return words.every((w) => t.words.toLowerCase().includes(w)) && inRange && FILTERS.every((f) => {
    const want = asked(form, f);
    const has = (v: string): boolean => t.values[f].some((x) => x.value === v);
    return f === lifted || want.length === 0 || (f === 'skills' ? want.every(has) : want.some(has));
  });
}

function facet<R>(form: FindForm, things: Thing<R>[], filter: Filter): FacetView[] {
  const counted = new Map<string, FacetView>();
  for (const t of things.filter((x) => passes(form, x, filter))) {
    for (const { value, label } of t.values[filter]) {
      const known = counted.get(value) ?? { value, label, count: 0, on: asked(form, filter).includes(value) };
      counted.set(value, { ...known, count: known.count + 1 });
    }
  }
  return [...counted.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

function search<R>(w: World, form: FindForm, all: Thing<R>[], dearFirst: boolean): { found: FoundView; results: R[] } {
  const things = w.empty ? [] : all;
  const met = things.filter((t) => passes(form, t));
  if (form.sort === 'rate') met.sort((a, b) => ((a.rate ?? -1) - (b.rate ?? -1)) * (dearFirst ? -1 : 1));
  const from = form.after ? Number(form.after) : 0;
  const offline = w.sync.link.kind === 'offline';
  return {
    results: met.slice(from, from + PAGE).map((t) => t.result),
    found: {
      total: met.length, offline, as_of: offline ? (w.sync.as_of ?? Date.now() - HOUR) : Date.now(), next: met.length > from + PAGE ? String(from + PAGE) : null,
      understood: form.text.trim() === 'k8s' ? ['“k8s” also finds the skill Kubernetes.'] : [],
      facets: { categories: facet(form, things, 'categories'), skills: facet(form, things, 'skills'), work: facet(form, things, 'work'), countries: facet(form, things, 'countries') },
    },
  };
}

const named = (label: string) => [{ value: label.toLowerCase().replace(/\W+/g, '_'), label }];
const skillsOf = (skills: { skill: number | null; name: string }[]) => skills.flatMap((s) => (s.skill === null ? [] : [{ value: String(s.skill), label: s.name }]));

export function findCommands(w: World) {
  const refused = (form: FindForm) =>
    form.text.length > 200 ? fail('validation', 'What you look for is too long.', [{ pointer: '/text', code: 'too_long', message: 'What you look for has too many characters; 200 are possible.' }]) : null;
  return {
    findWork: (form) => {
      const things = opportunities.filter((o) => o.row.open && (!form.saved || o.row.stance === 'saved')).map((o) => ({
        result: { request: o, distance: form.place ? '6 km away' : '', held: o.row.fit !== null },
        words: `${o.row.title} ${o.row.client} ${o.description} ${o.skills.map((s) => s.name).join(' ')}`,
        values: { categories: named(o.category), skills: skillsOf(o.skills), work: named(o.work.split(' in ')[0] ?? ''), countries: o.work.includes(', ') ? named(o.work.split(', ')[1] ?? '') : [] },
        rate: o.budget?.minor ?? null,
      }));
      return refused(form) ?? ok(search(w, form, things, true));
    },
    findTalent: (form) => {
      const things = candidates.filter((c) => !form.saved || c.stance === 'saved').map((c) => {
        const freelancer = freelancerOf(c, Date.now());
        return {
          result: { freelancer, stance: c.stance, rate: c.rate, distance: form.place ? '12 km away' : '' },
          words: `${c.person.name} ${c.person.headline} ${freelancer.bio} ${freelancer.skills.map((s) => s.name).join(' ')}`,
          values: { categories: named(freelancer.category), skills: skillsOf(freelancer.skills), work: named('Remote'), countries: named(c.person.place.split(', ')[1] ?? '') },
          rate: freelancer.rate?.minor ?? null,
        };
      });
      return refused(form) ?? ok(search(w, form, things, false));
    },
  } satisfies Partial<Commands>;
}
