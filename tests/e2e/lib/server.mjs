// The server under test: its own data folder, started, killed and started again on the same port.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program } from "./programs.mjs";

const binary = process.env.GUILDHALL_SERVER;

/** A running server. */
export class Server {
  #args;

  /** Starts a server on new data. */
  static async start({ logs, args = [], environment = {} }) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), "guildhall-server-"));
    server.data = join(server.folder, "data");
    mkdirSync(server.data);
    mkdirSync(logs, { recursive: true });
    server.log = join(logs, "server.log");
    server.environment = environment;
    server.#args = args;
    await server.#run("127.0.0.1:0");
    return server;
  }

  async #run(listen) {
    const before = this.program?.output().length ?? 0;
    this.program = new Program(
      binary,
      ["serve", "--listen", listen, "--data", this.data, ...this.#args],
      { environment: this.environment, log: this.log },
    );
    const line = new RegExp(`^[^]{${before}}[^]*?listening on (http://localhost:(\\d+))`);
    const [, address, port] = await this.program.says(line, { timeout: 60_000 });
    this.address = address;
    this.port = Number(port);
    const secret = this.program.output().match(/first admin secret: (\S+)/);
    if (secret) this.adminSecret = secret[1];
  }

  /** Kills it where it stands. */
  async kill() {
    await this.program.end({ force: true });
  }

  /** Starts it again on the same data and the same port. */
  async startAgain() {
    await this.#run(`127.0.0.1:${this.port}`);
  }

  async close() {
    await this.program.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
