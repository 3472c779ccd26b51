// Pictures of every screen over the pretend market, in both themes and two sizes.
//   node tests/screenshots.mjs [--out DIR] [--only WORD] [--build] [--themes light,dark] [--sizes 800x600,1440x900]
// Serves dist-fake under the same content security policy as the desktop, so that a blocked style shows in the pictures too.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { screens } from './screens.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: args } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'shots') },
    only: { type: 'string', default: '' },
    build: { type: 'boolean', default: false },
    themes: { type: 'string', default: 'light,dark' },
    sizes: { type: 'string', default: '800x600,1440x900' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? 'chromium' },
  },
});

const run = (command, argv, quiet = true) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd: root, stdio: quiet ? ['ignore', 'ignore', 'pipe'] : 'inherit' });
    let said = '';
    child.stderr?.on('data', (d) => (said += d));
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${said.slice(-400)}`));
    });
  });

const dist = join(root, 'dist-fake');
if (args.build || !existsSync(dist)) await run('npm', ['run', '-s', 'build:fake'], false);

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };
const CSP = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; connect-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'";
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

mkdirSync(args.out, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), 'guildhall-shots-'));
let failed = 0;
try {
  for (const screen of screens.filter((s) => s.name.includes(args.only))) {
    for (const size of args.sizes.split(',')) {
      for (const theme of args.themes.split(',')) {
        const [width, height] = size.split('x');
        const query = new URLSearchParams({ theme, ...screen.query });
        const file = join(args.out, `${screen.name}-${theme}-${size}.png`);
        try {
          await run(args.chromium, [
            '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--hide-scrollbars',
            `--user-data-dir=${profile}`, `--screenshot=${file}`, `--window-size=${width},${height}`, '--virtual-time-budget=3000',
            `http://127.0.0.1:${port}/?${query}#${screen.route}`,
          ]);
          console.log(file);
        } catch (e) {
          failed += 1;
          console.error(`${screen.name}: ${e.message}`);
        }
      }
    }
  }
} finally {
  server.close();
  rmSync(profile, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
