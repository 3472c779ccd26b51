// The throw-away desktop as a test sees it: what was shown to the person, and what the person clicks.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { until } from "./until.mjs";

const file = process.env.GUILDHALL_KIT;
if (!file) throw new Error("start these tests with `cargo xtask test --only windows`");
const kit = JSON.parse(readFileSync(file, "utf8"));

/** One person's session: home, bus, keychain, tray and notifications of their own. */
export class Session {
  constructor(name) {
    const described = kit.sessions[name];
    if (!described) throw new Error(`the desktop has no session ${name}`);
    this.name = name;
    this.environment = described.environment;
    this.home = described.home;
    this.logs = described.logs;
    this.screen = described.screen;
    this.control = described.control;
    this.recordsFile = described.records;
    this.openedFile = described.opened;
  }

  /** Where a program of this session keeps its log. */
  logFile(name) {
    return join(this.logs, `${name}.log`);
  }

  /** Everything shown so far: notifications and tray icons, in order. */
  records() {
    return lines(this.recordsFile).map((line) => JSON.parse(line));
  }

  notifications() {
    return this.records().filter((record) => record.event === "notification");
  }

  /** Waits for a notification that `wanted` accepts. */
  notification(what, wanted, options) {
    return until(`notification: ${what}`, () => this.notifications().find(wanted), options);
  }

  /** The addresses that programs asked the system browser to open. */
  opened() {
    return lines(this.openedFile);
  }

  /** The labels of the tray menu. */
  async trayMenu() {
    return (await this.order({ do: "menu" })).labels;
  }

  async clickTray(label) {
    const { clicked } = await this.order({ do: "click", label });
    if (!clicked) throw new Error(`the tray menu has no ${label}`);
  }

  async clickNotification(notification, action = "default") {
    await this.order({ do: "act", notification: notification.id, action });
  }

  async order(order) {
    const socket = connect(this.control);
    try {
      socket.write(`${JSON.stringify(order)}\n`);
      for await (const line of createInterface({ input: socket })) return JSON.parse(line);
      throw new Error("the desktop did not answer");
    } finally {
      socket.destroy();
    }
  }
}

function lines(path) {
  const text = readFileSync(path, "utf8");
  // The last line may still be on its way.
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter(Boolean);
}
