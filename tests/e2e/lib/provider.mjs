// A sign-in provider of somebody else: the certified oidc-provider, with its own pages in the real browser.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Program } from "./programs.mjs";
import { until } from "./until.mjs";

const PROGRAM = fileURLToPath(new URL("../../providers/provider.mjs", import.meta.url));

/** Starts one for a server at this address, and writes the file by which the server knows it. */
export async function startProvider({ address, file, log }) {
  const program = new Program(process.execPath, [PROGRAM, `${address}/login/with/works/back`], { log, input: "pipe" });
  const [issuer] = await program.says(/http:\/\/127\.0\.0\.1:\d+/);
  const works = {
    key: "works",
    label: "Example Works",
    kind: "oidc",
    issuer,
    client_id: "guildhall",
    client_secret: "a secret of the two",
    trust_email: true,
    networks: ["127.0.0.1/32"],
  };
  writeFileSync(file, JSON.stringify({ providers: [works] }));
  return program;
}

/** Comes through the provider as whoever types this name there, and fills in what the server does not know yet. */
export function comingThrough({ login, role }) {
  return async (page) => {
    await page.$("button=Continue with Example Works").click();
    await page.$("input[name='login']").waitForExist();
    await page.$("input[name='login']").setValue(login);
    await page.$("input[name='password']").setValue("any");
    await page.$("button[type='submit']").click();
    await until("the provider asks whether to go on", async () => (await page.$("body").getText()).includes("Authorize"));
    await page.$("button[type='submit']").click();
    await page.$(`#role-${role}`).waitForExist();
    await page.$(`label[for='role-${role}']`).click();
    await page.$("#agreed").click();
    await page.$("form[action^='/register/with'] button[type='submit']").click();
    await until("the browser is back at the desktop's own address", async () => (
      new URL(await page.getUrl()).pathname === "/cb"
    ));
  };
}
