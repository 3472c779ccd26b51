// Somebody writes texts that would break out of a page that takes them as they are, and others read them in the real window.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { Desktop } from "../lib/desktop.mjs";
import { Session } from "../lib/kit.mjs";
import { inDays, inStep, writeRequest } from "../lib/market.mjs";
import { Person } from "../lib/person.mjs";
import { Server } from "../lib/server.mjs";
import { registering, signIn } from "../lib/sign-in.mjs";
import { step } from "../lib/story.mjs";
import { until } from "../lib/until.mjs";

const CORPUS = JSON.parse(readFileSync(new URL("../../corpus/hostile-text.json", import.meta.url), "utf8"));
/** Control signs are tried on the server's pages; here they would only be shown as nothing. */
const TEXTS = CORPUS.filter((text) => !/\p{C}/u.test(text));
const ALL = TEXTS.join("\n");
/** Its number in the vocabulary. */
const RUST = 1055;
/** A client may have fifty open requests; these are enough to hold every text. */
const TITLES = TEXTS.map((text) => `Title ${text}`.slice(0, 120)).slice(0, 50);
const NAME = "Eve <img src=x onerror=alert(1)>";

const session = new Session("freelancer");
const ada = { name: "Ada Okafor", email: "ada@guildhall.example", role: "both" };
let server;
let desktop;
let eve;

before(async () => {
  server = await Server.start({ logs: session.logs });
});

after(async () => {
  await desktop?.close();
  await server?.close();
});

step("somebody who works and hires is at the desktop", async () => {
  desktop = await Desktop.open(session, { profile: "ada" });
  await signIn(desktop, server.address, registering(ada));
  await desktop.goTo("/profile");
  await desktop.fill("profile-headline", "Rust, mostly");
  await desktop.choose("profile-category", "software");
  await desktop.pick("skill-input", "Rust");
  await desktop.pick("profile-place", "Leipzig");
  await desktop.fill("profile-hours", "40");
  await desktop.click("profile-save");
  await desktop.reads("saved-note", /what you saved last/);
  await writeRequest(desktop, { title: "A plain request", category: "software", must: ["Rust"], budget: "75" });
  await desktop.click("request-publish");
  await desktop.reads("request-heading", /A plain request/);
  await inStep(desktop);
});

step("a stranger writes what breaks out of pages into every field", async () => {
  eve = await Person.register(server, { name: NAME, email: "eve@guildhall.example", role: "both" });
  await eve.must("profile.save", { text: profile() });
  for (const title of TITLES) await eve.must("request.publish", { id: randomUUID(), text: request(title) });
  const rows = await eve.sees();
  const theirs = rows.find((row) => row.table === "request" && row.body.title === "A plain request");
  await eve.must("application.submit", {
    request: theirs.id,
    message: ALL,
    price: { minor: 6000, currency: "EUR" },
    terms_version: theirs.body.terms_version,
  });
  await inStep(desktop);
});

step("whoever reads it sees the words and nothing else", async () => {
  await desktop.goTo("/");
  await isHarmless("home");
  await desktop.goTo("/opportunities");
  await until("the requests are listed", async () => (await desktop.texts("opportunity-row")).length > 10);
  await isHarmless("the list of requests");
  for (const title of TITLES.slice(0, 3)) {
    await desktop.goTo("/opportunities");
    await desktop.clickRow("opportunity-row", new RegExp(escaped(title)));
    await desktop.sees("fit-explained");
    await isHarmless("a request", TEXTS);
  }
  await desktop.goTo("/find-work");
  await desktop.sees("find-row");
  await desktop.click("find-row");
  await desktop.sees("find-title");
  await isHarmless("what was found", TEXTS);
  await desktop.goTo("/requests");
  await desktop.clickRow("request-row", /A plain request/);
  await desktop.sees("candidate-row");
  await isHarmless("the candidates");
  await desktop.clickRow("candidate-row", /Eve/);
  await desktop.sees("fit-explained");
  await isHarmless("a profile", TEXTS.slice(0, 20));
  await desktop.goTo("/threads");
  await desktop.click("thread-row");
  await desktop.sees("entry");
  await isHarmless("a conversation", TEXTS);
  await desktop.goTo("/outbox");
  await isHarmless("the outbox");
});

/** Nothing on the screen came to life, and the words that should be there are, sign by sign. */
async function isHarmless(where, words = []) {
  const alive = await desktop.browser.execute(() => {
    const foreign = "iframe, object, embed, base, math, form[action], button[formaction], details[ontoggle], meta[http-equiv='refresh'], link[href^='//'], script:not([src]), a[href^='javascript' i], img[src='x'], svg script, svg animate";
    const handled = (element) => [...element.attributes].some(({ name }) => name.toLowerCase().startsWith("on"));
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.matches(foreign) || handled(element))
      .map((element) => element.outerHTML.slice(0, 120));
  });
  assert.deepEqual(alive, [], where);
  const shown = await desktop.browser.execute(() => document.body.textContent);
  for (const text of words) assert.ok(shown.includes(text), `${where} shows ${text}`);
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function profile() {
  return {
    photo: null,
    headline: TEXTS[0],
    bio: TEXTS.slice(0, 30).join("\n"),
    category: "software",
    skills: [
      { skill: RUST, name: "Rust", level: "advanced", years: 5 },
      ...TEXTS.slice(0, 20).map((text) => ({ skill: null, name: text.slice(0, 80), level: "advanced", years: 1 })),
    ],
    portfolio: TEXTS.slice(0, 24).map((text) => ({ title: text.slice(0, 120), text: ALL.slice(0, 1000), link: "", year: null })),
    languages: [],
    rate: { minor: 6000, currency: "EUR" },
    place: null,
    remote_only: true,
    travel_radius_km: 0,
    time_zone: "Europe/Berlin",
    hours_per_week: 30,
    free_from: null,
  };
}

function request(title) {
  return {
    title,
    description: ALL,
    category: "software",
    skills: [{ skill: RUST, name: "Rust", must: true, level: "intermediate" }],
    work: "remote",
    place: null,
    start: inDays(14),
    end: inDays(70),
    hours_per_week: 20,
    budget: null,
    time_zone: "Europe/Berlin",
    languages: [],
  };
}
