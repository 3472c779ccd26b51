// One desktop window under test: opened in a session, read and used through its test ids, ended in every way there is.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drive } from "./driver.mjs";
import { childrenOf } from "./programs.mjs";
import { pictureOf } from "./screen.mjs";
import { until } from "./until.mjs";

const application = process.env.GUILDHALL_APP;
const pictures = process.env.GUILDHALL_PICTURES;

const windows = new Set();

/** A window of the desktop. */
export class Desktop {
  /** All that are open. */
  static windows() {
    return [...windows].filter((window) => window.driver.running);
  }

  /** Opens the desktop in a session; a second call with the same profile finds what the first left behind. */
  static async open(session, { profile = session.name, args = [] } = {}) {
    const { browser, program } = await drive({
      command: "WebKitWebDriver",
      environment: { ...session.environment, TAURI_WEBVIEW_AUTOMATION: "true" },
      log: session.logFile(`window-${profile}`),
      capabilities: {
        browserName: "wry",
        "webkitgtk:browserOptions": { binary: application, args: ["--profile", profile, ...args] },
      },
    });
    const desktop = new Desktop(session, browser, program);
    // Before that an address given to the page would be lost.
    await until("the first screen is drawn", () => browser.execute(
      () => document.querySelector("#app")?.childElementCount > 0,
    ), { timeout: 30_000 });
    return desktop;
  }

  constructor(session, browser, driver) {
    this.session = session;
    this.browser = browser;
    this.driver = driver;
    [this.processId] = childrenOf(driver.id);
    windows.add(this);
  }

  /** The element with this test id. */
  at(id) {
    return this.browser.$(selector(id));
  }

  /** All elements with this test id. */
  all(id) {
    return this.browser.$$(selector(id));
  }

  /** Waits until the element is there and can be seen. */
  async sees(id, options) {
    return until(`${id} can be seen`, async () => {
      const element = await this.at(id).getElement();
      return (await element.isDisplayed()) && element;
    }, options);
  }

  async gone(id, options) {
    return until(`${id} is gone`, async () => !(await this.at(id).isExisting()), options);
  }

  /** Waits until the element's text matches, and returns the text. */
  async reads(id, pattern, options) {
    let text;
    try {
      await until(`${id} reads ${pattern}`, async () => {
        text = await this.text(id);
        return pattern.test(text);
      }, options);
    } catch (error) {
      throw new Error(`${error.message}; it reads: ${text}`);
    }
    return text;
  }

  /** Waits until these words stand anywhere on the screen. */
  async shows(pattern, options) {
    await until(`the screen shows ${pattern}`, () => this.browser.execute(
      (source, flags) => new RegExp(source, flags).test(document.body.innerText), pattern.source, pattern.flags,
    ), options);
  }

  /** The element's text, white space folded. */
  async text(id) {
    const text = await this.browser.execute(
      (css) => document.querySelector(css)?.textContent ?? "",
      selector(id),
    );
    return text.replace(/\s+/g, " ").trim();
  }

  async click(id) {
    await (await this.sees(id)).click();
  }

  async fill(id, value) {
    const element = await this.sees(id);
    await element.setValue(String(value));
  }

  /** Sets a field that takes no typing in every engine, such as a date, and tells the page. */
  async set(id, value) {
    await this.sees(id);
    await this.browser.execute((css, to) => {
      const field = document.querySelector(css);
      field.value = to;
      for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
    }, selector(id), String(value));
  }

  /** Types into a field that suggests, and takes what it suggests under this name. */
  async pick(id, typed, name = typed) {
    await this.fill(id, typed);
    await this.clickRow(`${id}-option`, new RegExp(`^${name}\\b`, "i"));
  }

  /** Waits until as many elements with this test id are there, and returns their texts. */
  async counts(id, wanted, options) {
    let texts = [];
    try {
      await until(`${wanted} × ${id}`, async () => {
        texts = await this.texts(id);
        return texts.length === wanted;
      }, options);
    } catch (error) {
      throw new Error(`${error.message}; there are ${texts.length}: ${texts.join(" | ")}`);
    }
    return texts;
  }

  /** The texts of all elements with this test id. */
  async texts(id) {
    return this.browser.execute(
      (css) => [...document.querySelectorAll(css)].map((element) => element.textContent.replace(/\s+/g, " ").trim()),
      selector(id),
    );
  }

  /** Clicks the first element with this test id whose text matches. */
  async clickRow(id, pattern, options) {
    const index = await until(`${id} ${pattern}`, async () => {
      const found = (await this.texts(id)).findIndex((text) => pattern.test(text));
      // Zero is a find too.
      return found >= 0 && { found };
    }, options);
    const elements = await this.all(id).getElements();
    await elements[index.found].click();
  }

  /** Clicks what has the inner test id in the first row whose text matches. */
  async clickIn(row, pattern, inner, options) {
    const found = await until(`${inner} in ${row} ${pattern}`, async () => {
      const index = (await this.texts(row)).findIndex((text) => pattern.test(text));
      if (index < 0) return null;
      const elements = await this.all(row).getElements();
      const element = await elements[index].$(selector(inner)).getElement();
      return (await element.isExisting()) && element;
    }, options);
    await found.click();
  }

  /** Chooses the option of a select element by its value. */
  async choose(id, value) {
    const element = await this.sees(id);
    await element.selectByAttribute("value", value);
  }

  /** Goes to a screen by its route, as a link would. */
  async goTo(route) {
    await this.browser.execute((to) => { location.hash = to; }, route);
  }

  /** Gives the page itself this size, whatever the frame around it takes. */
  async resize(width, height) {
    const inner = () => this.browser.execute(() => [innerWidth, innerHeight]);
    const frame = await this.browser.getWindowSize();
    const [wide, high] = await inner();
    await this.browser.setWindowSize(width + frame.width - wide, height + frame.height - high);
    await until(`the page is ${width} wide`, async () => (await inner())[0] === width);
  }

  /** Wears a theme, as the settings screen would. */
  async wear(theme) {
    await this.browser.execute((name) => { document.documentElement.dataset.theme = name; }, theme);
  }

  /** Writes a picture of the window to the pictures' folder. */
  async picture(name) {
    const [width, height] = await this.browser.execute(() => [innerWidth, innerHeight]);
    const take = () => pictureOf(this.session.screen, width, height);
    let last = take();
    // Painting ends some time after the page has changed; a blinking caret may go on for ever.
    await until("the picture stands still", () => {
      const now = take();
      const still = now.equals(last);
      last = now;
      return still;
    }, { every: 120, timeout: 3_000 }).catch(() => {});
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(pictures, `${name}.png`), last);
  }

  /** Ends the program as a person does, from the tray, and waits until it has. */
  async quit(label = "Quit") {
    const { processId } = this;
    await this.session.clickTray(label);
    await until("the desktop has quit", () => !childrenOf(this.driver.id).includes(processId));
    await this.driver.end();
  }

  /** Kills the program where it stands. */
  async kill() {
    process.kill(this.processId, "SIGKILL");
    await until("the desktop is dead", () => !childrenOf(this.driver.id).includes(this.processId));
    await this.driver.end();
  }

  /** Ends window and driver, whatever state they are in. */
  async close() {
    if (!this.driver.running) return;
    await this.browser.deleteSession().catch(() => {});
    await this.driver.end();
  }
}

function selector(id) {
  return `[data-testid="${id}"]`;
}
