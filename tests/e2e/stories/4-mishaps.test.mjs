// What goes wrong on a person's machine, and what is left of it.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Desktop } from "../lib/desktop.mjs";
import { filesNamed } from "../lib/files.mjs";
import { Session } from "../lib/kit.mjs";
import { inStep, writeRequest } from "../lib/market.mjs";
import { Network } from "../lib/network.mjs";
import { Program } from "../lib/programs.mjs";
import { Server } from "../lib/server.mjs";
import { registering, signIn } from "../lib/sign-in.mjs";
import { step } from "../lib/story.mjs";
import { until } from "../lib/until.mjs";

const TITLE = "A quiet corner for the archive";
const session = new Session("freelancer");
const sam = { name: "Sam Ek", email: "sam@guildhall.example", role: "both" };
const resume = {
  basics: { name: "Sam Ek", label: "Archivist and developer", summary: "Finds what others have lost.", location: { city: "Leipzig", countryCode: "DE" } },
  skills: [{ name: "Rust", level: "Expert" }, { name: "Candle taming" }],
  languages: [{ language: "German", fluency: "Native speaker" }],
};

let network;
let server;
let desktop;

before(async () => {
  network = await Network.open();
  server = await Server.start({ logs: session.logs, network });
  desktop = await Desktop.open(session, { profile: "sam" });
  await signIn(desktop, server.address, registering(sam));
});

after(async () => {
  await desktop?.close();
  await server?.close();
  await network?.close();
});

step("a broken JSON Resume is refused in words and changes nothing", async () => {
  await desktop.goTo("/profile");
  await desktop.fill("profile-headline", "Archivist");
  await importFile("broken.json", "{ \"basics\": { \"name\": ");
  await desktop.shows(/could not be taken over/);
  await desktop.picture("import-broken");
  await desktop.browser.keys("Escape");
  assert.equal(await desktop.at("profile-headline").getValue(), "Archivist");
});

step("a JSON Resume fills in the form, and what nobody knows stays visible as unmapped", async () => {
  await importFile("resume.json", JSON.stringify(resume));
  await desktop.shows(/Taken over/);
  await desktop.picture("import-done");
  await desktop.browser.keys("Escape");
  assert.equal(await desktop.at("profile-headline").getValue(), resume.basics.label);
  const skills = await desktop.counts("held-skill", 2);
  assert.ok(skills.some((skill) => skill.includes("Rust")), skills.join(" | "));
  assert.ok(skills.some((skill) => /Candle taming.*unmapped/.test(skill)), skills.join(" | "));
  // The format knows no kind of work: that is for the person to add.
  await desktop.choose("profile-category", "software");
  await desktop.click("profile-save");
  await desktop.reads("saved-note", /what you saved last/);
  await inStep(desktop);
});

step("with a ruined cache the desktop starts, keeps what waits, and reads the rest anew", async () => {
  await desktop.click("role-client");
  network.cut();
  await desktop.reads("sync-pill", /offline/i);
  await writeRequest(desktop, { title: TITLE, category: "software", must: ["Rust"], budget: "60" });
  await desktop.click("request-publish");
  await desktop.reads("request-heading", new RegExp(TITLE));
  await desktop.kill();
  // With its journal: that alone could bring the file back.
  const files = filesNamed(session.home, /^cache\.db(-wal)?$/).filter((file) => file.includes("/sam/"));
  assert.equal(files.length, 2);
  for (const file of files) writeFileSync(file, "this was a database once. ".repeat(400));

  desktop = await Desktop.open(session, { profile: "sam" });
  await desktop.goTo("/outbox");
  await desktop.sees("outbox-item");
  network.mend();
  await inStep(desktop);
  await desktop.click("role-client");
  await desktop.goTo("/requests");
  await desktop.clickRow("request-row", new RegExp(TITLE));
  await desktop.gone("waiting-mark");
  await desktop.click("role-freelancer");
  await desktop.goTo("/profile");
  await desktop.sees("profile-headline");
  assert.equal(await desktop.at("profile-headline").getValue(), resume.basics.label);
});

step("a second start of the same profile shows the window that is there, and ends", async () => {
  const second = new Program(process.env.GUILDHALL_APP, ["--profile", "sam"], {
    environment: session.environment,
    log: session.logFile("second"),
  });
  await until("the second one has ended", () => !second.running);
  assert.equal(second.child.exitCode, 0, second.output());
  await desktop.sees("me-name");
});

async function importFile(name, text) {
  const path = join(session.logs, name);
  writeFileSync(path, text);
  const field = await desktop.at("profile-import").getElement();
  await field.addValue(path);
}
