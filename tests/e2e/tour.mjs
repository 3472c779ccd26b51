// A walk through the demo market that leaves pictures: `cargo xtask demo --headless --screenshots DIR`.
import { Desktop } from "./lib/desktop.mjs";
import { Session } from "./lib/kit.mjs";
import { until } from "./lib/until.mjs";

const SIZE = [1440, 900];

/** What is photographed in each role: the picture's name and how one gets there. */
const WALKS = {
  freelancer: [
    ["home", "/"],
    ["recommended", "/opportunities"],
    ["match", "/opportunities", "opportunity-row"],
    ["applications", "/applications"],
    ["contracts", "/contracts"],
    ["messages", "/threads", "thread-row"],
    ["profile", "/profile"],
    ["insights", "/insights"],
    ["outbox", "/outbox"],
  ],
  client: [
    ["home", "/"],
    ["requests", "/requests"],
    ["matches", "/requests", "request-row", "candidate-row"],
    ["contracts", "/contracts"],
    ["messages", "/threads", "thread-row"],
    ["insights", "/insights"],
  ],
  admin: [
    ["home", "/"],
    ["people", "/admin/people"],
    ["requests", "/admin/requests"],
    ["activity", "/admin/activity"],
    ["insights", "/insights"],
  ],
};

for (const { role, profile, handOver } of JSON.parse(process.env.GUILDHALL_TOUR)) {
  const desktop = await Desktop.open(new Session(role), {
    profile,
    args: ["--server", process.env.GUILDHALL_URL, "--hand-over", handOver],
  });
  try {
    await desktop.resize(...SIZE);
    await desktop.sees("me-name", { timeout: 60_000 });
    if (role === "admin") await desktop.click("role-admin");
    await desktop.reads("sync-pill", /up to date/i, { timeout: 60_000 });
    for (const [name, route, ...rows] of WALKS[role]) {
      await desktop.goTo(route);
      await settled(desktop, route);
      for (const row of rows) {
        await desktop.click(row);
        await settled(desktop, route);
      }
      await desktop.picture(`${role}-${name}`);
      console.log(`${role}-${name}`);
    }
  } finally {
    await desktop.close();
  }
}

/** Waits until the screen shows what it has and no longer that it loads. */
async function settled(desktop, route) {
  const charts = route === "/" || route === "/insights" ? 3 : 0;
  await until("the screen has all it shows", () => desktop.browser.execute(
    (wanted) => document.querySelector(".ghosts, [aria-busy='true']") === null
      && document.fonts.status === "loaded"
      && document.querySelectorAll("figure svg").length >= wanted,
    charts,
  ), { timeout: 30_000 });
}
