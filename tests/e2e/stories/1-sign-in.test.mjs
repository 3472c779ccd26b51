// Signing in: the system browser, the keychain, a restart, and every way it can go wrong.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before } from "node:test";
import { inBrowser } from "../lib/browser.mjs";
import { filesHolding } from "../lib/files.mjs";
import { Desktop } from "../lib/desktop.mjs";
import { Session } from "../lib/kit.mjs";
import { looksRight } from "../lib/looks.mjs";
import { freePort } from "../lib/programs.mjs";
import { comingThrough, startProvider } from "../lib/provider.mjs";
import { Server } from "../lib/server.mjs";
import { registering, signIn, signingIn, tryPassword } from "../lib/sign-in.mjs";
import { step } from "../lib/story.mjs";
import { until } from "../lib/until.mjs";

const ada = { name: "Ada Okafor", email: "ada@guildhall.example", role: "both" };

let server;
let desktop;
let alone;
let provider;
let trusting;
const session = new Session("freelancer");
const bare = new Session("bare");

before(async () => {
  server = await Server.start({ logs: session.logs });
});

after(async () => {
  await desktop?.close();
  await alone?.close();
  await server?.close();
  await trusting?.close();
  await provider?.end();
});

step("the first screen asks for a server and looks right", async () => {
  desktop = await Desktop.open(session, { profile: "ada" });
  await desktop.sees("sign-in-button");
  await looksRight(desktop, "sign-in");
});

step("a server that is not there is told, and one may try again", async () => {
  await desktop.fill("sign-in-server", `http://localhost:${await freePort()}`);
  await desktop.click("sign-in-button");
  await desktop.shows(/does not answer/);
  await desktop.sees("sign-in-button");
});

step("waiting for the browser shows a link to copy, and can be cancelled", async () => {
  const before = session.opened().length;
  await desktop.fill("sign-in-server", server.address);
  await desktop.click("sign-in-button");
  await desktop.sees("sign-in-link");
  const opened = await until("the browser is asked", () => session.opened()[before]);
  assert.equal(await desktop.at("sign-in-link").getValue(), opened);
  await desktop.click("sign-in-cancel");
  await desktop.sees("sign-in-button");
});

step("a wrong password is told in the browser and signs nobody in", async () => {
  const before = session.opened().length;
  await desktop.fill("sign-in-server", server.address);
  await desktop.click("sign-in-button");
  const link = await until("the browser is asked", () => session.opened()[before]);
  await inBrowser(session, async (page) => {
    await page.url(link);
    await tryPassword(page, { email: ada.email, password: "not this one" });
    await until("the page says so", async () => /not right/.test(await page.$("main").getText()));
  });
  await desktop.click("sign-in-cancel");
  await desktop.sees("sign-in-button");
});

step("registering in the browser signs the desktop in", async () => {
  await signIn(desktop, server.address, registering(ada));
  await desktop.reads("me-name", /Ada Okafor/);
});

step("tokens lie in no file of the desktop's", () => {
  assert.deepEqual(filesHolding(session.home, /gdh[ar]_/), []);
});

step("after a restart one is still signed in", async () => {
  await desktop.quit();
  desktop = await Desktop.open(session, { profile: "ada" });
  await desktop.reads("me-name", /Ada Okafor/);
});

step("another profile on the same machine is nobody yet", async () => {
  const other = await Desktop.open(session, { profile: "other" });
  try {
    await other.sees("sign-in-button");
  } finally {
    await other.close();
  }
});

step("without a keychain the desktop says so and still signs in, for this run only", async () => {
  alone = await Desktop.open(bare, { profile: "bare" });
  await alone.sees("keychain-note");
  await alone.picture("no-keychain");
  await signIn(alone, server.address, signingIn(ada));
  await alone.reads("me-name", /Ada Okafor/);
  await alone.quit();
  assert.deepEqual(filesHolding(bare.home, /gdh[ar]_/), []);
  alone = await Desktop.open(bare, { profile: "bare" });
  // What was read stays readable; the session itself is gone.
  await alone.sees("banner-sign-in");
});

step("somebody whom a provider knows comes in through its pages", async () => {
  const port = await freePort();
  const file = join(session.logs, "providers.json");
  const address = `http://localhost:${port}`;
  provider = await startProvider({ address, file, log: join(session.logs, "provider.log") });
  trusting = await Server.start({ logs: session.logs, port, args: ["--providers", file] });
  const other = await Desktop.open(session, { profile: "works" });
  try {
    await signIn(other, trusting.address, comingThrough({ login: "mira", role: "freelancer" }));
    await other.reads("me-name", /Mira of the Works/);
  } finally {
    await other.close();
  }
});

step("signing out leaves nothing behind", async () => {
  await desktop.goTo("/settings");
  await desktop.click("sign-out");
  await desktop.sees("sign-in-button", { timeout: 20_000 });
  await desktop.quit();
  desktop = await Desktop.open(session, { profile: "ada" });
  await desktop.sees("sign-in-button");
});
