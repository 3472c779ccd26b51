// What a client does: home, requests, candidates.
import type { RequestForm, RequestStageView } from '../../../ipc/bindings';
import type { Commands } from '../../types';
import { actsOf, emptyForm, lineOf, requestById, requests } from '../hire';
import { HOUR, done, fail, missing, newId, ok } from '../make';
import { freelancerOf } from '../people';
import { threads } from '../threads';
import { act, type World } from '../world';

function check(form: RequestForm) {
  const errors = [];
  if (form.title.trim().length < 8) errors.push({ pointer: '/title', code: 'too_short', message: 'Use at least 8 characters.' });
  if (!form.category) errors.push({ pointer: '/category', code: 'missing', message: 'Choose what kind of service this is.' });
  if (!form.skills.some((s) => s.must)) errors.push({ pointer: '/skills', code: 'missing', message: 'Name at least one must-have.' });
  if (!form.start) errors.push({ pointer: '/start', code: 'missing', message: 'Choose when the work starts.' });
  if (!form.end) errors.push({ pointer: '/end', code: 'missing', message: 'Choose when the work ends.' });
  if (form.start && form.end && form.end < form.start) errors.push({ pointer: '/end', code: 'before_start', message: 'The end is before the start.' });
  if (form.work !== 'remote' && !form.place) errors.push({ pointer: '/place', code: 'missing', message: 'Choose the place where the work happens.' });
  return errors;
}

export function hireCommands(w: World) {
  const mine = () => (w.empty ? [] : requests);
  const step = (id: string, stage: RequestStageView, what: string) => {
    const r = requestById(id);
    if (!r) return missing();
    r.row.stage = stage;
    r.acts = actsOf(stage);
    r.row.delivery = act(w, `${what} “${r.row.title}”`, '', `/requests/${id}`);
    return done();
  };
  const put = (id: string, form: RequestForm, publish: boolean) => {
    const r = requestById(id);
    if (!r) return missing();
    const errors = check(form);
    if (errors.length > 0) return fail('validation', errors.length === 1 ? 'One field needs another look.' : `${errors.length} fields need another look.`, errors);
    r.form = form;
    r.row.title = form.title;
    r.row.line = lineOf(form);
    if (publish) r.row.stage = 'open';
    r.acts = actsOf(r.row.stage);
    r.row.delivery = act(w, `${publish ? 'Publish' : 'Change'} “${form.title}”`, form.description, `/requests/${id}`);
    return done();
  };
  return {
    myRequests: () => ok(mine().map((r) => r.row)),
    myRequest: (id) => {
      const r = requestById(id);
      return r ? ok(r) : missing();
    },
    requestNew: () => {
      const id = newId();
      const form = emptyForm();
      requests.unshift({ row: { id, title: 'Untitled request', line: lineOf(form), stage: 'draft', matches: 0, applications: 0, unread: 0, views: 0, delivery: 'synced' }, form, candidates: [], removed_because: null, acts: actsOf('draft'), changed_at: Date.now(), unsent: false, cancel_reason: '', expires_at: null });
      return ok(id);
    },
    requestAutosave: (id, form) => {
      const r = requestById(id);
      if (!r) return missing();
      r.form = form;
      r.row.title = form.title || 'Untitled request';
      r.row.line = lineOf(form);
      r.changed_at = Date.now();
      r.unsent = r.row.stage !== 'draft';
      return done();
    },
    requestPublish: (id, form) => put(id, form, true),
    requestEdit: (id, form) => put(id, form, false),
    requestPause: (id) => step(id, 'paused', 'Pause'),
    requestResume: (id) => step(id, 'open', 'Resume'),
    requestRenew: (id) => step(id, 'open', 'Renew'),
    requestCancel: (id) => step(id, 'cancelled', 'Cancel'),
    requestDiscard: (id) => {
      const at = requests.findIndex((r) => r.row.id === id);
      if (at >= 0) requests.splice(at, 1);
      act(w, 'Discard', '', '/requests');
      return done();
    },
    candidate: (request, freelancer) => {
      const c = requestById(request)?.candidates.find((x) => x.person.id === freelancer);
      if (!c) return missing();
      c.unread = false;
      const t = threads.find((x) => x.row.id === c.application);
      return ok({
        candidate: c, freelancer: freelancerOf(c, Date.now()), message: t?.entries.find((e) => e.kind === 'application')?.text ?? null, price: t ? c.rate : null,
        acts: t ? ['shortlist', 'decline', 'offer', 'open_thread'] : [],
      });
    },
    clientHome: () =>
      ok({
        needs: w.empty ? [] : [
          { kind: 'delivery', title: 'Eli Wójcik delivered “Museum kiosk, phase 1”', line: 'Look at it, then accept or ask for changes', tag: 'since today', act: 'Look at it', route: `/threads/${threads.find((t) => t.row.stage === 'delivered')?.row.id ?? ''}` },
          { kind: 'application', title: '1 application to “Booking system rebuild” is unread', line: 'Mira Kessler · fits 91 of 100 · 68 €/h', tag: '2 h old', act: 'Read', route: `/requests/${requests[0]?.row.id ?? ''}` },
        ],
        requests: mine().map((r) => r.row),
        applicants: w.empty ? [] : (requests[0]?.candidates ?? []).filter((c) => c.application).map((candidate, i) => ({ request: requests[0]?.row.id ?? '', title: requests[0]?.row.title ?? '', candidate, at: Date.now() - (2 + i * 22) * HOUR })),
        threads: w.empty ? [] : threads.filter((t) => !t.row.as_freelancer).map((t) => t.row),
        contracts: w.empty ? [] : threads.flatMap((t) => (t.contract && !t.row.as_freelancer ? [t.contract] : [])),
        as_of: w.sync.as_of,
      }),
  } satisfies Partial<Commands>;
}
