// A person who acts without a window: signs in over HTTP as the desktop does, and sends mutations.
import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { PASSWORD } from "./sign-in.mjs";

const CLIENT = "guildhall-desktop";
const REDIRECT = "http://127.0.0.1:49152/cb";
const PROTOCOL = 1;

const bytes = (id) => Buffer.from(id.replaceAll("-", ""), "hex");

function hash(...parts) {
  return parts.reduce((all, part) => all.update(part), createHash("sha256")).digest();
}

/** The hash chain over a device's acts, as docs/SYNC.md tells it. */
function linked(chain, { seq, id, at, name, args }) {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(seq), 0);
  numbers.writeBigInt64BE(BigInt(at), 8);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(name));
  return hash(chain, numbers.subarray(0, 8), bytes(id), numbers.subarray(8), length, name, JSON.stringify(args));
}

/** An account with a token and a device of its own. */
export class Person {
  #seq = 0;
  #chain;
  #device = randomUUID();

  /** Makes an account on the server's pages. `role` is `freelancer`, `client` or `both`. */
  static async register(server, { name, email, role, password = PASSWORD }) {
    const verifier = randomBytes(48).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const visit = new Visit(server.address);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      state: randomBytes(24).toString("base64url"),
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const login = await visit.get(`/oauth/authorize?${query}`);
    const page = await visit.get(login.match(/href="(\/register[^"]*)"/)[1].replaceAll("&amp;", "&"));
    const back = await visit.post("/register", { ...hidden(page), role, name, email, password, agreed: "yes" });
    const code = new URL(back).searchParams.get("code");
    assert.ok(code, `no code came back: ${back}`);
    const answer = await fetch(`${server.address}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: CLIENT,
        redirect_uri: REDIRECT,
        code,
        code_verifier: verifier,
      }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return new Person(server, (await answer.json()).access_token);
  }

  constructor(server, token) {
    this.#chain = hash("guildhall chain 1", bytes(this.#device));
    this.server = server;
    this.token = token;
  }

  /** Does acts in order and returns what the server decided of each. */
  async does(...acts) {
    const chain = this.#chain;
    const mutations = acts.map(([name, args]) => {
      this.#seq += 1;
      const act = { seq: this.#seq, id: randomUUID(), at: Date.now(), name, args };
      this.#chain = linked(this.#chain, act);
      return act;
    });
    const { decisions } = await this.post("/v1/sync/push", {
      protocol: PROTOCOL,
      device: this.#device,
      chain: chain.toString("hex"),
      mutations,
    });
    return decisions;
  }

  /** Does one act that must be accepted. */
  async must(name, args) {
    const [decision] = await this.does([name, args]);
    assert.equal(decision.verdict, "applied", JSON.stringify(decision));
  }

  /** The rows that they see. */
  async sees() {
    const { rows } = await this.post("/v1/sync/pull", { protocol: PROTOCOL, device: this.#device, cursor: null });
    return rows;
  }

  async post(path, body) {
    const answer = await fetch(this.server.address + path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  }
}

/** A browser without a screen: keeps cookies, follows redirects within the server. */
class Visit {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  async get(path) {
    const answer = await this.#ask(path, {});
    const location = answer.headers.get("location");
    return location ? this.get(location) : answer.text();
  }

  /** Sends a form and returns where it leads. */
  async post(path, fields) {
    const answer = await this.#ask(path, { method: "POST", body: new URLSearchParams(fields) });
    const location = answer.headers.get("location");
    assert.ok(location, `${path} answered ${answer.status}: ${await answer.text()}`);
    return location;
  }

  async #ask(path, options) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(path, this.#origin), {
      ...options,
      headers: { cookie, origin: this.#origin },
      redirect: "manual",
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

function hidden(page) {
  const fields = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value.replaceAll("&amp;", "&")]));
}
