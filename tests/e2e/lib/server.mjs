// The server under test: its own data folder, started, killed and started again on the same port.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program } from "./programs.mjs";

const binary = process.env.GUILDHALL_SERVER;

/** A running server. */
export class Server {
  #args;

  /**
   * Starts a server on new data. Behind a network it listens on another loopback address but the same port,
   * so that it is known by the same name with and without the network between.
   */
  static async start({ logs, args = [], environment = {}, network, port = network?.port ?? 0 }) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), "guildhall-server-"));
    server.data = join(server.folder, "data");
    mkdirSync(server.data);
    mkdirSync(logs, { recursive: true });
    server.log = join(logs, "server.log");
    server.environment = environment;
    server.#args = args;
    server.host = network ? "127.0.0.2" : "127.0.0.1";
    await server.#run(`${server.host}:${port}`);
    network?.leadTo(server.host);
    return server;
  }

  async #run(listen) {
    this.program = new Program(
      binary,
      ["serve", "--listen", listen, "--data", this.data, ...this.#args],
      { environment: this.environment, log: this.log },
    );
    const [, port] = await this.program.says(/listening on http:\/\/localhost:(\d+)/, { timeout: 60_000 });
    this.port = Number(port);
  }

  /** What people type to reach it. */
  get address() {
    return `http://localhost:${this.port}`;
  }

  /** The one-time secret that makes the first admin. */
  async adminSecret() {
    const [, secret] = await this.program.says(/first admin secret: (\S+)/);
    return secret;
  }

  /** Kills it where it stands. */
  async kill() {
    await this.program.end({ force: true });
  }

  /** Starts it again on the same data and the same port. */
  async startAgain() {
    await this.#run(`${this.host}:${this.port}`);
  }

  async close() {
    await this.program.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
