// What people do at their desktops, in the words of the market.
import assert from "node:assert/strict";
import { until } from "./until.mjs";

/** A day from today on, as date fields take it. */
export function inDays(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Opens the form for a new request and fills it in. */
export async function writeRequest(desktop, { title, category, must, budget, weeks = 8, hours = 20, description = "More in our first call." }) {
  await desktop.goTo("/requests");
  await desktop.click("request-new");
  await desktop.fill("request-title", title);
  await desktop.choose("request-category", category);
  for (const skill of must) await desktop.pick("skill-input", skill);
  await desktop.click("request-work-remote");
  await desktop.fill("request-budget", budget);
  await desktop.set("request-start", inDays(14));
  await desktop.set("request-end", inDays(14 + 7 * weeks));
  await desktop.fill("request-hours", hours);
  await desktop.fill("request-description", description);
}

/** The fit on the screen: the number and its parts, which must add up to it. */
export async function readFit(desktop) {
  await desktop.sees("fit-explained");
  const fit = await desktop.browser.execute(() => {
    const number = (element) => Number(element.textContent.trim());
    return {
      percent: number(document.querySelector("[data-testid='fit-percent']")),
      parts: Object.fromEntries([...document.querySelectorAll("[data-testid^='fit-part-']")]
        .map((part) => [part.dataset.testid.slice("fit-part-".length), number(part.querySelector(".points b"))])),
    };
  });
  const sum = Object.values(fit.parts).reduce((total, part) => total + part, 0);
  assert.equal(Object.keys(fit.parts).length, 5);
  assert.equal(sum, fit.percent, `the parts add up: ${JSON.stringify(fit)}`);
  return fit;
}

/** Writes into the open thread. */
export async function say(desktop, text) {
  await desktop.fill("composer", text);
  await desktop.click("composer-send");
}

/** Waits until the open thread holds these words, in this order and each once. */
export async function hears(desktop, words, options) {
  let entries = [];
  await until(`the thread says ${words.join(", ")}`, async () => {
    entries = await desktop.texts("entry");
    return words.every((word) => entries.some((entry) => entry.includes(word)));
  }, options);
  const found = entries.filter((entry) => words.some((word) => entry.includes(word)));
  assert.equal(found.length, words.length, `each once: ${found.join(" | ")}`);
  words.forEach((word, index) => assert.ok(found[index].includes(word), `in order: ${found.join(" | ")}`));
}

/** Waits until the pill says that everything is sent and read. */
export async function inStep(desktop) {
  await desktop.reads("sync-pill", /^up to date$/i, { timeout: 30_000 });
}

/** The three charts of this role: drawn, and each the same as a table. */
export async function drawsCharts(desktop) {
  const ids = await until("three charts are drawn", async () => {
    const found = await desktop.browser.execute(() => [...document.querySelectorAll("figure[data-testid^='chart-']")]
      .filter((figure) => figure.querySelector("svg") !== null)
      .map((figure) => figure.dataset.testid.slice("chart-".length)));
    return found.length >= 3 && found;
  });
  for (const id of ids) {
    await desktop.click(`chart-table-${id}`);
    const cells = await desktop.browser.execute(
      (css) => document.querySelectorAll(`${css} td`).length,
      `[data-testid="chart-${id}"]`,
    );
    assert.ok(cells > 0, `the table of ${id} has cells`);
    await desktop.click(`chart-table-${id}`);
  }
  return ids;
}
