// Light, dark, or whatever the system wears.
import { remember, remembered } from './memory';

export type Theme = 'system' | 'light' | 'dark';
export const isTheme = (t: string | null): t is Theme => t === 'system' || t === 'light' || t === 'dark';

class ThemeStore {
  choice = $state<Theme>('system');

  start(wanted: string | null): void {
    const kept = wanted ?? remembered('theme');
    if (isTheme(kept)) this.choice = kept;
    const dark = window.matchMedia?.('(prefers-color-scheme: dark)');
    dark?.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  choose(t: Theme): void {
    this.choice = t;
    remember('theme', t);
    this.#apply();
  }

  #apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && window.matchMedia?.('(prefers-color-scheme: dark)').matches === true);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }
}

export const theme = new ThemeStore();
