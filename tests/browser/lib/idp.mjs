// A sign-in service (OpenID Connect) for journeys: whoever comes to it is signed in as the person it was told.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { after } from "node:test";

const CLIENT = "relasi";
const coded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Starts it; it ends with the file. `person` is who signs in there, null for somebody who says no. */
export async function startIdp() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const codes = new Map();
  const idp = { person: null, client: CLIENT };

  const idToken = (nonce) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: idp.issuer, aud: CLIENT, exp: now + 300, iat: now, nonce, email_verified: true, ...idp.person };
    const text = `${coded({ alg: "ES256", kid: "satu" })}.${coded(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  };
  const answers = {
    "/.well-known/openid-configuration": () => ({
      issuer: idp.issuer,
      authorization_endpoint: `${idp.issuer}/authorize`,
      token_endpoint: `${idp.issuer}/token`,
      jwks_uri: `${idp.issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
    }),
    "/jwks": () => ({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "satu", alg: "ES256", use: "sig" }] }),
    "/token": (form) => {
      const asked = codes.get(form.get("code"));
      codes.delete(form.get("code"));
      const made = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
      if (asked?.challenge !== made) return null;
      return { access_token: "x", token_type: "Bearer", id_token: idToken(asked.nonce) };
    },
  };
  const server = createServer(async (request, answer) => {
    const url = new URL(request.url, idp.issuer);
    if (url.pathname === "/authorize") {
      const asked = url.searchParams;
      const back = new URL(asked.get("redirect_uri"));
      back.searchParams.set("state", asked.get("state"));
      if (idp.person) {
        const code = `code-${codes.size}-${Date.now()}`;
        codes.set(code, { nonce: asked.get("nonce"), challenge: asked.get("code_challenge") });
        back.searchParams.set("code", code);
      } else {
        back.searchParams.set("error", "access_denied");
      }
      answer.writeHead(302, { location: back.href }).end();
      return;
    }
    let body = "";
    for await (const piece of request) body += piece;
    const found = answers[url.pathname]?.(new URLSearchParams(body));
    answer.writeHead(found ? 200 : 400, { "content-type": "application/json" }).end(JSON.stringify(found ?? { error: "invalid_grant" }));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  after(() => server.close());
  idp.issuer = `http://127.0.0.1:${server.address().port}`;
  return idp;
}
