// Pictures of every screen over the pretend market, in both themes and two sizes.
//   node tests/screenshots.mjs [--out DIR] [--only WORD] [--build] [--themes light,dark] [--sizes 800x600,1440x900]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everywhere, OPTIONS, root, withBrowser } from './browser.mjs';
import { screens } from './screens.mjs';

const { values: args } = parseArgs({ options: { ...OPTIONS, out: { type: 'string', default: join(root, 'shots') } } });
mkdirSync(args.out, { recursive: true });

await withBrowser(args, (page) =>
  everywhere(screens, args, async (screen, theme, size) => {
    const file = join(args.out, `${screen.name}-${theme}-${size}.png`);
    try {
      await page(screen, theme, size, [`--screenshot=${file}`, '--virtual-time-budget=4000']);
      console.log(file);
    } catch (e) {
      process.exitCode = 1;
      console.error(`${screen.name}: ${e.message}`);
    }
  }),
);
