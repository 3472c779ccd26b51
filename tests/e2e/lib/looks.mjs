// What can be said of a screen's looks without an eye: nothing clipped, nothing overlapping, nothing raw, no barrier.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The windows that every screen must fit. */
export const SIZES = [[800, 600], [1440, 900]];
export const THEMES = ["light", "dark"];

/** Photographs a screen in each size and theme, and checks each. */
export async function looksRight(desktop, name) {
  for (const theme of THEMES) {
    await desktop.wear(theme);
    for (const [width, height] of SIZES) {
      await desktop.resize(width, height);
      const faults = await desktop.browser.execute(findFaults);
      await desktop.picture(`${name}-${theme}-${width}`);
      assert.deepEqual(faults, [], `${name}, ${theme}, ${width}×${height}`);
    }
    assert.deepEqual(await barriers(desktop), [], `${name}, ${theme}: barriers`);
  }
  await desktop.wear("light");
}

/** What axe finds serious or worse. */
export async function barriers(desktop) {
  // The source itself is the script: a page that forbids eval runs it all the same.
  await desktop.browser.execute(`${axe}; return true;`);
  const found = await desktop.browser.executeAsync((done) => {
    window.axe
      .run(document, { resultTypes: ["violations"] })
      .then((results) => done(results.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)))
      .catch((error) => done([String(error)]));
  });
  return found;
}

/** Runs in the page: sees only what a script passed by WebDriver may see, so everything it needs is inside. */
function findFaults() {
  const faults = [];
  const say = (what, element) => {
    const words = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40);
    faults.push(`${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${words}`);
  };
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth > clientWidth) faults.push(`the page is wider than the window by ${scrollWidth - clientWidth}`);

  // What stands in a scrolling part may lie outside of it for now.
  const shownPart = (element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect();
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const box = parent.getBoundingClientRect();
      left = Math.max(left, box.left);
      top = Math.max(top, box.top);
      right = Math.min(right, box.right);
      bottom = Math.min(bottom, box.bottom);
    }
    return { left, top, right, bottom };
  };
  const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, [role='button']")]
    .filter(visible)
    .filter((element) => !element.closest("[aria-hidden='true'], .skip, .sr"))
    .map((element) => ({ element, box: shownPart(element) }))
    .filter(({ box }) => box.right - box.left > 1 && box.bottom - box.top > 1);
  for (const { element, box } of controls) {
    if (box.right > innerWidth + 1 || box.left < -1) say("outside of the window", element);
  }
  for (const [index, one] of controls.entries()) {
    for (const other of controls.slice(index + 1)) {
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      // A button may stand inside a field, such as the one that opens a calendar.
      if (standsIn(one, other) || standsIn(other, one)) continue;
      // A part that lies above the rest, such as a dialog, may cover it.
      if (layer(one.element) !== layer(other.element)) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (wide > 2 && high > 2) say(`overlaps ${other.element.textContent?.trim().slice(0, 30)}`, one.element);
    }
  }
  function standsIn(inner, outer) {
    return outer.element.tagName === "INPUT" && inner.box.left > outer.box.left && inner.box.right < outer.box.right
      && inner.box.top > outer.box.top && inner.box.bottom < outer.box.bottom;
  }
  function layer(element) {
    for (let at = element; at; at = at.parentElement) {
      const { position } = getComputedStyle(at);
      if (position === "fixed" || position === "sticky") return at;
    }
    return document.body;
  }
  for (const element of document.querySelectorAll("button, h1, h2, h3, label, th")) {
    if (!visible(element) || element.closest(".sr, [aria-hidden='true']")) continue;
    const style = getComputedStyle(element);
    const cut = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== "visible";
    if (cut && style.textOverflow !== "ellipsis") say("clipped", element);
  }
  const text = document.body.innerText;
  const raw = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}|\b(undefined|NaN|\[object \w+\])/);
  if (raw) faults.push(`raw text on the screen: ${raw[0]}`);
  return faults;
}
