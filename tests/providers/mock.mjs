// A sign-in provider that lies, for the stories of signing in through one: oauth2-mock-server, which signs whatever it is told to.
//
//   node mock.mjs
//
// It listens on a free port of 127.0.0.1, writes its address in one line, and ends with whoever started it. Each line that it is given
// is what it says from then on, by a name from below; it answers with the same line.

import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createInterface } from "node:readline";
import { OAuth2Server } from "oauth2-mock-server";

const HOUR = 3600;
const server = new OAuth2Server();
const key = await server.issuer.keys.generate("RS256", { kid: "one" });
await server.start(0, "127.0.0.1");
server.issuer.url = `http://127.0.0.1:${server.address().port}`;

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const read = (text) => JSON.parse(Buffer.from(text, "base64url"));
const published = createPublicKey({ key: server.issuer.keys.toJSON()[0], format: "jwk" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

/** Puts another token into the answer, made from the head, the claims and the signature of the honest one. */
const token = (forge) => ({
  answer: (answer) => {
    answer.body.id_token = forge(...answer.body.id_token.split("."));
  },
});
/** Signs the honest claims with another head by other means. */
const signed = (head, by) =>
  token((_, claims) => {
    const message = `${part({ typ: "JWT", kid: key.kid, ...head })}.${claims}`;
    return `${message}.${by(message)}`;
  });
const claims = (change) => ({ claims: change });

let earlier;
const speeches = {
  "the truth": token((...parts) => (earlier = parts.join("."))),
  "another audience": claims((it) => (it.aud = "another")),
  "two audiences": claims((it) => (it.aud = [it.aud, "another"])),
  "another issuer": claims((it) => (it.iss = "https://evil.example")),
  "another nonce": claims((it) => (it.nonce = "another")),
  "no nonce": claims((it) => delete it.nonce),
  "what has run out": claims((it) => (it.exp -= 2 * HOUR)),
  "what is of tomorrow": claims((it) => (it.iat += 24 * HOUR)),
  "what is of yesterday": claims((it) => (it.iat -= 24 * HOUR)),
  nobody: claims((it) => delete it.sub),
  "an earlier token": token(() => earlier),
  "the access token": { answer: ({ body }) => (body.id_token = body.access_token) },
  "changed claims": token((head, claims, signature) =>
    [head, part({ ...read(claims), sub: "admin" }), signature].join("."),
  ),
  "half a signature": token((head, claims, signature) => [head, claims, signature.slice(0, 99)].join(".")),
  "no signature": signed({ alg: "none" }, () => ""),
  "the published key as a secret": signed({ alg: "HS256" }, (message) =>
    createHmac("sha256", published.export({ type: "spki", format: "pem" })).update(message).digest("base64url"),
  ),
  "a stranger's signature": signed({ alg: "RS256" }, (message) =>
    sign("sha256", Buffer.from(message), stranger).toString("base64url"),
  ),
  "a stranger's key": signed(
    { alg: "RS256", kid: undefined, jwk: createPublicKey(stranger).export({ format: "jwk" }) },
    (message) => sign("sha256", Buffer.from(message), stranger).toString("base64url"),
  ),
  "a key of no name": { head: (it) => (it.kid = "two") },
  "no token type": { answer: ({ body }) => delete body.token_type },
  nothing: { answer: (answer) => (answer.body = "") },
  "another person's address": { more: ({ body }) => (body.sub = "jonas") },
  "that it fails": { answer: (answer) => (answer.statusCode = 503) },
  "that it knows no more": { more: (answer) => (answer.statusCode = 503) },
};
let speech = speeches["the truth"];

server.service.on("beforeTokenSigning", ({ header, payload }) => {
  // The access token, which is signed as well, is for nobody.
  if ("aud" in payload) {
    speech.head?.(header);
    speech.claims?.(payload);
  }
});
server.service.on("beforeResponse", (answer) => speech.answer?.(answer));
server.service.on("beforeUserinfo", (answer) => {
  Object.assign(answer.body, { name: "Mira of the Works", email: "mira@example.org", email_verified: true });
  speech.more?.(answer);
});

process.stdout.write(`${server.issuer.url}\n`);
createInterface({ input: process.stdin })
  .on("line", async (line) => {
    if (line === "the truth, with a new key") {
      // All are published, and take turns.
      await server.issuer.keys.generate("RS256", { kid: `new ${server.issuer.keys.toJSON().length}` });
    } else if (!(line in speeches)) {
      process.exit(1);
    }
    speech = speeches[line] ?? speeches["the truth"];
    process.stdout.write(`${line}\n`);
  })
  .on("close", () => process.exit());
