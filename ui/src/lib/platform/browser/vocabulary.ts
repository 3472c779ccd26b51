// Words of the pretend market.
import type { PlaceView, SkillHitView, VocabularyView } from '../../ipc/bindings';

export const vocabulary: VocabularyView = {
  categories: [
    ['software', 'Software development'], ['design', 'Design'], ['writing', 'Writing and translation'], ['photo', 'Photo and film'],
    ['marketing', 'Marketing'], ['data', 'Data and analysis'], ['crafts', 'Crafts and repair'], ['care', 'Care and household'],
  ].map(([value = '', label = '']) => ({ value, label })),
  languages: [['de', 'German'], ['en', 'English'], ['fr', 'French'], ['pl', 'Polish'], ['fi', 'Finnish'], ['es', 'Spanish']].map(
    ([value = '', label = '']) => ({ value, label }),
  ),
  currencies: [
    { code: 'EUR', symbol: '€', digits: 2 }, { code: 'USD', symbol: '$', digits: 2 }, { code: 'GBP', symbol: '£', digits: 2 },
    { code: 'JPY', symbol: '¥', digits: 0 }, { code: 'PLN', symbol: 'zł', digits: 2 },
  ],
  time_zones: ['Europe/Berlin', 'Europe/Helsinki', 'Europe/Lisbon', 'Europe/London', 'Europe/Warsaw', 'America/New_York', 'Asia/Tokyo', 'UTC'],
};

export const skills: SkillHitView[] = [
  ['Rust'], ['PostgreSQL', 'Postgres'], ['REST APIs', 'Web services'], ['Payments'], ['Testing'], ['Svelte', 'SvelteKit'], ['TypeScript', 'TS'],
  ['React', 'React.js'], ['Figma'], ['SEO', 'Search engine optimisation'], ['Copywriting'], ['Plumbing'], ['Photography'], ['D3'],
  ['Accessibility', 'WCAG'], ['Python'], ['Docker'], ['GraphQL'], ['Illustration'], ['Translation'],
].map(([name = '', alias], i) => ({ id: 100 + i, name, alias: alias ?? null }));

export const skillId = (name: string): number | null => skills.find((s) => s.name === name)?.id ?? null;

export const places: PlaceView[] = [
  ['Leipzig, Germany', 'Europe/Berlin'], ['Berlin, Germany', 'Europe/Berlin'], ['Helsinki, Finland', 'Europe/Helsinki'],
  ['Porto, Portugal', 'Europe/Lisbon'], ['Gdańsk, Poland', 'Europe/Warsaw'], ['Bristol, United Kingdom', 'Europe/London'], ['Lyon, France', 'Europe/Paris'],
].map(([name = '', time_zone = ''], i) => ({ id: 2_879_139 + i, name, time_zone }));
