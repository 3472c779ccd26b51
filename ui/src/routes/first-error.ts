// After a refusal: bring the first marked field into view and put the cursor there.
import { tick } from 'svelte';

export async function showFirstError(): Promise<void> {
  await tick();
  const field = document.querySelector<HTMLElement>('[data-invalid="true"]');
  field?.scrollIntoView?.({ block: 'center' });
  field?.querySelector<HTMLElement>('input, select, textarea')?.focus({ preventScroll: true });
}
