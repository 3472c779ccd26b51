// A sign-in provider of somebody else, for the stories of signing in through one: the certified oidc-provider, with its own pages.
//
//   node provider.mjs REDIRECT_URI
//
// It listens on a free port of 127.0.0.1, writes its address in one line, and ends with whoever started it. Whoever types a name is that
// person: `mira` has the address mira@example.org. An address is confirmed unless the name ends in `-unconfirmed`.

import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "guildhall",
        client_secret: "a secret of the two",
        redirect_uris: [process.argv[2]],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: ["for these stories only"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        name: `${id[0].toUpperCase()}${id.slice(1)} of the Works`,
        email: `${id.replace(/-unconfirmed$/, "")}@example.org`,
        email_verified: !id.endsWith("-unconfirmed"),
      }),
    }),
  });
  server.on("request", provider.callback());
  process.stdout.write(`${issuer}\n`);
});

process.stdin.resume();
process.stdin.on("end", () => process.exit());
