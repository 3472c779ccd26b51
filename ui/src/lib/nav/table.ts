// Every route of the window, and the screen it leads to.
export type Place =
  | { name: 'home' }
  | { name: 'opportunities' }
  | { name: 'opportunity'; id: string }
  | { name: 'find-work'; id: string | null }
  | { name: 'find-talent'; id: string | null }
  | { name: 'applications' }
  | { name: 'requests' }
  | { name: 'request'; id: string; person: string | null }
  | { name: 'request-form'; id: string }
  | { name: 'threads' }
  | { name: 'thread'; id: string }
  | { name: 'contracts' }
  | { name: 'profile' }
  | { name: 'insights' }
  | { name: 'outbox' }
  | { name: 'settings' }
  | { name: 'admin'; section: AdminSection }
  | { name: 'lost' };

export type AdminSection = 'people' | 'requests' | 'activity' | 'audit';

/** Other words for the same place, as notifications and older links may use them. */
const ALIASES: Readonly<Record<string, string>> = {
  recommended: 'opportunities',
  matches: 'opportunities',
  messages: 'threads',
  attention: 'outbox',
  charts: 'insights',
};

const isAdminSection = (s: string): s is AdminSection => s === 'people' || s === 'requests' || s === 'activity' || s === 'audit';

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads a path such as `/requests/<id>/candidates/<person>`. */
export function matchRoute(path: string): Place {
  const [clean = ''] = path.split(/[?#]/);
  const [first = 'home', id, third, fourth, ...rest] = clean.split('/').filter(Boolean).map(decode);
  if (rest.length > 0) return { name: 'lost' };
  const head = ALIASES[first] ?? first;
  switch (head) {
    case 'home':
    case 'applications':
    case 'profile':
    case 'insights':
    case 'settings':
    case 'outbox':
    case 'contracts':
      return third === undefined ? { name: head } : { name: 'lost' };
    case 'find-work':
    case 'find-talent':
      return third === undefined ? { name: head, id: id ?? null } : { name: 'lost' };
    case 'opportunities':
      return id === undefined ? { name: 'opportunities' } : { name: 'opportunity', id };
    case 'threads':
      return id === undefined ? { name: 'threads' } : { name: 'thread', id };
    case 'requests':
      if (id === undefined) return { name: 'requests' };
      if (third === undefined) return { name: 'request', id, person: null };
      if (third === 'edit' && fourth === undefined) return { name: 'request-form', id };
      if (third === 'candidates') return { name: 'request', id, person: fourth ?? null };
      return { name: 'lost' };
    case 'admin':
      if (id === undefined) return { name: 'home' };
      return third === undefined && isAdminSection(id) ? { name: 'admin', section: id } : { name: 'lost' };
    default:
      return { name: 'lost' };
  }
}

/** The words in the top bar. */
export function titleOf(place: Place): string {
  switch (place.name) {
    case 'home':
      return 'Home';
    case 'opportunities':
    case 'opportunity':
      return 'Recommended';
    case 'find-work':
      return 'Find work';
    case 'find-talent':
      return 'Find talent';
    case 'applications':
      return 'Applications';
    case 'requests':
    case 'request':
    case 'request-form':
      return 'Requests';
    case 'threads':
    case 'thread':
      return 'Messages';
    case 'contracts':
      return 'Contracts';
    case 'profile':
      return 'Profile';
    case 'insights':
      return 'Insights';
    case 'outbox':
      return 'Outbox';
    case 'settings':
      return 'Settings';
    case 'admin':
      return place.section === 'people' ? 'People' : place.section === 'requests' ? 'Requests' : place.section === 'audit' ? 'Audit log' : 'Activity';
    case 'lost':
      return 'Not found';
  }
}

/** The hat a place belongs to, where it belongs to one. A moderator wears another at the admin's. */
export function hatOf(place: Place): 'freelancer' | 'client' | 'admin' | null {
  switch (place.name) {
    case 'opportunities':
    case 'opportunity':
    case 'find-work':
    case 'applications':
    case 'profile':
      return 'freelancer';
    case 'find-talent':
    case 'requests':
    case 'request':
    case 'request-form':
      return 'client';
    case 'admin':
      return 'admin';
    default:
      return null;
  }
}
