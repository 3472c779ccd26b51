// This file stands in for the one that tauri-specta generates from crates/desktop/src/view and src-tauri; same shape, same names.
import { invoke as __TAURI_INVOKE } from '@tauri-apps/api/core';
import * as __TAURI_EVENT from '@tauri-apps/api/event';

/** Commands */
export const commands = {
  session: () => typedError<SessionView, ErrorView>(__TAURI_INVOKE('session')),
  syncState: () => typedError<SyncView, ErrorView>(__TAURI_INVOKE('sync_state')),
  signIn: (server: string) => typedError<null, ErrorView>(__TAURI_INVOKE('sign_in', { server })),
  signInCancel: () => typedError<null, ErrorView>(__TAURI_INVOKE('sign_in_cancel')),
  signOut: (discardWaiting: boolean) => typedError<null, ErrorView>(__TAURI_INVOKE('sign_out', { discardWaiting })),
  retryKeychain: () => typedError<SessionView, ErrorView>(__TAURI_INVOKE('retry_keychain')),
  goOffline: (offline: boolean) => typedError<null, ErrorView>(__TAURI_INVOKE('go_offline', { offline })),
  charts: (role: RoleView) => typedError<ChartView[], ErrorView>(__TAURI_INVOKE('charts', { role })),
  claimAdmin: (secret: string) => typedError<null, ErrorView>(__TAURI_INVOKE('claim_admin', { secret })),
  addRole: (role: RoleView) => typedError<null, ErrorView>(__TAURI_INVOKE('add_role', { role })),
  vocabulary: () => typedError<VocabularyView, ErrorView>(__TAURI_INVOKE('vocabulary')),
  suggestSkills: (text: string) => typedError<SkillHitView[], ErrorView>(__TAURI_INVOKE('suggest_skills', { text })),
  resolveSkills: (text: string) => typedError<HeldSkillForm[], ErrorView>(__TAURI_INVOKE('resolve_skills', { text })),
  suggestPlaces: (text: string) => typedError<PlaceView[], ErrorView>(__TAURI_INVOKE('suggest_places', { text })),
  myProfile: () => typedError<MyProfileView, ErrorView>(__TAURI_INVOKE('my_profile')),
  profileSave: (form: ProfileForm) => typedError<null, ErrorView>(__TAURI_INVOKE('profile_save', { form })),
  profileAutosave: (form: ProfileForm) => typedError<null, ErrorView>(__TAURI_INVOKE('profile_autosave', { form })),
  profileDiscardDraft: () => typedError<null, ErrorView>(__TAURI_INVOKE('profile_discard_draft')),
  importResume: (json: string) => typedError<ResumeImportView, ErrorView>(__TAURI_INVOKE('import_resume', { json })),
  myRequests: () => typedError<RequestRow[], ErrorView>(__TAURI_INVOKE('my_requests')),
  myRequest: (id: string) => typedError<MyRequestView, ErrorView>(__TAURI_INVOKE('my_request', { id })),
  requestNew: () => typedError<string, ErrorView>(__TAURI_INVOKE('request_new')),
  requestAutosave: (id: string, form: RequestForm) => typedError<null, ErrorView>(__TAURI_INVOKE('request_autosave', { id, form })),
  requestPublish: (id: string, form: RequestForm) => typedError<null, ErrorView>(__TAURI_INVOKE('request_publish', { id, form })),
  requestEdit: (id: string, form: RequestForm) => typedError<null, ErrorView>(__TAURI_INVOKE('request_edit', { id, form })),
  requestPause: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('request_pause', { id })),
  requestResume: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('request_resume', { id })),
  requestCancel: (id: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('request_cancel', { id, reason })),
  requestDiscard: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('request_discard', { id })),
  candidate: (request: string, freelancer: string) =>
    typedError<CandidatePageView, ErrorView>(__TAURI_INVOKE('candidate', { request, freelancer })),
  opportunities: () => typedError<OpportunityRow[], ErrorView>(__TAURI_INVOKE('opportunities')),
  opportunity: (id: string) => typedError<OpportunityView, ErrorView>(__TAURI_INVOKE('opportunity', { id })),
  applicationAutosave: (request: string, draft: ApplicationDraft) =>
    typedError<null, ErrorView>(__TAURI_INVOKE('application_autosave', { request, draft })),
  apply: (request: string, draft: ApplicationDraft) => typedError<string, ErrorView>(__TAURI_INVOKE('apply', { request, draft })),
  threads: (role: RoleView) => typedError<ThreadRow[], ErrorView>(__TAURI_INVOKE('threads', { role })),
  thread: (id: string) => typedError<ThreadView, ErrorView>(__TAURI_INVOKE('thread', { id })),
  messageAutosave: (thread: string, text: string) => typedError<null, ErrorView>(__TAURI_INVOKE('message_autosave', { thread, text })),
  messageSend: (thread: string, text: string) => typedError<null, ErrorView>(__TAURI_INVOKE('message_send', { thread, text })),
  applicationWithdraw: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('application_withdraw', { id })),
  applicationShortlist: (id: string, on: boolean) => typedError<null, ErrorView>(__TAURI_INVOKE('application_shortlist', { id, on })),
  applicationDecline: (id: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('application_decline', { id, reason })),
  offerMake: (application: string, terms: TermsForm) => typedError<null, ErrorView>(__TAURI_INVOKE('offer_make', { application, terms })),
  offerRevoke: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('offer_revoke', { id })),
  offerAccept: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('offer_accept', { id })),
  offerDecline: (id: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('offer_decline', { id, reason })),
  contracts: (role: RoleView) => typedError<ContractView[], ErrorView>(__TAURI_INVOKE('contracts', { role })),
  contractDeliver: (id: string, note: string) => typedError<null, ErrorView>(__TAURI_INVOKE('contract_deliver', { id, note })),
  contractRequestChanges: (id: string, note: string) => typedError<null, ErrorView>(__TAURI_INVOKE('contract_request_changes', { id, note })),
  contractAccept: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('contract_accept', { id })),
  contractCancel: (id: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('contract_cancel', { id, reason })),
  reviewWrite: (contract: string, stars: number, text: string) =>
    typedError<null, ErrorView>(__TAURI_INVOKE('review_write', { contract, stars, text })),
  freelancerHome: () => typedError<FreelancerHomeView, ErrorView>(__TAURI_INVOKE('freelancer_home')),
  clientHome: () => typedError<ClientHomeView, ErrorView>(__TAURI_INVOKE('client_home')),
  outbox: () => typedError<OutboxView, ErrorView>(__TAURI_INVOKE('outbox')),
  outboxRetry: () => typedError<null, ErrorView>(__TAURI_INVOKE('outbox_retry')),
  outboxCancel: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('outbox_cancel', { id })),
  attentionResend: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('attention_resend', { id })),
  attentionDiscard: (id: string) => typedError<null, ErrorView>(__TAURI_INVOKE('attention_discard', { id })),
  adminHome: () => typedError<AdminHomeView, ErrorView>(__TAURI_INVOKE('admin_home')),
  adminPeople: (search: string) => typedError<AdminPersonRow[], ErrorView>(__TAURI_INVOKE('admin_people', { search })),
  adminRequests: (search: string) => typedError<AdminRequestRow[], ErrorView>(__TAURI_INVOKE('admin_requests', { search })),
  adminActivity: (search: string) => typedError<AdminActivityRow[], ErrorView>(__TAURI_INVOKE('admin_activity', { search })),
  adminSuspend: (person: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('admin_suspend', { person, reason })),
  adminRestore: (person: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('admin_restore', { person, reason })),
  adminRemoveRequest: (id: string, reason: string) => typedError<null, ErrorView>(__TAURI_INVOKE('admin_remove_request', { id, reason })),
  adminCharts: () => typedError<ChartView[], ErrorView>(__TAURI_INVOKE('admin_charts')),
};

/** Events */
export const events = {
  changed: makeEvent<Changed>('changed'),
  sessionChanged: makeEvent<SessionChanged>('session-changed'),
  syncChanged: makeEvent<SyncChanged>('sync-changed'),
  navigate: makeEvent<Navigate>('navigate'),
};

export type Changed = Record<string, never>;
export type SessionChanged = Record<string, never>;
export type SyncChanged = SyncView;
export type Navigate = { route: string };

/** A line of the activity log. */
export type AdminActivityRow = {
  /** Row id. */
  id: string;
  /** When (Unix ms). */
  at: number | null;
  /** Who, by name. */
  who: string;
  /** What, as a sentence, e.g. "applied to “Booking system rebuild”". */
  what: string;
  /** Kind, e.g. `application`. */
  kind: string;
};

/** The admin's home. */
export type AdminHomeView = {
  /** Counts in words and numbers, e.g. ("People", 2001). */
  counts: CountView[];
  /** Newest first. */
  activity: AdminActivityRow[];
  /** Server's time of the answer (Unix ms). */
  as_of: number | null;
};

/** A person in the admin's list. */
export type AdminPersonRow = {
  /** Account id. */
  id: string;
  /** Name. */
  name: string;
  /** Roles. */
  roles: RoleView[];
  /** When they joined (Unix ms). */
  joined: number | null;
  /** Reason, while suspended. */
  suspended: string | null;
};

/** A request in the admin's list. */
export type AdminRequestRow = {
  /** Request id. */
  id: string;
  /** Title. */
  title: string;
  /** Client's name. */
  client: string;
  /** Stage in words. */
  stage: string;
  /** Applications received. */
  applications: number;
  /** When it was published (Unix ms). */
  published: number | null;
  /** Reason, once removed. */
  removed: string | null;
};

/** An applicant with the request they applied to. */
export type ApplicantRow = {
  /** Request id. */
  request: string;
  /** What it is called. */
  title: string;
  /** Who. */
  candidate: CandidateView;
  /** When (Unix ms). */
  at: number | null;
};

/** An application that is being written. */
export type ApplicationDraft = {
  /** 20 to 4,000 characters. */
  message: string;
  /** Per hour. */
  price: MoneyView | null;
};

/** Where an application stands, with what followed from it. */
export type ApplicationStageView = 'none' | 'submitted' | 'viewed' | 'shortlisted' | 'offered' | 'hired' | 'delivered' | 'completed' | 'declined' | 'withdrawn' | 'closed';

/** An act that was refused. Its text is kept until the person discards it. */
export type AttentionView = {
  /** Mutation id. */
  id: string;
  /** What it would have done. */
  what: string;
  /** When it was done here (Unix ms). */
  at: number | null;
  /** Stable refusal code. */
  code: string;
  /** What happened, that the text is safe, what can be done. */
  message: string;
  /** Fields concerned. */
  errors: FieldErrorView[];
  /** The person's own words in it, to copy. */
  text: string;
  /** True when sending the same again may succeed. */
  can_resend: boolean;
  /** Where it can be mended. */
  route: string;
};

/** A candidate's page: their profile and their fit to one request. */
export type CandidatePageView = {
  /** As in the list. */
  candidate: CandidateView;
  /** The whole profile; none where it has not been downloaded. */
  freelancer: FreelancerView | null;
  /** The application's text, if there is one. */
  message: string | null;
  /** The application's price in words. */
  price: string | null;
  /** Acts possible now: `shortlist`, `decline`, `offer`, `open_thread`. */
  acts: string[];
};

/** A freelancer in a client's ranked list. */
export type CandidateView = {
  /** Name, headline, place, stars. */
  person: PersonView;
  /** Rate in words, e.g. "68 €/h"; empty when unknown. */
  rate: string;
  /** The fit, unless they applied without being matched. */
  fit: FitView | null;
  /** Their application's id, if they applied. */
  application: string | null;
  /** Where the application stands; `none` before. */
  stage: ApplicationStageView;
  /** True until the client has opened it. */
  unread: boolean;
};

/** A drawn chart with its table. */
export type ChartView = {
  /** `funnel`, `response_time`, `jobs_by_month`. */
  id: string;
  /** A finding in words. */
  title: string;
  /** What is counted and how. */
  definition: string;
  /** Unix ms. */
  as_of: number | null;
  /** Inline SVG; colours by class. */
  svg: string;
  /** Focusable places over the drawing. */
  hotspots: HotspotView[];
  /** Table head. */
  columns: string[];
  /** Table rows, from the same series. */
  rows: string[][];
  /** For screen readers. */
  summary: string;
};

/** A value with its name. */
export type ChoiceView = {
  /** What is stored. */
  value: string;
  /** What is shown. */
  label: string;
};

/** The client's home. */
export type ClientHomeView = {
  /** What waits for me. */
  needs: NeedView[];
  /** My requests with counts. */
  requests: RequestRow[];
  /** The newest applicants over all requests. */
  applicants: ApplicantRow[];
  /** Threads, newest first. */
  threads: ThreadRow[];
  /** Contracts that run. */
  contracts: ContractView[];
  /** Unix ms of what is shown. */
  as_of: number | null;
};

/** A contract as both see it. */
export type ContractView = {
  /** Contract id. */
  id: string;
  /** Request id. */
  request: string;
  /** What the job is called. */
  title: string;
  /** The other person. */
  other: PersonView;
  /** Thread (application) id. */
  thread: string;
  /** What was agreed; frozen. */
  terms: TermsForm;
  /** `active`, `delivered`, `completed` or `cancelled`. */
  stage: string;
  /** Since when it stands there (Unix ms). */
  since: number | null;
  /** True when I do the work. */
  as_freelancer: boolean;
  /** Note of the last delivery or of the changes asked for. */
  note: string;
  /** Whether it has reached the server. */
  delivery: Delivery;
  /** True when my review is due. */
  review_due: boolean;
};

/** A number with its name. */
export type CountView = {
  /** What is counted. */
  label: string;
  /** How many. */
  value: number;
  /** A short line below, may be empty. */
  line: string;
};

/** A currency. */
export type CurrencyView = {
  /** ISO 4217. */
  code: string;
  /** E.g. `€`. */
  symbol: string;
  /** Digits after the point. */
  digits: number;
};

/** Whether a thing on screen has reached the server. */
export type Delivery = 'synced' | 'waiting';

/** One thing that happened in a thread. */
export type EntryView = {
  /** Row id. */
  id: string;
  /** `application`, `message` or `event`. */
  kind: string;
  /** True when I wrote or did it. */
  mine: boolean;
  /** The words; for an event a sentence such as "Mira accepted the offer". */
  text: string;
  /** Server's time once it has it, else mine (Unix ms). */
  at: number | null;
  /** Whether it has reached the server. */
  delivery: Delivery;
};

/** A failure that a screen can show: what happened, and which fields to mark. */
export type ErrorView = {
  /** Stable code the screen switches on, e.g. `validation`, `offline`, `already_filled`. */
  code: string;
  /** One plain sentence with what to do next. */
  message: string;
  /** The fields concerned; the same shape as in the server's problems (RFC 9457). */
  errors: FieldErrorView[];
};

/** What is wrong with one field. */
export type FieldErrorView = {
  /** JSON pointer into the form, e.g. `/title` or `/skills/3/level`. */
  pointer: string;
  /** Stable code, e.g. `too_long`. */
  code: string;
  /** One plain sentence. */
  message: string;
};

/** One of the five parts. */
export type FitPartView = {
  /** `skills`, `rating`, `place`, `availability` or `budget`. */
  part: string;
  /** Points reached, in whole percent of the fit. */
  percent: number;
  /** Points possible: the weight. */
  of: number;
  /** Why, in plain words. */
  text: string;
};

/** How well a request and a freelancer fit. */
export type FitView = {
  /** Whole percent. */
  percent: number;
  /** Skills, rating, place, availability, budget: in this order; `percent` of all sum to the fit. */
  parts: FitPartView[];
  /** One sentence in plain words. */
  sentence: string;
  /** What would raise it most, if anything would. */
  improve: string | null;
};

/** The freelancer's home. */
export type FreelancerHomeView = {
  /** What waits for me. */
  needs: NeedView[];
  /** Best matches first (up to 50). */
  recommended: OpportunityRow[];
  /** My applications that have not become contracts. */
  applied: ThreadRow[];
  /** Contracts that run. */
  in_progress: ContractView[];
  /** Profile strength 0 to 100 with its next step. */
  strength: number;
  /** Empty when complete. */
  next_step: string;
  /** Free hours of the next 12 weeks. */
  free_hours: number[];
  /** In words, e.g. "24 h free next week". */
  availability: string;
  /** Unix ms of what is shown; the screen says "as of" when not live. */
  as_of: number | null;
};

/** A freelancer as a client reads them. */
export type FreelancerView = {
  /** Name, headline, place, stars. */
  person: PersonView;
  /** About them. */
  bio: string;
  /** Category name. */
  category: string;
  /** In their own order. */
  skills: HeldSkillForm[];
  /** Shown work. */
  portfolio: PortfolioItemForm[];
  /** Languages in words, e.g. "German (native)". */
  languages: string[];
  /** Per hour. */
  rate: MoneyView | null;
  /** In words, e.g. "24 h a week, free from 1 Dec". */
  availability: string;
  /** IANA name. */
  time_zone: string;
  /** Newest first. */
  reviews: ReviewView[];
};

/** A skill one has. */
export type HeldSkillForm = {
  /** Vocabulary id; none when the vocabulary does not know it: shown as *unmapped*, kept all the same. */
  skill: number | null;
  /** The name as shown or typed. */
  name: string;
  /** `beginner`, `intermediate`, `advanced` or `expert`. */
  level: string;
  /** Years of practice, 0 to 60. */
  years: number;
};

/** A place over the drawing, in fractions of its box. */
export type HotspotView = {
  /** From the left, 0 to 1. */
  x: number | null;
  /** From the top, 0 to 1. */
  y: number | null;
  /** 0 to 1. */
  width: number | null;
  /** 0 to 1. */
  height: number | null;
  /** What it says when pointed at. */
  label: string;
};

/** Whether tokens can be kept safely. */
export type KeychainView =
  | { kind: 'ready' }
  | { kind: 'memory_only'; hint: string };

/** The state of the connection. */
export type LinkView =
  | { kind: 'up_to_date' }
  | { kind: 'syncing' }
  | { kind: 'offline' }
  | { kind: 'loading' }
  | { kind: 'update_needed' }
  | { kind: 'sign_in_needed' };

/** The person at this desktop. */
export type MeView = {
  /** Account id. */
  id: string;
  /** The name they go by. */
  name: string;
  /** Photo as data URL. */
  photo: string | null;
  /** Roles this account has; the window offers a switch between work and hire when both are there. */
  roles: RoleView[];
  /** Why the account is suspended, if it is: reading and export still work. */
  suspended: string | null;
};

/** An amount in minor units of a currency. */
export type MoneyView = {
  /** Minor units (cents, yen, fils). */
  minor: number;
  /** ISO 4217 code. */
  currency: string;
};

/** My own profile with what surrounds it. */
export type MyProfileView = {
  /** The form, prefilled; defaults when there is none yet. */
  form: ProfileForm;
  /** True once it has been saved at least once. */
  exists: boolean;
  /** Whether the last save has reached the server. */
  delivery: Delivery;
  /** 0 to 100. */
  strength: number;
  /** The single best next step, e.g. "Add two works to show"; empty when complete. */
  next_step: string;
  /** A form that was being filled in but never saved (autosaved), if newer than the saved one. */
  draft: ProfileForm | null;
};

/** A request opened by its client. */
export type MyRequestView = {
  /** The row as in the list. */
  row: RequestRow;
  /** For editing. */
  form: RequestForm;
  /** Ranked freelancers, best first; those who applied are marked. */
  candidates: CandidateView[];
  /** Why it was removed, if it was. */
  removed_because: string | null;
  /** Which acts are possible now: `edit`, `publish`, `pause`, `resume`, `cancel`, `discard`. */
  acts: string[];
  /** When it changed last (Unix ms). */
  changed_at: number | null;
};

/** Something that waits for this person, with exactly one act. */
export type NeedView = {
  /** `offer`, `delivery`, `changes`, `application`, `message`, `review`, `attention`, `profile`. */
  kind: string;
  /** What it is. */
  title: string;
  /** Why, in a line. */
  line: string;
  /** Deadline or age in words, e.g. "41 h left"; may be empty. */
  tag: string;
  /** Words of the one button. */
  act: string;
  /** Where the button leads: a route such as `/threads/<id>`. */
  route: string;
};

/** An offer as both see it. */
export type OfferView = {
  /** Offer id. */
  id: string;
  /** What was offered. */
  terms: TermsForm;
  /** `sent`, `accepted`, `declined`, `revoked`, `expired`, `superseded`. */
  stage: string;
  /** When it runs out (Unix ms). */
  expires_at: number | null;
  /** True when my answer is asked for. */
  mine_to_answer: boolean;
  /** Whether it has reached the server; a waiting acceptance reads "Accepting when online". */
  delivery: Delivery;
};

/** A request as a freelancer reads it in a list. */
export type OpportunityRow = {
  /** Request id. */
  id: string;
  /** Title. */
  title: string;
  /** Client's name. */
  client: string;
  /** Place and time in words. */
  line: string;
  /** Why it fits, or nothing where it was not matched. */
  fit: FitView | null;
  /** True until it has been opened. */
  is_new: boolean;
  /** True once I applied. */
  applied: boolean;
  /** False when it no longer takes applications. */
  open: boolean;
};

/** A request opened by a freelancer. */
export type OpportunityView = {
  /** As in the list. */
  row: OpportunityRow;
  /** Category name. */
  category: string;
  /** What is asked for. */
  description: string;
  /** Skills asked for. */
  skills: WantedSkillForm[];
  /** Budget; none is "to discuss". */
  budget: MoneyView | null;
  /** "On site", "Hybrid" or "Remote", with the place. */
  work: string;
  /** Start and end in words. */
  dates: string;
  /** Hours a week. */
  hours_per_week: number;
  /** The client with stars. */
  client: PersonView;
  /** My application's id, if I applied. */
  application: string | null;
  /** Text and price I was writing, autosaved. */
  draft: ApplicationDraft | null;
  /** Where it stands. */
  stage: RequestStageView;
};

/** The outbox panel. */
export type OutboxView = {
  /** In the order they will be sent. */
  waiting: WaitingView[];
  /** Refused, newest first. */
  attention: AttentionView[];
};

/** A person as others see them in a list. */
export type PersonView = {
  /** Account id. */
  id: string;
  /** The name they go by. */
  name: string;
  /** One line under the name; empty for clients without one. */
  headline: string;
  /** Place in words, e.g. "Leipzig, Germany" or "Remote". */
  place: string;
  /** Data URL of the photo, if there is one. */
  photo: string | null;
  /** Star mean with one decimal, when there is a review. */
  stars: number | null;
  /** How many reviews the mean rests on. */
  reviews: number;
};

/** A place of the gazetteer. */
export type PlaceView = {
  /** Gazetteer id. */
  id: number;
  /** Name with region and country, e.g. "Leipzig, Germany". */
  name: string;
  /** IANA time zone of the place. */
  time_zone: string;
};

/** One piece of shown work. */
export type PortfolioItemForm = {
  /** 2 to 120 characters. */
  title: string;
  /** Up to 1,000 characters. */
  text: string;
  /** `https://…` or empty. */
  link: string;
  /** Year it was done, or none. */
  year: number | null;
};

/** The profile form. Saved whole; the rules of the domain check it and name the fields. */
export type ProfileForm = {
  /** Data URL of a JPEG or PNG of at most 48 KiB (the screen shrinks it). */
  photo: string | null;
  /** One line, 3 to 100 characters. */
  headline: string;
  /** Up to 4,000 characters. */
  bio: string;
  /** Category slug. */
  category: string;
  /** In the order of importance, at most 40. */
  skills: HeldSkillForm[];
  /** Works to show, at most 24. */
  portfolio: PortfolioItemForm[];
  /** ISO 639-1 codes with a level. */
  languages: SpokenLanguageForm[];
  /** Per hour. */
  rate: MoneyView | null;
  /** Place id of the gazetteer; none with `remote_only`. */
  place: PlaceView | null;
  /** True when on-site work is out of the question. */
  remote_only: boolean;
  /** Kilometres one would travel, 0 to 500. */
  travel_radius_km: number;
  /** IANA name. */
  time_zone: string;
  /** Free hours a week, 0 to 80. */
  hours_per_week: number;
  /** ISO date (`2026-12-01`); empty means at once. */
  free_from: string;
};

/** The request form. Drafts may be incomplete; publishing checks everything and names the fields. */
export type RequestForm = {
  /** 8 to 120 characters. */
  title: string;
  /** Up to 8,000 characters. */
  description: string;
  /** Category slug. */
  category: string;
  /** At least one must-have to publish, at most 12 in all. */
  skills: WantedSkillForm[];
  /** `on_site`, `hybrid` or `remote`. */
  work: string;
  /** Needed for on-site and hybrid. */
  place: PlaceView | null;
  /** ISO date. */
  start: string;
  /** ISO date, not before the start. */
  end: string;
  /** Hours a week, 1 to 80. */
  hours_per_week: number;
  /** Highest rate per hour; none means "to discuss". */
  budget: MoneyView | null;
  /** IANA name of the client's time zone. */
  time_zone: string;
  /** ISO 639-1 codes one must speak. */
  languages: string[];
};

/** A request in the client's list. */
export type RequestRow = {
  /** Request id (for drafts: the id it will have). */
  id: string;
  /** Title, or "Untitled request". */
  title: string;
  /** Place and time in words, e.g. "Remote · 8 Dec – 28 Feb · 30 h a week". */
  line: string;
  /** Where it stands. */
  stage: RequestStageView;
  /** Matched freelancers. */
  matches: number;
  /** Applications received. */
  applications: number;
  /** Of these, not opened yet. */
  unread: number;
  /** Views by freelancers. */
  views: number;
  /** Whether the last change has reached the server. */
  delivery: Delivery;
};

/** Where a request stands, as the client reads it. */
export type RequestStageView = 'draft' | 'open' | 'paused' | 'in_progress' | 'delivered' | 'completed' | 'cancelled' | 'removed';

/** What an import of a JSON Resume gave: a form to correct, and what was left over. */
export type ResumeImportView = {
  /** Prefilled form. */
  form: ProfileForm;
  /** Plain sentences on what could not be taken over. */
  notes: string[];
};

/** A published review. */
export type ReviewView = {
  /** Who wrote it. */
  author: string;
  /** 1 to 5. */
  stars: number;
  /** Their words. */
  text: string;
  /** What the job was called. */
  job: string;
  /** When it was written (Unix ms). */
  at: number | null;
};

/** Which hat a person wears. */
export type RoleView = 'freelancer' | 'client' | 'admin';

/** Everything the frame of the window needs. */
export type SessionView = {
  /** Where sign-in stands. */
  state: SignInView;
  /** The last server named, to prefill the field. */
  server: string;
  /** Whether tokens can be kept safely on this computer. */
  keychain: KeychainView;
  /** `--profile` name; empty for the default one. */
  profile: string;
};

/** Where sign-in stands. */
export type SignInView =
  | { kind: 'signed_out'; notice: string | null }
  | { kind: 'waiting'; link: string; browser_opened: boolean }
  | { kind: 'signed_in'; me: MeView };

/** A suggestion while typing a skill. */
export type SkillHitView = {
  /** Vocabulary id. */
  id: number;
  /** Canonical name. */
  name: string;
  /** The alias that matched, when it is another word. */
  alias: string | null;
};

/** A language one works in. */
export type SpokenLanguageForm = {
  /** ISO 639-1. */
  code: string;
  /** `basic`, `conversational`, `fluent` or `native`. */
  level: string;
};

/** How this device stands against the server. Words first; one quiet pill. */
export type SyncView = {
  /** Whether the server is reached at the moment. */
  link: LinkView;
  /** Acts that wait to be sent. */
  waiting: number;
  /** Acts that were refused and need the person. */
  attention: number;
  /** When this device last was up to date (Unix ms). */
  as_of: number | null;
};

/** Terms of an offer. */
export type TermsForm = {
  /** What is to be done, 10 to 4,000 characters. */
  scope: string;
  /** Per hour. */
  rate: MoneyView | null;
  /** Hours a week. */
  hours_per_week: number;
  /** ISO date. */
  start: string;
  /** ISO date. */
  end: string;
};

/** A review seen in its thread. */
export type ThreadReviewView = {
  /** True when I wrote it. */
  mine: boolean;
  /** 1 to 5. */
  stars: number;
  /** The words. */
  text: string;
  /** True while the other side has not written theirs: only the author sees it. */
  sealed: boolean;
};

/** A thread in a list; also the row of the freelancer's applications. */
export type ThreadRow = {
  /** Application id, which is the thread's id. */
  id: string;
  /** Request id. */
  request: string;
  /** What the request is called. */
  title: string;
  /** The other person. */
  other: PersonView;
  /** True when I am the freelancer in it. */
  as_freelancer: boolean;
  /** Where it stands. */
  stage: ApplicationStageView;
  /** The last line written, shortened. */
  last_line: string;
  /** When something last happened (Unix ms). */
  at: number | null;
  /** Messages I have not read. */
  unread: number;
  /** Whether all of mine in it has reached the server. */
  delivery: Delivery;
};

/** A thread opened. */
export type ThreadView = {
  /** As in the list. */
  row: ThreadRow;
  /** The application's price in words, e.g. "68 €/h". */
  price: string;
  /** Fit at the time, if matched. */
  fit: FitView | null;
  /** What happened, oldest first; my unsent ones at the end. */
  entries: EntryView[];
  /** The offer on the table, if there is one. */
  offer: OfferView | null;
  /** The contract, once there is one. */
  contract: ContractView | null;
  /** Acts possible now: `message`, `withdraw`, `shortlist`, `decline`, `offer`, `accept_offer`, `decline_offer`, `revoke_offer`, `deliver`, `request_changes`, `accept_delivery`, `cancel_contract`, `review`. */
  acts: string[];
  /** What I was typing, autosaved. */
  draft: string;
  /** Prefilled terms for the offer form, for the client. */
  suggested_terms: TermsForm | null;
  /** The other person's stars for me and mine for them, as far as they may be seen. */
  reviews: ThreadReviewView[];
};

/** The short lists, fetched once. */
export type VocabularyView = {
  /** Kinds of service. */
  categories: ChoiceView[];
  /** Languages (ISO 639-1). */
  languages: ChoiceView[];
  /** Currencies (ISO 4217) with their minor digits. */
  currencies: CurrencyView[];
  /** IANA names. */
  time_zones: string[];
};

/** An act that waits. */
export type WaitingView = {
  /** Mutation id. */
  id: string;
  /** What it does, e.g. "Publish “Booking system rebuild”". */
  what: string;
  /** When it was done here (Unix ms). */
  at: number | null;
  /** Why it waits, e.g. "Waiting for the connection". */
  why: string;
  /** False once it may already be on its way. */
  can_cancel: boolean;
  /** The person's own words in it, to copy. */
  text: string;
  /** Where it can be looked at. */
  route: string;
};

/** A skill that is asked for. */
export type WantedSkillForm = {
  /** Vocabulary id, none when unmapped. */
  skill: number | null;
  /** As shown or typed. */
  name: string;
  /** True for a must-have, false for nice to have. */
  must: boolean;
  /** Level asked for. */
  level: string;
};

/* Runtime */

export type Result<T, E> = { status: 'ok'; data: T } | { status: 'error'; error: E };

async function typedError<T, E>(result: Promise<T>): Promise<Result<T, E>> {
  try {
    return { status: 'ok', data: await result };
  } catch (e) {
    if (e instanceof Error) throw e;
    return { status: 'error', error: e as E };
  }
}

function makeEvent<T>(name: string) {
  return {
    listen: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen(name, cb),
    once: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.once(name, cb),
  };
}
