// Small choices of this window (theme, hat) in the webview's own storage; one per profile, never anything private.
const key = (name: string, profile = ''): string => `guildhall.${profile}.${name}`;

export function remembered(name: string, profile?: string): string | null {
  try {
    return localStorage.getItem(key(name, profile));
  } catch {
    return null;
  }
}

export function remember(name: string, value: string, profile?: string): void {
  try {
    localStorage.setItem(key(name, profile), value);
  } catch {
    // Storage may be switched off; the choice then lasts until the window closes.
  }
}
