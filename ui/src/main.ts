import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/charts.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { usePlatform } from './lib/ipc/call';
import type { Platform } from './lib/platform/types';
import { theme } from './lib/stores/theme.svelte';

async function choosePlatform(): Promise<Platform> {
  if (import.meta.env.MODE !== 'production' && !('__TAURI_INTERNALS__' in window)) {
    const { browserPlatform } = await import('./lib/platform/browser');
    return browserPlatform();
  }
  const { tauriPlatform } = await import('./lib/platform/tauri');
  return tauriPlatform;
}

theme.start(new URLSearchParams(location.search).get('theme'));
usePlatform(await choosePlatform());
const target = document.getElementById('app');
if (target) mount(App, { target });
