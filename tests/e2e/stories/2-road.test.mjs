// The whole road: two people at two desktops do a job together, from the profile to the reviews.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Desktop } from "../lib/desktop.mjs";
import { Session } from "../lib/kit.mjs";
import { looksRight } from "../lib/looks.mjs";
import { drawsCharts, hears, inStep, readFit, say, writeRequest } from "../lib/market.mjs";
import { Network } from "../lib/network.mjs";
import { Server } from "../lib/server.mjs";
import { registering, signIn, signingIn, stepUp } from "../lib/sign-in.mjs";
import { step } from "../lib/story.mjs";
import { until } from "../lib/until.mjs";

const TITLE = "Booking system rebuild";
const EDITED = "Booking system rebuild in Rust";
const NEXT = "Booking system, second season";
const UNFIT = "Ten thousand followers by Friday";

const mira = { name: "Mira Kessler", email: "mira@guildhall.example", role: "freelancer" };
const ada = { name: "Ada Okafor", email: "ada@guildhall.example", role: "client" };
const jonas = { name: "Jonas Falk", email: "jonas@guildhall.example", role: "client" };

let network;
let server;
let freelancer;
let client;
let admin;
/** The fit before anybody had written a review. */
let first;
const atMira = new Session("freelancer");
const atJonas = new Session("client");

before(async () => {
  network = await Network.open();
  server = await Server.start({ logs: atMira.logs, network });
});

after(async () => {
  await freelancer?.close();
  await client?.close();
  await admin?.close();
  await server?.close();
  await network?.close();
});

step("a freelancer and a client sign in, each at a desktop of their own", async () => {
  freelancer = await Desktop.open(atMira, { profile: "mira" });
  await signIn(freelancer, server.address, registering(mira));
  client = await Desktop.open(atJonas, { profile: "jonas" });
  await signIn(client, server.address, registering(jonas));
  await freelancer.reads("me-name", /Mira Kessler/);
  await client.reads("me-name", /Jonas Falk/);
});

step("the freelancer fills in a profile", async () => {
  await freelancer.goTo("/profile");
  await freelancer.fill("profile-headline", "Backend developer who likes old systems");
  await freelancer.choose("profile-category", "software");
  await freelancer.pick("skill-input", "Rust");
  await freelancer.pick("skill-input", "PostgreSQL");
  await freelancer.fill("profile-rate", "68");
  await freelancer.fill("profile-hours", "30");
  await freelancer.click("profile-save");
  await freelancer.shows(/Choose your city/);
  await freelancer.pick("profile-place", "Leipzig");
  await freelancer.click("profile-save");
  await freelancer.reads("saved-note", /what you saved last/);
  await inStep(freelancer);
  await looksRight(freelancer, "freelancer-profile");
});

step("without a network the client writes, publishes, edits, quits, and finds it all again", async () => {
  network.cut();
  await client.reads("sync-pill", /offline/i);
  await writeRequest(client, {
    title: TITLE,
    category: "software",
    must: ["Rust"],
    budget: "75",
    description: "The old booking system must not see another summer.",
  });
  await client.reads("request-publish", /when online/i);
  await client.click("request-publish");
  await client.reads("request-heading", new RegExp(`^${TITLE}$`));
  await client.sees("waiting-mark");
  await client.click("request-edit");
  await client.fill("request-title", EDITED);
  await client.click("request-save");
  await client.reads("request-heading", new RegExp(`^${EDITED}$`));
  await client.quit();

  client = await Desktop.open(atJonas, { profile: "jonas" });
  await client.goTo("/requests");
  const [row] = await client.counts("request-row", 1);
  assert.match(row, new RegExp(EDITED));
  await client.sees("waiting-mark");
  await client.goTo("/outbox");
  await client.sees("outbox-item");
  await looksRight(client, "client-outbox-waiting");
});

step("when the network returns the request is sent once, and only once", async () => {
  network.mend();
  await inStep(client);
  await client.goTo("/requests");
  await client.counts("request-row", 1);
  await client.gone("waiting-mark");
  await inStep(freelancer);
  await freelancer.goTo("/opportunities");
  const [row] = await freelancer.counts("opportunity-row", 1);
  assert.match(row, new RegExp(EDITED));
});

step("the freelancer is notified, and the tray lists the match", async () => {
  const told = await atMira.notification("a new match", ({ summary, body }) => `${summary} ${body}`.includes(EDITED));
  const line = await until("the tray lists it", async () => (
    (await atMira.trayMenu()).find((label) => label.startsWith(EDITED))
  ));
  await freelancer.goTo("/");
  await atMira.clickTray(line);
  await freelancer.sees("fit-explained");
  assert.ok(told);
});

step("both sides see the same fit, in five parts that add up to it", async () => {
  first = await readFit(freelancer);
  await looksRight(freelancer, "freelancer-match");
  await client.clickRow("request-row", new RegExp(EDITED));
  await client.clickRow("candidate-row", /Mira Kessler/);
  assert.deepEqual(await readFit(client), first);
  await looksRight(client, "client-match");
});

step("the freelancer applies and the client sees it arrive", async () => {
  await freelancer.fill("apply-message", "I have moved two booking systems to Rust and kept both open all summer.");
  await freelancer.fill("apply-price", "70");
  await freelancer.click("apply-submit");
  await freelancer.sees("applied-note");
  await client.reads("application-text", /kept both open/);
  await client.click("open-thread");
  await freelancer.click("open-thread");
});

step("messages go both ways at once, and those written offline arrive later, in order, once", async () => {
  await say(client, "When could you start?");
  await hears(freelancer, ["When could you start?"]);
  network.cut();
  await freelancer.reads("sync-pill", /offline/i);
  await say(freelancer, "On the first.");
  await say(freelancer, "Mornings suit me best.");
  network.mend();
  await hears(client, ["When could you start?", "On the first.", "Mornings suit me best."], { timeout: 30_000 });
  await looksRight(client, "client-thread");
});

step("an offer is made and accepted, and a contract begins", async () => {
  await client.click("offer-open");
  await client.fill("offer-scope", "Move the booking system, keep every booking.");
  await client.picture("client-offer");
  await client.click("offer-send");
  await freelancer.sees("offer-accept");
  await freelancer.picture("freelancer-offer");
  await freelancer.click("offer-accept");
  await freelancer.picture("freelancer-accept");
  await freelancer.click("offer-accept-confirm");
  await client.sees("contract-card", { timeout: 20_000 });
  await freelancer.sees("contract-card");
});

step("kill -9 of server and desktop loses nothing", async () => {
  await say(freelancer, "Said just before the power went.");
  await hears(client, ["Said just before the power went."]);
  await server.kill();
  await freelancer.kill();
  freelancer = await Desktop.open(atMira, { profile: "mira" });
  await freelancer.reads("me-name", /Mira Kessler/);
  await server.startAgain();
  await inStep(freelancer);
  await freelancer.goTo("/threads");
  await freelancer.click("thread-row");
  await hears(freelancer, ["When could you start?", "On the first.", "Mornings suit me best.", "Said just before the power went."]);
  await freelancer.sees("contract-card");
});

step("the work is delivered and accepted, and both write reviews", async () => {
  await freelancer.click("deliver-open");
  await freelancer.fill("deliver-text", "All bookings are across, the old one is off.");
  await freelancer.click("deliver-confirm");
  await client.click("accept-delivery");
  await client.click("accept-delivery-confirm");
  for (const [desktop, text] of [[client, "Calm, exact, on time."], [freelancer, "Knew what they wanted and paid at once."]]) {
    await desktop.click("review-star-5");
    await desktop.fill("review-text", text);
    await desktop.click("review-submit");
  }
  await client.shows(/Calm, exact, on time/);
  await client.shows(/Knew what they wanted/);
  await freelancer.shows(/Calm, exact, on time/);
  await looksRight(client, "client-review");
});

step("the review counts in the next match", async () => {
  await writeRequest(client, { title: NEXT, category: "software", must: ["Rust"], budget: "75" });
  await client.click("request-publish");
  await client.clickRow("candidate-row", /Mira Kessler/);
  const next = await readFit(client);
  assert.ok(next.parts.rating >= first.parts.rating, `rating ${first.parts.rating} then ${next.parts.rating}`);
  await client.reads("fit-part-rating", /1 review.*1 of 1 job finished/);
});

step("pausing and cancelling wait for the network too", async () => {
  await client.goTo("/requests");
  await client.clickRow("request-row", new RegExp(NEXT));
  network.cut();
  await client.reads("sync-pill", /offline/i);
  await client.click("request-more");
  await client.click("request-pause");
  await client.sees("request-resume");
  await client.sees("waiting-mark");
  network.mend();
  await inStep(client);
  await client.gone("waiting-mark");
  await client.sees("request-resume");
  network.cut();
  await client.reads("sync-pill", /offline/i);
  await client.click("request-more");
  await client.click("request-cancel");
  await client.fill("cancel-text", "The plan has changed");
  await client.click("cancel-confirm");
  await client.sees("waiting-mark");
  network.mend();
  await inStep(client);
  await client.gone("waiting-mark");
  await client.goTo("/requests");
  await until("the list says that it is cancelled", async () => (
    (await client.texts("request-row")).some((row) => row.includes(NEXT) && /cancelled/i.test(row))
  ));
});

step("the dashboards and their charts show what happened, also without a network", async () => {
  await freelancer.goTo("/");
  await looksRight(freelancer, "freelancer-home");
  await client.goTo("/");
  await looksRight(client, "client-home");
  network.cut();
  for (const [desktop, role] of [[freelancer, "freelancer"], [client, "client"]]) {
    await desktop.reads("sync-pill", /offline/i);
    await desktop.goTo("/insights");
    await drawsCharts(desktop);
    await looksRight(desktop, `${role}-insights`);
  }
  network.mend();
  await inStep(client);
  await inStep(freelancer);
});

step("the first admin is made with the secret, and sees people, requests and activity", async () => {
  admin = await Desktop.open(new Session("admin"), { profile: "ada" });
  await signIn(admin, server.address, registering(ada));
  await admin.goTo("/settings");
  await admin.fill("admin-secret", await server.adminSecret());
  await admin.click("admin-claim");
  await admin.click("role-admin");
  await admin.goTo("/");
  await looksRight(admin, "admin-home");
  await admin.goTo("/admin/activity");
  for (const act of [/applied/, /offer/, /accepted/, /review/]) {
    await until(`the log tells ${act}`, async () => (await admin.texts("activity-row")).some((row) => act.test(row)));
  }
  await looksRight(admin, "admin-activity");
  await admin.goTo("/insights");
  await drawsCharts(admin);
  await looksRight(admin, "admin-insights");
});

step("a freelancer finds what nobody recommended, saves it, and has it before them to apply", async () => {
  await writeRequest(client, { title: UNFIT, category: "marketing", must: ["SEO"], budget: "20" });
  await client.click("request-publish");
  // Until it is published the client is in step, too.
  await client.reads("request-heading", new RegExp(`^${UNFIT}$`));
  await inStep(client);
  await freelancer.goTo("/find-work");
  await freelancer.fill("find-text", "folowers");
  await freelancer.clickRow("find-row", new RegExp(UNFIT));
  await looksRight(freelancer, "freelancer-found");
  await freelancer.click("find-apply");
  await freelancer.sees("apply-message");
  await freelancer.reads("bookmark-save", /^Saved$/);
  await freelancer.click("bookmark-hide");
  await freelancer.click("because-skills");
  await freelancer.click("bookmark-hide-confirm");
  await freelancer.reads("bookmark-hidden", /not interested because of the skills/);
  await freelancer.click("bookmark-show");
  await freelancer.gone("bookmark-hidden");
  await inStep(freelancer);
});

step("an admin suspends a person and removes a request, each with a reason that is told", async () => {
  await admin.goTo("/admin/requests");
  await admin.clickIn("admin-request-row", new RegExp(UNFIT), "admin-remove");
  await admin.fill("admin-reason-text", "Nobody sells followers here.");
  await admin.click("admin-reason-confirm");
  await admin.sees("step-up-begin");
  await looksRight(admin, "admin-step-up");
  await stepUp(admin, signingIn(ada));
  await looksRight(admin, "admin-requests");
  await client.shows(/Nobody sells followers here/);
  await admin.goTo("/admin/people");
  await admin.clickIn("person-row", /Mira Kessler/, "admin-suspend");
  await admin.fill("admin-reason-text", "Somebody else used this account.");
  await admin.click("admin-reason-confirm");
  await freelancer.reads("banner-suspended", /Somebody else used this account/);
  await looksRight(admin, "admin-people");
  await admin.clickIn("person-row", /Mira Kessler/, "admin-restore");
  await admin.fill("admin-reason-text", "It was their own after all.");
  await admin.click("admin-reason-confirm");
  await freelancer.gone("banner-suspended");
});
