// Small words: plurals, initials, states.
import { absurd } from '../absurd';
import type { ApplicationStageView, LinkView, RequestStageView, RoleView, SyncView } from '../ipc/bindings';

/** `1 match`, `2 matches`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Up to two letters of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s.]+/).filter(Boolean);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1]?.[0] ?? '') : (words[0]?.[1] ?? '');
  return (first + last).toUpperCase();
}

/** One of `n` quiet hues, always the same for the same person. */
export function hueOf(id: string, n: number): number {
  let h = 7;
  for (const c of id) h = (h * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return h % n;
}

export type Tone = 'plain' | 'yes' | 'warn' | 'stop' | 'info' | 'miss';
export interface Label {
  text: string;
  tone: Tone;
}

export function requestStage(stage: RequestStageView): Label {
  switch (stage) {
    case 'draft':
      return { text: 'draft', tone: 'miss' };
    case 'open':
      return { text: 'open', tone: 'yes' };
    case 'shortlisting':
      return { text: 'shortlisting', tone: 'yes' };
    case 'paused':
      return { text: 'paused', tone: 'warn' };
    case 'in_progress':
      return { text: 'in progress', tone: 'info' };
    case 'delivered':
      return { text: 'delivered', tone: 'warn' };
    case 'completed':
      return { text: 'completed', tone: 'plain' };
    case 'cancelled':
      return { text: 'cancelled', tone: 'plain' };
    case 'expired':
      return { text: 'ran out', tone: 'plain' };
    case 'removed':
      return { text: 'removed', tone: 'stop' };
    default:
      return absurd(stage);
  }
}

export function applicationStage(stage: ApplicationStageView): Label {
  switch (stage) {
    case 'none':
      return { text: 'matched', tone: 'miss' };
    case 'submitted':
      return { text: 'applied', tone: 'plain' };
    case 'viewed':
      return { text: 'viewed', tone: 'info' };
    case 'shortlisted':
      return { text: 'shortlisted', tone: 'yes' };
    case 'offered':
      return { text: 'offer open', tone: 'warn' };
    case 'hired':
      return { text: 'hired', tone: 'yes' };
    case 'delivered':
      return { text: 'delivered', tone: 'info' };
    case 'completed':
      return { text: 'completed', tone: 'plain' };
    case 'declined':
      return { text: 'declined', tone: 'plain' };
    case 'withdrawn':
      return { text: 'withdrawn', tone: 'plain' };
    case 'closed':
      return { text: 'closed', tone: 'plain' };
    default:
      return absurd(stage);
  }
}

/** A contract's or an offer's stage comes as a word; one we do not know yet is shown as it is. */
export function contractStage(stage: string): Label {
  switch (stage) {
    case 'active':
      return { text: 'in progress', tone: 'yes' };
    case 'delivered':
      return { text: 'delivered', tone: 'warn' };
    case 'completed':
      return { text: 'completed', tone: 'plain' };
    case 'cancelled':
      return { text: 'cancelled', tone: 'stop' };
    default:
      return { text: stage.replaceAll('_', ' '), tone: 'plain' };
  }
}

export function roleName(role: RoleView): string {
  switch (role) {
    case 'freelancer':
      return 'Work';
    case 'client':
      return 'Hire';
    case 'moderator':
      // As short as the others: the narrow sidebar has room for no more.
      return 'Mod';
    case 'admin':
      return 'Admin';
    default:
      return absurd(role);
  }
}

function linkWords(link: LinkView): Label {
  switch (link.kind) {
    case 'up_to_date':
      return { text: 'Up to date', tone: 'yes' };
    case 'syncing':
      return { text: 'Syncing', tone: 'yes' };
    case 'offline':
      return { text: 'Offline', tone: 'warn' };
    case 'loading':
      return { text: 'Downloading', tone: 'yes' };
    case 'update_needed':
      return { text: 'Update needed', tone: 'warn' };
    case 'sign_in_needed':
      return { text: 'Sign-in needed', tone: 'warn' };
    case 'distrusted':
      return { text: 'Server not trusted', tone: 'stop' };
    default:
      return absurd(link);
  }
}

/** The words of the pill: `Up to date`, `Syncing 3`, `Offline, 2 waiting`, `1 needs attention`. */
export function pillWords(s: SyncView): Label {
  const { text, tone } = linkWords(s.link);
  const needs = s.attention > 0 ? `${s.attention} ${s.attention === 1 ? 'needs' : 'need'} attention` : '';
  const state = s.waiting === 0 ? text : s.link.kind === 'syncing' ? `Syncing ${s.waiting}` : s.link.kind === 'up_to_date' ? `${s.waiting} waiting` : `${text}, ${s.waiting} waiting`;
  if (!needs) return { text: state, tone };
  // What needs the person comes first; that all else is well need not be said.
  return { text: state === 'Up to date' ? needs : `${state}, ${needs}`, tone: 'warn' };
}

const LEVELS: Readonly<Record<string, string>> = { beginner: 'Beginner', intermediate: 'Intermediate', advanced: 'Advanced', expert: 'Expert' };
const SPOKEN: Readonly<Record<string, string>> = { basic: 'Basic', conversational: 'Conversational', fluent: 'Fluent', native: 'Native' };
const WORK: Readonly<Record<string, string>> = { remote: 'Remote', hybrid: 'Hybrid', on_site: 'On site' };
const choices = (m: Readonly<Record<string, string>>): { value: string; label: string }[] => Object.entries(m).map(([value, label]) => ({ value, label }));

export const levels = choices(LEVELS);
export const spokenLevels = choices(SPOKEN);
export const workModes = choices(WORK);
export const levelName = (v: string): string => LEVELS[v] ?? v;
