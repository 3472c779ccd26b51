// Starting a fresh draft and going to its form.
import { Act } from '../../lib/stores/act.svelte';
import { router } from '../../lib/stores/router.svelte';
import { toasts } from '../../lib/stores/toasts.svelte';

export class NewRequest {
  readonly act = new Act();

  async start(): Promise<void> {
    const made = await this.act.run((c) => c.requestNew());
    if (made) router.go(`/requests/${made.value}/edit`);
    else toasts.say(this.act.error?.message ?? '', 'stop');
  }
}
