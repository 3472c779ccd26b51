// Chromium over the pretend market: serves dist-fake under the desktop's own content security policy and runs one page after another.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist-fake');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };
const CSP = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; connect-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'";
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--hide-scrollbars'];

function run(command, argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let said = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (said += d));
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ended with ${code}: ${said.slice(-400)}`));
    });
  });
}

/** Opens a browser for the time of `work`, which gets `page(screen, theme, size, extraFlags, extraQuery)`. */
export async function withBrowser({ build = false, chromium = process.env.CHROMIUM ?? 'chromium' }, work) {
  if (build || !existsSync(dist)) await run('npm', ['run', '-s', 'build:fake']);
  const server = createServer(async (request, response) => {
    const asked = normalize(new URL(request.url ?? '/', 'http://x').pathname).replace(/^(\.\.[/\\])+/, '');
    const path = asked === '/' ? '/index.html' : asked;
    try {
      const body = await readFile(join(dist, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-security-policy': CSP });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address();
  const profile = mkdtempSync(join(tmpdir(), 'guildhall-ui-'));
  const page = (screen, theme, size, flags, query = {}) => {
    const [width, height] = size.split('x');
    const search = new URLSearchParams({ theme, ...screen.query, ...query });
    return run(chromium, [...FLAGS, `--user-data-dir=${profile}`, `--window-size=${width},${height}`, ...flags, `http://127.0.0.1:${port}/?${search}#${screen.route}`]);
  };
  try {
    return await work(page);
  } finally {
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Every screen in every size and theme asked for. */
export async function everywhere(screens, { only, sizes, themes }, visit) {
  for (const screen of screens.filter((s) => s.name.includes(only))) {
    for (const size of sizes.split(',')) for (const theme of themes.split(',')) await visit(screen, theme, size);
  }
}

export const OPTIONS = {
  only: { type: 'string', default: '' },
  build: { type: 'boolean', default: false },
  themes: { type: 'string', default: 'light,dark' },
  sizes: { type: 'string', default: '800x600,1440x900' },
};
