// Every screen over the pretend market: no serious finding of axe, no raw id in sight.
import axe from 'axe-core';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import App from './App.svelte';
import { usePlatform } from './lib/ipc/call';
import { browserPlatform } from './lib/platform/browser';
import { session } from './lib/stores/session.svelte';
import { router } from './lib/stores/router.svelte';

type Role = 'freelancer' | 'client' | 'moderator' | 'admin';
let app: ReturnType<typeof mount> | null = null;

/** Lets everything that is under way in the pretend program arrive: some turns of the event loop, no waiting. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 8; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    flushSync();
  }
};
/** The nth element of that name, or the one that holds these words. */
const at = (testid: string, which: number | string = 0): HTMLElement => {
  const all = [...document.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
  const found = typeof which === 'number' ? all[which] : all.find((e) => e.textContent?.includes(which));
  if (!found) throw new Error(`nothing called ${testid} in: ${document.body.textContent?.slice(0, 400)}`);
  return found;
};

async function open(route: string, role: Role, state = '', roles = 'freelancer,client,admin'): Promise<void> {
  usePlatform(browserPlatform(`?hat=${role}&state=${state}&roles=${roles}`));
  session.view = null;
  router.replace(route);
  app = mount(App, { target: document.body });
  await settle();
  if (session.me) {
    session.wear(role);
    router.replace(route);
  }
  await settle();
}

async function click(testid: string, which: number | string = 0): Promise<void> {
  const target = at(testid, which);
  const link = target.getAttribute('href');
  if (link?.startsWith('#')) router.replace(link.slice(1));
  else target.click();
  await settle();
}

async function type(testid: string, text: string): Promise<void> {
  const field = at(testid);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error(`${testid} is no field`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

async function isSound(): Promise<void> {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } });
  const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  expect(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  const words = document.body.textContent ?? '';
  expect(words).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  expect(words).not.toContain('undefined');
  expect(words).not.toContain('[object');
  expect(words).not.toContain('!');
}

afterEach(async () => {
  if (app) await unmount(app);
  app = null;
});

describe('every screen is sound', () => {
  const plain: [string, Role][] = [
    ['/', 'freelancer'], ['/', 'client'], ['/', 'admin'], ['/opportunities', 'freelancer'], ['/applications', 'freelancer'], ['/find-work', 'freelancer'], ['/find-talent', 'client'], ['/threads', 'freelancer'], ['/contracts', 'freelancer'],
    ['/contracts', 'client'], ['/profile', 'freelancer'], ['/insights', 'freelancer'], ['/insights', 'client'], ['/insights', 'admin'], ['/requests', 'client'], ['/threads', 'client'],
    ['/outbox', 'client'], ['/settings', 'freelancer'], ['/admin/people', 'admin'], ['/admin/requests', 'admin'], ['/admin/activity', 'admin'], ['/admin/audit', 'admin'], ['/nowhere', 'client'],
  ];
  it.each(plain)('%s as %s', async (route, role) => {
    await open(route, role);
    await isSound();
  });

  const faces: [string, string, Role][] = (['empty', 'offline', 'offline-empty', 'downloading', 'reading'] as const).flatMap((state) =>
    ([['/', 'freelancer'], ['/', 'client'], ['/opportunities', 'freelancer'], ['/requests', 'client'], ['/find-work', 'freelancer'], ['/find-talent', 'client'], ['/threads', 'client'], ['/outbox', 'freelancer'], ['/admin/people', 'admin']] as const).map(
      ([route, role]): [string, string, Role] => [state, route, role],
    ),
  );
  it.each(faces)('when %s: %s as %s', async (state, route, role) => {
    await open(route, role, state);
    await isSound();
  });

  it.each(['signed-out', 'ended', 'waiting', 'keychain-out', 'keychain', 'suspended', 'update', 'sign-in', 'clock', 'attention'])('in the state %s', async (state) => {
    await open('/', 'freelancer', state);
    await isSound();
  });

  const opened: [string, string, Role, string[]][] = [
    ['an opportunity', '/opportunities', 'freelancer', ['opportunity-row']],
    ['work that was found', '/find-work', 'freelancer', ['find-row']],
    ['the question why one is not interested', '/opportunities', 'freelancer', ['opportunity-row', 'bookmark-hide']],
    ['a freelancer who was found', '/find-talent', 'client', ['find-row']],
    ['a request', '/requests', 'client', ['request-row:Booking']],
    ['a candidate', '/requests', 'client', ['request-row:Booking', 'candidate-row']],
    ['an offer being written', '/requests', 'client', ['request-row:Booking', 'candidate-row', 'offer-open']],
    ['a request being changed', '/requests', 'client', ['request-row:Booking', 'request-edit']],
    ['a new request refused', '/requests', 'client', ['request-new', 'request-publish']],
    ['a thread with an offer', '/threads', 'freelancer', ['thread-row:Harbour Museum']],
    ['a delivery', '/threads', 'client', ['thread-row:Eli']],
    ['the palette', '/', 'client', ['find']],
    ['a suspension', '/admin/people', 'admin', ['admin-suspend']],
    ['a person before anything is done', '/admin/people', 'admin', ['person-open']],
    ['a chart as a table', '/insights', 'freelancer', ['chart-table-funnel']],
  ];
  it.each(opened)('%s', async (_name, route, role, steps) => {
    await open(route, role);
    for (const step of steps) {
      const [id = '', words] = step.split(':');
      await click(id, words ?? 0);
    }
    await isSound();
  });
});

describe('the road', () => {
  it('signs in through the browser and can be cancelled', async () => {
    await open('/', 'freelancer', 'signed-out');
    expect(at('sign-in-server')).toHaveProperty('value', 'http://localhost:4810');
    await click('sign-in-button');
    expect(at('sign-in-link')).toHaveProperty('value', expect.stringContaining('code_challenge_method=S256'));
    await click('sign-in-cancel');
    expect(at('sign-in-button')).toBeTruthy();
  });

  it('saves what nobody recommended, and leads to where one applies', async () => {
    await open('/find-work', 'freelancer');
    await click('find-row', 'Accessibility audit');
    await click('bookmark-save');
    expect(at('bookmark-save').getAttribute('aria-pressed')).toBe('true');
    await click('find-saved');
    expect(at('find-total').textContent).toBe('1 request');
    await click('find-saved');
    await click('bookmark-save');
    expect(at('bookmark-save').getAttribute('aria-pressed')).toBe('false');
  });

  it('hides a request for a reason, and shows it again', async () => {
    await open('/opportunities', 'freelancer');
    const rows = (): number => document.querySelectorAll('[data-testid="opportunity-row"]').length;
    const before = rows();
    await click('opportunity-row', 1);
    await click('bookmark-hide');
    await click('because-rate');
    await click('bookmark-hide-confirm');
    expect(at('bookmark-hidden').textContent).toContain('because of the rate');
    router.replace('/opportunities');
    await settle();
    expect(rows()).toBe(before - 1);
    await click('part-hidden');
    expect(rows()).toBe(1);
    await click('show-all-hidden');
    await click('part-recommended');
    expect(rows()).toBe(before);
  });

  it('finds work by its words, and leads to where one applies', async () => {
    await open('/find-work', 'freelancer');
    expect(at('find-total').textContent).toContain('5 requests');
    await type('find-text', 'bike');
    await new Promise((resolve) => setTimeout(resolve, 250));
    await settle();
    expect(at('find-total').textContent).toContain('1 request');
    await click('find-row', 'bike workshop');
    expect(at('find-title').textContent).toContain('Inventory sync');
    expect(at('find-open').getAttribute('href')).toContain('/opportunities/');
  });

  it('narrows people by a filter, shows more, and says how old the answer is without the server', async () => {
    await open('/find-talent', 'client', 'offline');
    expect(at('find-as-of').textContent).toContain('Only what is on this device, as of');
    const before = document.querySelectorAll('[data-testid="find-row"]').length;
    await click('find-more');
    expect(document.querySelectorAll('[data-testid="find-row"]').length).toBeGreaterThan(before);
    await click('facet-country');
    expect(at('find-clear')).toBeTruthy();
    const total = at('find-total').textContent;
    await click('find-clear');
    expect(at('find-total').textContent).not.toBe(total);
    await isSound();
  });

  it('marks the fields that a refusal names and keeps what was typed', async () => {
    await open('/requests', 'client');
    await click('request-new');
    await type('request-title', 'Short');
    await click('request-publish');
    expect(at('request-title').getAttribute('aria-invalid')).toBe('true');
    expect(at('request-title')).toHaveProperty('value', 'Short');
    expect(document.body.textContent).toContain('Name at least one must-have.');
  });

  it('takes a mark away as its field is corrected, and counts what is left', async () => {
    await open('/requests', 'client');
    await click('request-new');
    await click('request-publish');
    expect(document.body.textContent).toContain('5 fields need another look.');
    await type('request-title', 'Repairs of a pottery wheel');
    expect(at('request-title').getAttribute('aria-invalid')).not.toBe('true');
    expect(document.body.textContent).not.toContain('Use at least 8 characters.');
    expect(document.body.textContent).toContain('4 fields need another look.');
    await click('request-publish');
    expect(document.body.textContent).toContain('4 fields need another look.');
  });

  it('applies, and shows that one did', async () => {
    await open('/opportunities', 'freelancer');
    await click('opportunity-row', 1);
    await type('apply-message', 'I keep the stock of two workshops in step and live around the corner.');
    await click('apply-submit');
    expect(at('applied-note').textContent).toContain('You applied');
  });

  it('queues a message offline, says so, and never calls a binding act done', async () => {
    await open('/threads', 'freelancer', 'offline');
    await click('thread-row', 'Harbour Museum');
    await type('composer', 'See you on the 3rd.');
    expect(at('composer-send').textContent).toContain('Queue');
    await click('composer-send');
    expect(document.body.textContent).toContain('saved on this device, will be sent');
    expect(at('composer')).toHaveProperty('value', '');
    expect(at('offer-accept').textContent).toContain('Accept when online');
    await click('offer-accept');
    expect(at('offer-card').textContent).not.toContain('Accepting when online');
    await isSound();
    await click('offer-accept-confirm');
    expect(at('offer-card').textContent).toContain('Accepting when online');
    expect(document.body.textContent).not.toContain('You accepted');
  });

  it('attaches files, shows them where one writes, takes one out again, and sends the rest along', async () => {
    await open('/threads', 'freelancer', 'offline');
    await click('thread-row', 'Ferrum');
    const field = at('composer-files');
    Object.defineProperty(field, 'files', { configurable: true, value: [new File(['a'], 'sketch.png'), new File(['b'], 'notes.txt'), new File([], 'empty.txt')] });
    field.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    await settle();
    expect(document.querySelectorAll('[data-testid="file"]').length).toBe(2);
    expect(document.body.textContent).toContain('empty.txt is empty.');
    expect(at('composer-send')).toHaveProperty('disabled', false);
    await isSound();
    await click('file-remove', 1);
    await click('composer-send');
    expect([...document.querySelectorAll('[data-testid="entry"]')].at(-1)?.textContent).toContain('sketch.png');
    expect(at('file').textContent).toContain('is sent when you are online');
    expect(document.body.textContent).not.toContain('notes.txt');
    await isSound();
  });

  it('opens what is shown, saves what could run, and says that a file needs the connection', async () => {
    await open('/threads', 'freelancer');
    await click('thread-row', 'Harbour Museum');
    expect(at('file').querySelector('img')?.getAttribute('src')).toMatch(/^data:image/);
    expect(at('file', 'rooms 1 and 2').getAttribute('data-state')).toBe('remote');
    await click('file-save', 1);
    expect(document.body.textContent).toContain('Saved to your downloads: rooms 1 and 2.pdf');
    expect(at('file', 'rooms 1 and 2').getAttribute('data-state')).toBe('here');
  });

  it('shows parts that add up to the number', async () => {
    await open('/requests', 'client');
    await click('request-row', 'Booking');
    await click('candidate-row', 1);
    const points = [...document.querySelectorAll('[data-testid^="fit-part-"] .points b')].map((n) => Number(n.textContent));
    expect(points.length).toBe(5);
    expect(points.reduce((a, b) => a + b, 0)).toBe(Number(at('fit-percent').textContent));
  });

  it('rates with stars that are a radio group', async () => {
    await open('/threads', 'freelancer');
    await click('thread-row', 'accepted the delivery');
    expect(at('review-submit')).toHaveProperty('disabled', true);
    await click('review-star-5');
    expect(document.querySelectorAll('[data-testid="review-form"] input[type="radio"]').length).toBe(5);
    await type('review-text', 'Clear words, quick answers, paid in time.');
    await click('review-submit');
    expect(document.body.textContent).toContain('5 of 5 · sealed until both have written');
  });

  it('shows what was agreed once, with the answer to a delivery above it', async () => {
    await open('/threads', 'client');
    await click('thread-row', 'Eli');
    expect(document.querySelector('[data-testid="offer-card"]')).toBeNull();
    const terms = at('contract-card').querySelector('dl');
    expect(terms?.compareDocumentPosition(at('accept-delivery'))).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    await click('accept-delivery');
    expect(document.body.textContent).not.toContain('The job is done.');
    await click('accept-delivery-confirm');
    expect(document.body.textContent).toContain('The job is done.');
  });

  it('says with one button that sending ends the offline mode', async () => {
    await open('/outbox', 'freelancer', 'offline');
    expect(document.querySelector('[data-testid="outbox-retry"]')).toBeNull();
    expect(at('go-offline').textContent).toBe('Go online and send');
    await click('go-offline');
    expect(at('go-offline').textContent).toBe('Go offline');
    expect(at('outbox-retry').textContent).toBe('Check now');
  });

  it('does not take the end of a list for the number of people', async () => {
    await open('/admin/people', 'admin', '&many');
    expect(document.body.textContent).toContain('The newest 200; search for more');
    expect(document.body.textContent).not.toContain('Everyone with an account');
  });

  it('opens a person and signs them out everywhere for a reason', async () => {
    await open('/admin/people', 'admin');
    await click('person-open', 2);
    expect(document.querySelectorAll('[data-testid="admin-sign-in-row"]').length).toBe(2);
    await click('admin-sign-out');
    expect(document.body.textContent).toContain('Sign Aiko Nakamura out everywhere');
    expect(at('admin-sign-out-reason-confirm')).toHaveProperty('disabled', true);
    await type('admin-sign-out-reason-text', 'A lost computer.');
    await click('admin-sign-out-reason-confirm');
    expect(document.body.textContent).toContain('Aiko Nakamura is signed out everywhere.');
    await click('person-open', 2);
    expect(document.body.textContent).toContain('Signed in nowhere');
    expect(document.querySelector('[data-testid="admin-sign-out"]')).toBeNull();
    await click('admin-person-act');
    expect(document.body.textContent).toContain('Suspend Aiko Nakamura');
  });

  it('signs a person out on one computer for a reason', async () => {
    await open('/admin/people', 'admin');
    await click('person-open', 3);
    await click('admin-end-sign-in', 1);
    expect(document.body.textContent).toContain('out on travel');
    await type('admin-end-sign-in-reason-text', 'It was sold.');
    await click('admin-end-sign-in-reason-confirm');
    expect(document.body.textContent).toContain('is signed out on travel.');
    await click('person-open', 3);
    expect(document.querySelectorAll('[data-testid="admin-sign-in-row"]').length).toBe(1);
    await click('admin-roles');
    await isSound();
  });

  it('has whoever keeps order sign in once more, and then does what they asked for', async () => {
    await open('/admin/people', 'admin', 'step-up');
    await click('admin-suspend');
    await type('admin-reason-text', 'Copied portfolio.');
    await click('admin-reason-confirm');
    const dialogs = [...document.querySelectorAll('[role="dialog"]')];
    expect(dialogs.length).toBe(2);
    expect(dialogs.at(-1)?.textContent).toContain('It holds for a quarter of an hour');
    await isSound();
    await click('step-up-begin');
    expect(document.body.textContent).toContain('is suspended. They can still read.');
    expect(document.querySelector('[data-testid="step-up-begin"]')).toBeNull();
  });

  it('shows the audit log after signing in once more, and not before', async () => {
    await open('/admin/audit', 'admin', 'step-up');
    expect(document.body.textContent).toContain('Sign in once more to see the audit log');
    await click('list-step-up');
    await click('step-up-begin');
    expect(document.body.textContent).toContain('became admin');
  });

  it('lets one give up signing in once more', async () => {
    await open('/admin/audit', 'admin', 'step-up-waiting');
    await click('list-step-up');
    await click('step-up-begin');
    expect(document.body.textContent).toContain('Continue in your browser');
    await isSound();
    await click('step-up-cancel');
    expect(document.querySelector('[data-testid="step-up-cancel"]')).toBeNull();
    await click('list-step-up');
    expect(at('step-up-begin')).toHaveProperty('disabled', false);
  });

  it('shows a moderator what they may do and nothing else', async () => {
    await open('/', 'moderator', '', 'client,moderator');
    expect(at('role-moderator')).toBeTruthy();
    expect(document.querySelector('[data-testid="role-admin"]')).toBeNull();
    expect(at('nav-admin-people') && at('nav-admin-requests') && at('nav-admin-activity') && at('nav-insights')).toBeTruthy();
    expect(document.querySelector('[data-testid="nav-admin-audit"]')).toBeNull();
    await isSound();

    await click('nav-admin-people');
    const rows = [...document.querySelectorAll('[data-testid="person-row"]')];
    const acts = rows.map((r) => [/admin|moderator/.test(r.textContent ?? ''), r.querySelector('[data-testid="admin-suspend"], [data-testid="admin-restore"]') !== null]);
    expect(acts.filter(([trusted]) => trusted).length).toBe(2);
    expect(acts.every(([trusted, act]) => trusted !== act)).toBe(true);
    await click('person-open', 0);
    expect(document.body.textContent).toContain('Only an admin can suspend whoever keeps order.');
    expect(document.querySelector('[data-testid="admin-person-act"]')).toBeNull();
    await isSound();
    at('person-open', 2).click();
    await settle();
    expect(document.querySelectorAll('[data-testid="admin-sign-in-row"], [data-testid="admin-sign-out"], [data-testid="admin-roles"]').length).toBe(0);
    expect(document.body.textContent).not.toContain('There is nothing here');
    await isSound();
    router.replace('/admin/audit');
    await settle();
    expect(document.body.textContent).toContain('The place you asked for does not exist');
    expect(document.querySelector('[data-testid="activity-row"]')).toBeNull();
    for (const route of ['/admin/requests', '/admin/activity', '/insights']) {
      router.replace(route);
      await settle();
      expect(document.body.textContent).not.toContain('The place you asked for does not exist');
      await isSound();
    }
  });

  it('gives an admin one hat for both, and a suspended moderator none', async () => {
    await open('/', 'admin', '', 'client,moderator,admin');
    expect(document.querySelector('[data-testid="role-moderator"]')).toBeNull();
    expect(at('role-admin')).toBeTruthy();
    if (app) await unmount(app);
    await open('/', 'client', 'suspended', 'freelancer,client,moderator');
    expect(document.querySelector('[data-testid="role-moderator"]')).toBeNull();
    router.replace('/admin/people');
    await settle();
    expect(document.querySelector('[data-testid="person-row"]')).toBeNull();
  });

  it('follows when a role is taken while its screen is open', async () => {
    await open('/admin/people', 'moderator', '', 'client,moderator');
    expect(at('person-row')).toBeTruthy();
    const view = session.view;
    if (view?.state.kind !== 'signed_in') throw new Error('nobody is signed in');
    const me = { ...view.state.me, roles: ['client' as const] };
    await session.read(() => Promise.resolve({ status: 'ok', data: { ...view, state: { kind: 'signed_in', me } } }));
    await settle();
    expect(document.querySelector('[data-testid="person-row"]')).toBeNull();
    expect(document.querySelector('[data-testid="nav-admin-people"]')).toBeNull();
    expect(document.body.textContent).toContain('You are no moderator any more.');
  });

  it('warns before signing out while something waits', async () => {
    await open('/settings', 'freelancer', 'offline');
    await click('sign-out');
    await click('sign-out-discard');
    expect(at('sign-in-button')).toBeTruthy();
  });

  it('shows where one is signed in and ends what is not here', async () => {
    await open('/settings', 'freelancer');
    expect(document.querySelectorAll('[data-testid="sign-in-row"]').length).toBe(3);
    expect(at('sign-in-row', 'this device').querySelector('button')).toBeNull();
    await click('sign-in-end');
    expect(document.querySelectorAll('[data-testid="sign-in-row"]').length).toBe(2);
    await click('sign-ins-end-others');
    await isSound();
    await click('sign-ins-end-others-confirm');
    expect(document.querySelectorAll('[data-testid="sign-in-row"]').length).toBe(1);
    expect(document.querySelector('[data-testid="sign-ins-end-others"]')).toBeNull();
  });

  it('shows what changed before anything is sent, and sends it in one press', async () => {
    await open('/outbox', 'freelancer', 'offline');
    const held = at('attention-item', 'Exhibit guide app');
    expect(held.querySelector('ins')?.textContent).toContain('62');
    expect(held.textContent).toContain('Nothing was sent');
    await click('attention-confirm');
    expect(document.body.textContent).not.toContain('Exhibit guide app');
  });

  it('takes the words of a waiting act back into the form they were written in', async () => {
    await open('/outbox', 'freelancer', 'offline');
    expect(at('outbox-item', 'Paused by the client')).toBeTruthy();
    await click('outbox-edit');
    expect(router.path).toBe('/threads');
  });

  it('keeps a refused text until one discards it', async () => {
    await open('/outbox', 'freelancer', 'offline');
    const before = document.querySelectorAll('[data-testid="attention-item"]').length;
    const refused = at('attention-item', 'potteries');
    refused.querySelector<HTMLButtonElement>('[data-testid="attention-discard"]')?.click();
    await settle();
    await click('attention-discard-confirm');
    expect(document.querySelectorAll('[data-testid="attention-item"]').length).toBe(before - 1);
    expect(document.body.textContent).not.toContain('potteries');
  });
});
