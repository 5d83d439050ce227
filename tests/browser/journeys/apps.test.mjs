// Apps of others: registered, asking somebody to be let in, seen by the person and put out again.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { after } from "node:test";
import { accessible, fits } from "../lib/accessible.mjs";
import { OWNER, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

// The program of somebody else, to which people are sent back.
const other = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<title>Kopi</title><p>Back"));
await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
after(() => other.close());
const back = `http://127.0.0.1:${other.address().port}/back`;

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const made = await app.api.post("apps", {
  name: "Kopi Accounting",
  confidential: false,
  redirect_uris: ["http://127.0.0.1/back"],
  scopes: ["see", "add"],
});
const address = (id, more = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: id,
    redirect_uri: back,
    state: "s 1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...more,
  })}`;

journey(app, "an app is registered and its secret shown once", {}, async (page) => {
  await page.goto("/app/settings/apps");
  await page.getByRole("button", { name: "Register an app" }).click();
  const form = page.getByRole("dialog", { name: "Register an app" });
  await form.getByLabel("Name").fill("Teh Reports");
  await form.getByLabel("Where people are sent back to").fill("http://teh.example/back");
  await form.getByLabel("Add records").check();
  await form.getByRole("button", { name: "Register" }).click();
  await form.getByText("Must begin with https://").waitFor();
  await form.getByLabel("Where people are sent back to").fill("https://teh.example/back");
  await form.getByRole("button", { name: "Register" }).click();
  const told = page.getByRole("dialog", { name: "Secret of Teh Reports" });
  await told.waitFor();
  assert.match(await told.getByLabel("Secret", { exact: true }).inputValue(), /^rls_/);
  assert.match(await told.getByLabel("Client ID").inputValue(), /^rla_/);
  await accessible(page);
  await screenshot(page, "app-secret");
  await told.getByRole("button", { name: "Close" }).last().click();
  await told.waitFor({ state: "hidden" });
  const line = page.getByRole("listitem").filter({ hasText: "Teh Reports" });
  await line.getByRole("button", { name: "More about Teh Reports" }).click();
  await page.getByRole("menuitem", { name: "Turn off" }).click();
  await line.getByText("Turned off").waitFor();
  await line.getByRole("button", { name: "More about Teh Reports" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const sure = page.getByRole("dialog", { name: "Remove the app" });
  await sure.getByRole("button", { name: "Delete" }).click();
  await line.waitFor({ state: "detached" });
});

journey(app, "somebody signs in, lets an app in, and puts it out", { signedIn: false }, async (page) => {
  await page.goto(address(made.client_id));
  await page.waitForURL(/\/login\?next=/);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Kopi Accounting asks to be let in" }).waitFor();
  await page.getByText("Read records").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Let it in" }).click();
  await page.waitForURL(/127\.0\.0\.1:\d+\/back\?/);
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get("state"), "s 1");
  assert.equal(answer.get("iss"), new URL(app.address).origin);
  const form = {
    grant_type: "authorization_code",
    code: answer.get("code"),
    redirect_uri: back,
    code_verifier: verifier,
    client_id: made.client_id,
  };
  const tokens = await (await fetch(`${app.address}/oauth/token`, { method: "POST", body: new URLSearchParams(form) })).json();
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  assert.equal((await fetch(`${app.address}/api/v1/contacts`, { headers })).status, 200);

  await page.goto("/app/settings/security");
  const line = page.getByRole("listitem").filter({ hasText: "Kopi Accounting" });
  await line.waitFor();
  await screenshot(page, "connected-apps", { fullPage: true });
  const use = page.getByRole("dialog", { name: "Use of Kopi Accounting" });
  await line.getByRole("button", { name: "Use" }).click();
  // A request is stored about a second after its answer.
  for (let tries = 0; (await use.getByText("/api/v1/contacts").count()) === 0; tries += 1) {
    assert.ok(tries < 60, "the request is not listed");
    await page.keyboard.press("Escape");
    await use.waitFor({ state: "hidden" });
    await page.waitForTimeout(250);
    await line.getByRole("button", { name: "Use" }).click();
    await use.getByText(/\/api\/v1\/contacts|No request came/).first().waitFor();
  }
  await accessible(page);
  await screenshot(page, "app-use");
  await page.keyboard.press("Escape");
  await use.waitFor({ state: "hidden" });
  await line.getByRole("button", { name: "Put out" }).click();
  await line.waitFor({ state: "detached" });
  assert.equal((await fetch(`${app.address}/api/v1/contacts`, { headers })).status, 401);
});

journey(app, "a request that is not good sends nobody anywhere", {}, async (page) => {
  await page.goto(address(made.client_id, { redirect_uri: "https://evil.example/" }));
  await page.getByText("The app names an address that is not registered for it.").waitFor();
  await accessible(page);
  await screenshot(page, "consent-wrong");
  await page.goto(address(made.client_id, { scope: "openid" }));
  await page.waitForURL(/back\?error=invalid_scope&state=s\+1&iss=/);
  await page.goto(address(made.client_id));
  await page.getByRole("button", { name: "No", exact: true }).click();
  await page.waitForURL(/back\?error=access_denied/);
});

everywhere(app, "consent and apps on a phone", { phone: true }, async (page, { theme, language }) => {
  await page.goto(address(made.client_id));
  await page.getByRole("heading", { name: /Kopi Accounting/ }).waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `consent-${theme}-${language}`);
  await page.goto("/app/settings/apps");
  await page.getByText("Kopi Accounting").waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `apps-${theme}-${language}`, { fullPage: true });
  await page.locator(".apps .settings-line").first().getByRole("button").click();
  await page.getByRole("menuitem").nth(1).click();
  await page.getByRole("dialog").getByText("/api/v1/contacts").first().waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `app-use-${theme}-${language}`);
});
