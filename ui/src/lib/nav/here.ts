// Whether a place of the sidebar is the one on screen.
import { matchRoute, type Place } from './table';

const section = (p: Place): string => {
  switch (p.name) {
    case 'opportunity':
      return 'opportunities';
    case 'thread':
      return 'threads';
    case 'request':
    case 'request-form':
      return `request ${p.id}`;
    case 'admin':
      return `admin ${p.section}`;
    default:
      return p.name;
  }
};

export const isHere = (path: string, place: Place): boolean => section(matchRoute(path)) === section(place);
