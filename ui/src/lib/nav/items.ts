// The places of each hat, in the order of the sidebar.
import type { Component } from 'svelte';
import Activity from '@lucide/svelte/icons/activity';
import Briefcase from '@lucide/svelte/icons/briefcase';
import ChartLine from '@lucide/svelte/icons/chart-line';
import FileText from '@lucide/svelte/icons/file-text';
import House from '@lucide/svelte/icons/house';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Search from '@lucide/svelte/icons/search';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Send from '@lucide/svelte/icons/send';
import Settings from '@lucide/svelte/icons/settings';
import Sparkles from '@lucide/svelte/icons/sparkles';
import UserRound from '@lucide/svelte/icons/user-round';
import Users from '@lucide/svelte/icons/users';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import type { RoleView } from '../ipc/bindings';
import { absurd } from '../absurd';
import type { NavCounts } from './counts.svelte';

export interface NavItem {
  /** Also its test id, after `nav-`. */
  id: string;
  label: string;
  path: string;
  icon: Component;
  count?: string;
  hot?: boolean;
}
export interface NavGroup {
  label: string;
  items: NavItem[];
}

const number = (n: number, hot = false): Pick<NavItem, 'count' | 'hot'> => (n > 0 ? { count: String(n), hot } : {});

const home: NavItem = { id: 'home', label: 'Home', path: '/', icon: House };
const contracts: NavItem = { id: 'contracts', label: 'Contracts', path: '/contracts', icon: Briefcase };
const threads: NavItem = { id: 'threads', label: 'Messages', path: '/threads', icon: MessageSquare };
const insights: NavItem = { id: 'insights', label: 'Insights', path: '/insights', icon: ChartLine };
const settings: NavItem = { id: 'settings', label: 'Settings', path: '/settings', icon: Settings };

export function navOf(role: RoleView, c: NavCounts): NavGroup[] {
  switch (role) {
    case 'freelancer':
      return [
        {
          label: '',
          items: [
            { ...home, ...number(c.needs, true) },
            { id: 'opportunities', label: 'Recommended', path: '/opportunities', icon: Sparkles, ...number(c.fresh > 0 ? c.fresh : c.recommended, c.fresh > 0) },
            { id: 'find-work', label: 'Find work', path: '/find-work', icon: Search },
            { id: 'applications', label: 'Applications', path: '/applications', icon: Send, ...number(c.applied) },
            { ...contracts, ...number(c.contracts) },
            { ...threads, ...number(c.unread, true) },
          ],
        },
        { label: 'You', items: [{ id: 'profile', label: 'Profile', path: '/profile', icon: UserRound }, insights, settings] },
      ];
    case 'client':
      return [
        {
          label: '',
          items: [
            { ...home, ...number(c.needs, true) },
            { id: 'requests', label: 'Requests', path: '/requests', icon: FileText, ...number(c.requests.length) },
            { id: 'find-talent', label: 'Find talent', path: '/find-talent', icon: Search },
            { ...contracts, ...number(c.contracts) },
            { ...threads, ...number(c.unread, true) },
          ],
        },
        ...(c.requests.length > 0
          ? [{
              label: 'Requests',
              items: c.requests.slice(0, 6).map((r) => ({
                id: 'request', label: r.title, path: `/requests/${r.id}`, icon: r.stage === 'draft' ? CircleDashed : CircleDot,
                ...(r.stage === 'draft' ? { count: 'draft' } : number(r.applications)),
              })),
            }]
          : []),
        { label: 'You', items: [insights, settings] },
      ];
    case 'moderator':
    case 'admin':
      return [
        {
          label: '',
          items: [
            home,
            { id: 'admin-people', label: 'People', path: '/admin/people', icon: Users },
            { id: 'admin-requests', label: 'Requests', path: '/admin/requests', icon: FileText },
            { id: 'admin-activity', label: 'Activity', path: '/admin/activity', icon: Activity },
            ...(role === 'admin' ? [{ id: 'admin-audit', label: 'Audit log', path: '/admin/audit', icon: ScrollText }] : []),
            insights,
          ],
        },
        { label: 'You', items: [settings] },
      ];
    default:
      return absurd(role);
  }
}
