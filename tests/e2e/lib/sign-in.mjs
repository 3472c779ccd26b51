// Signing in as a person does: the desktop asks for the browser, the browser shows the server's own pages.
import { until } from "./until.mjs";
import { inBrowser } from "./browser.mjs";

export const PASSWORD = "three plain words";

/** Names the server, follows the browser, and returns once the desktop shows who is signed in. */
export async function signIn(desktop, address, inPage) {
  const { session } = desktop;
  const before = session.opened().length;
  await desktop.fill("sign-in-server", address);
  await desktop.click("sign-in-button");
  const link = await until("the system browser is asked to open a page", () => session.opened()[before]);
  await inBrowser(session, async (page) => {
    await page.url(link);
    await inPage(page);
  });
  await desktop.sees("me-name", { timeout: 30_000 });
}

/** Shows anew who they are, as whoever keeps order is asked to. */
export async function stepUp(desktop, inPage) {
  const { session } = desktop;
  const before = session.opened().length;
  await desktop.click("step-up-begin");
  const link = await until("the system browser is asked to open a page", () => session.opened()[before]);
  await inBrowser(session, async (page) => {
    await page.url(link);
    await inPage(page);
  });
  await desktop.gone("step-up-cancel");
}

/** Makes an account on the server's pages. `role` is `freelancer`, `client` or `both`. */
export function registering({ name, email, password = PASSWORD, role }) {
  return async (page) => {
    await page.$("a[href*='/register']").click();
    await page.$(`#role-${role}`).waitForExist();
    await page.$(`label[for='role-${role}']`).click();
    await page.$("#name").setValue(name);
    await page.$("#email").setValue(email);
    await page.$("#password").setValue(password);
    await page.$("#agreed").click();
    await submit(page, "/register");
    await comeBack(page);
  };
}

/** Signs in with an account that is there already. */
export function signingIn({ email, password = PASSWORD }) {
  return async (page) => {
    await tryPassword(page, { email, password });
    await comeBack(page);
  };
}

/** Fills in the login form and sends it, whatever comes of it. */
export async function tryPassword(page, { email, password }) {
  await page.$("#email").waitForExist();
  await page.$("#email").setValue(email);
  await page.$("#password").setValue(password);
  await submit(page, "/login");
}

/** Waits until the browser has been sent back to the desktop, saying yes where the server asks. */
async function comeBack(page) {
  await until("the browser is back at the desktop's own address", async () => {
    const url = new URL(await page.getUrl());
    if (url.hostname === "127.0.0.1") return true;
    const yes = await page.$("button.go").getElement();
    if (url.pathname.includes("authorize") && (await yes.isExisting())) await yes.click();
    return false;
  });
}

async function submit(page, action) {
  await page.$(`form[action^='${action}'] button[type='submit']`).click();
}
