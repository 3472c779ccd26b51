// Looks at every screen in Chromium: axe with real colours, cut words, things outside the window or over each other, blocked styles.
//   node tests/inspect.mjs [--only WORD] [--build] [--themes light,dark] [--sizes 800x600,1440x900]
// Prints one line a finding and ends with 1 when there is any.
import { parseArgs } from 'node:util';
import { everywhere, OPTIONS, withBrowser } from './browser.mjs';
import { screens } from './screens.mjs';

const { values: args } = parseArgs({ options: OPTIONS });
let looked = 0;
let found = 0;

await withBrowser(args, (page) =>
  everywhere(screens, args, async (screen, theme, size) => {
    const dom = await page(screen, theme, size, ['--dump-dom', '--virtual-time-budget=8000'], { inspect: '1' });
    const json = /<script type="application\/json" id="findings">(.*?)<\/script>/s.exec(dom)?.[1];
    const findings = json === undefined ? ['the page never came to rest'] : JSON.parse(json);
    looked += 1;
    found += findings.length;
    for (const f of findings) console.log(`${screen.name} ${theme} ${size}: ${f}`);
  }),
);
console.log(`${looked} screens looked at, ${found} findings`);
process.exitCode = found > 0 ? 1 : 0;
