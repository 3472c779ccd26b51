// The two searches of this window.
import type { TalentHitView, WorkHitView } from '../ipc/bindings';
import { Finding } from './find.svelte';

export const work = new Finding<WorkHitView>((form) => (c) => c.findWork(form), (hit) => hit.request.row.id);
export const talent = new Finding<TalentHitView>((form) => (c) => c.findTalent(form), (hit) => hit.freelancer.person.id);
