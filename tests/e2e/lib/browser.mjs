// The system browser: real Chromium, with a fresh profile and nothing that talks to the outside.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drive } from "./driver.mjs";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens Chromium, lets `visit` use it, and closes it. */
export async function inBrowser(session, visit) {
  const folder = mkdtempSync(join(tmpdir(), "guildhall-browser-"));
  const { browser, program } = await drive({
    command: process.env.CHROMEDRIVER ?? "/usr/bin/chromedriver",
    log: session.logFile("browser"),
    capabilities: {
      browserName: "chrome",
      "goog:chromeOptions": {
        binary: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [...FLAGS, `--user-data-dir=${folder}`],
      },
    },
  });
  try {
    return await visit(browser);
  } finally {
    await browser.deleteSession().catch(() => {});
    await program.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
