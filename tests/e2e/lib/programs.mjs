// Programs that a test starts, watches and ends by their own id.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { until } from "./until.mjs";

const living = new Set();
process.once("exit", () => living.forEach((program) => program.kill("SIGKILL")));
// Ended from outside, the exit still has to be gone through.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** A port of this machine that nobody listens on at the moment. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** One running program, its output kept in a file. */
export class Program {
  constructor(command, args, { environment = {}, log, input = "ignore" }) {
    this.log = log;
    const out = openSync(log, "a");
    // What an earlier program wrote stands before this.
    this.begin = fstatSync(out).size;
    this.child = spawn(command, args, {
      env: { ...process.env, ...environment },
      // A program that ends with its input is given one that stays open.
      stdio: [input, out, out],
    });
    closeSync(out);
    living.add(this.child);
    this.ended = once(this.child, "exit").finally(() => living.delete(this.child));
    // A program that could not be started is told by whoever waits for it.
    this.ended.catch(() => {});
    this.child.once("error", (error) => (this.failure = error));
  }

  get id() {
    return this.child.pid;
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null && !this.failure;
  }

  /** What it has written so far. */
  output() {
    return readFileSync(this.log).subarray(this.begin).toString("utf8");
  }

  /** Waits until the output matches, and returns the match. */
  async says(pattern, options) {
    return until(`${this.log} says ${pattern}`, () => {
      const found = this.output().match(pattern);
      if (!found && !this.running) throw new Error(`it has ended:\n${this.output().slice(-2000)}`);
      return found;
    }, options);
  }

  /** Asks it to end and waits until it has; after a while, or at once on request, by force. */
  async end({ force = false } = {}) {
    if (!this.running) return;
    this.child.kill(force ? "SIGKILL" : "SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), 5_000);
    await this.ended;
    clearTimeout(late);
  }
}

/** The ids of the programs that this one has started and that still run. */
export function childrenOf(id) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(parent) === id && state !== "Z";
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}
