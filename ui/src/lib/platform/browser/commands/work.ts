// What a freelancer does: home, profile, opportunities, applying.
import type { ProfileForm } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { done, fail, missing, newId, ok } from '../make';
import { candidates } from '../people';
import { emptyProfile, profile } from '../profile';
import { append, threads } from '../threads';
import { places, skills, skillId, vocabulary } from '../vocabulary';
import { byId, opportunities } from '../work';
import { act, type World } from '../world';

const holds = (text: string, ...words: (string | null)[]): boolean => words.some((x) => x?.toLowerCase().includes(text.trim().toLowerCase()));

export function workCommands(w: World) {
  const mine = () => (w.empty ? [] : threads.filter((t) => t.row.as_freelancer));
  const running = () => mine().flatMap((t) => (t.contract && (t.contract.stage === 'active' || t.contract.stage === 'delivered') ? [t.contract] : []));
  return {
    vocabulary: () => ok(vocabulary),
    suggestSkills: (text) => ok(text.trim() ? skills.filter((s) => holds(text, s.name, s.alias)).slice(0, 8) : []),
    resolveSkills: (text) => ok(text.split(/[,;\n]/).map((s) => s.trim()).filter(Boolean).map((name) => ({ skill: skillId(name), name, level: 'intermediate', years: 1 }))),
    suggestPlaces: (text) => ok(text.trim() ? places.filter((p) => holds(text, p.name)) : []),
    myProfile: () => ok(w.empty ? { form: emptyProfile(), exists: false, delivery: 'synced' as const, strength: 0, next_step: 'Write one line about what you do', draft: null } : profile),
    profileSave: (form: ProfileForm) => {
      if (form.headline.trim().length < 3) return fail('validation', 'One field needs another look.', [{ pointer: '/headline', code: 'too_short', message: 'Use at least 3 characters.' }]);
      profile.form = form;
      profile.draft = null;
      profile.exists = true;
      profile.delivery = act(w, 'Save your profile', form.headline, '/profile');
      return done();
    },
    profileAutosave: (form) => {
      profile.draft = form;
      return done();
    },
    profileDiscardDraft: () => {
      profile.draft = null;
      return done();
    },
    importResume: (json) => {
      try {
        const resume: unknown = JSON.parse(json);
        if (typeof resume !== 'object' || resume === null) throw new Error('not an object');
      } catch {
        return fail('validation', 'This file is not a JSON Resume. Nothing was changed.');
      }
      return ok({ form: { ...profile.form, headline: 'Backend engineer' }, notes: ['Two skills are not in the vocabulary; they are kept as unmapped.', 'Publications have no place in a profile and were left out.'] });
    },
    opportunities: () => ok(w.empty ? [] : opportunities.map((o) => o.row)),
    opportunity: (id) => {
      const o = byId(id);
      if (!o) return missing();
      o.row.is_new = false;
      return ok(o);
    },
    bookmark: ({ about, stance, because }) => {
      const o = byId(about);
      const c = candidates.find((other) => other.person.id === about);
      if (o) {
        o.row.stance = stance;
        o.hidden_because = because ? `because of the ${because}` : '';
      } else if (c) c.stance = stance;
      else return missing();
      act(w, stance === 'none' ? 'Take back what you saved or hid' : `${stance === 'saved' ? 'Save' : 'Hide'} “${o?.row.title ?? c?.person.name ?? ''}”`, '', '/opportunities');
      return done();
    },
    applicationAutosave: (request, draft) => {
      const o = byId(request);
      if (o) o.draft = draft;
      return done();
    },
    apply: (request, draft) => {
      const o = byId(request);
      if (!o) return missing();
      if (draft.message.trim().length < 20) {
        return fail('validation', 'One field needs another look.', [{ pointer: '/message', code: 'too_short', message: 'Write at least 20 characters, so that the client knows why you.' }]);
      }
      const id = newId();
      o.row.applied = true;
      o.application = id;
      o.draft = null;
      const delivery = act(w, `Apply to “${o.row.title}”`, draft.message, `/opportunities/${request}`);
      threads.unshift({
        row: { id, request, title: o.row.title, other: o.client, as_freelancer: true, stage: 'submitted', last_line: '', at: Date.now(), unread: 0, delivery },
        price: draft.price ? `${draft.price.minor / 100} €/h` : 'to discuss', fit: o.row.fit, entries: [], offer: null, contract: null, acts: ['message', 'withdraw'], draft: '', draft_files: [], suggested_terms: null, review_draft: null, written: {}, reviews: [],
      });
      const made = threads[0];
      if (made) append(made, 'application', draft.message, delivery);
      return ok(id);
    },
    freelancerHome: () =>
      ok({
        needs: w.empty ? [] : [
          { kind: 'offer', title: 'Offer from Harbour Museum: Exhibit guide app', line: '64 €/h · 24 h a week · your answer decides', tag: '41 h left', act: 'Review offer', route: `/threads/${threads.find((t) => t.row.stage === 'offered')?.row.id ?? ''}` },
          { kind: 'changes', title: 'Ferrum Works asked for changes to “API for the order desk”', line: 'Search without accents, and the order number in the export', tag: 'since Tue', act: 'Open', route: `/threads/${threads.find((t) => t.row.stage === 'hired')?.row.id ?? ''}` },
          { kind: 'review', title: 'Rate your work with Riverside Ferries', line: 'They see yours once both are written', tag: '12 days left', act: 'Write review', route: `/threads/${threads.find((t) => t.row.stage === 'completed')?.row.id ?? ''}` },
        ],
        recommended: w.empty ? [] : opportunities.map((o) => o.row).filter((r) => r.open && r.fit),
        applied: mine().filter((t) => !t.contract).map((t) => t.row),
        in_progress: running(),
        strength: w.empty ? 0 : profile.strength, next_step: w.empty ? 'Write one line about what you do' : profile.next_step,
        free_hours: w.empty ? [] : [6, 6, 10, 16, 22, 22, 26, 30, 30, 30, 20, 30], availability: w.empty ? '' : '6 h free next week', as_of: w.sync.as_of,
      }),
  } satisfies Partial<Commands>;
}
