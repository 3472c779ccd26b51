// A WebDriver of our own start on a free port, and a session on it.
import { once } from "node:events";
import { connect } from "node:net";
import { remote } from "webdriverio";
import { Program, freePort } from "./programs.mjs";
import { until } from "./until.mjs";

/** Starts a driver that is already on this machine and opens a session with it. */
export async function drive({ command, args = [], capabilities, environment, log }) {
  const port = await freePort();
  const program = new Program(command, [`--port=${port}`, ...args], { environment, log });
  try {
    await until(`${command} listens`, () => accepts(port));
    const browser = await remote({
      hostname: "127.0.0.1",
      port,
      logLevel: "error",
      // A picture may hang in WebKit's driver: better an early error than a late one.
      connectionRetryTimeout: 30_000,
      connectionRetryCount: 0,
      capabilities: { ...capabilities, "wdio:enforceWebDriverClassic": true },
    });
    return { browser, program };
  } catch (error) {
    await program.end();
    throw error;
  }
}

async function accepts(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } finally {
    socket.destroy();
  }
}
