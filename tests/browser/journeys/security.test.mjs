// Second factors, passkeys with Chromium's virtual authenticator, sign-ins, what a workspace asks for.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { Api, OWNER, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";
import { code, earlyInStep } from "../lib/totp.mjs";

const app = await relasi();
// Passkeys are bound to a name, and 127.0.0.1 is none.
const named = app.address.replace("127.0.0.1", "localhost");
const stranger = { signedIn: false };

/** Somebody of the journey's own, so that factors of one are not in the way of another. */
async function person(name, role = "member") {
  const email = `${name}@relasi.example`;
  const invited = await app.api.post("invitations", { email, role });
  const answer = { full_name: `${name} Santoso`, password: PASSWORD, language: "en" };
  const session = await new Api(app.address).post(`invitations/${invited.token}/accept`, answer);
  return { email, api: new Api(app.address, session.access_token) };
}

async function withTotp(someone) {
  const begun = await someone.api.post("me/totp", { password: PASSWORD });
  await earlyInStep();
  const confirmed = await someone.api.post("me/totp/confirm", { code: code(begun.secret, -1) });
  return { secret: begun.secret, codes: confirmed.recovery_codes };
}

async function firstStep(page, email, at = app.address) {
  await page.goto(`${at}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A device that makes passkeys and whose owner is there. */
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return { session, authenticatorId };
}

everywhere(app, "security page", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/security");
  await page.locator(".sessions .settings-line").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `security-${theme}-${language}`);
});

journey(app, "members have their security beside them", {}, async (page) => {
  await page.goto("/app/settings/members");
  await page.locator(".settings-row .member-person").first().waitFor();
  await accessible(page);
  await screenshot(page, "members-security");
});

everywhere(app, "security policy page", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/security-policy");
  await page.locator("textarea").waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `security-policy-${theme}-${language}`);
});

journey(app, "security on a phone", { phone: true }, async (page) => {
  for (const name of ["security", "security-policy"]) {
    await page.goto(`/app/settings/${name}`);
    await page.locator(name === "security" ? ".settings-line" : "textarea").first().waitFor();
    await fits(page);
    await screenshot(page, `${name}-phone`, { fullPage: true });
  }
});

journey(app, "codes of an app are set up and asked for", stranger, async (page) => {
  const { email } = await person("budi");
  await firstStep(page, email);
  await page.waitForURL("**/app");
  await page.goto("/app/settings/security");
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill("not the password");
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.locator(".field.invalid").waitFor();
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.locator("svg.qr").waitFor();
  const secret = await dialog.locator(".totp-secret").textContent();
  await accessible(page);
  await screenshot(page, "totp-set-up");
  await dialog.getByLabel("Code of the app").fill("000000");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.locator(".field.invalid").waitFor();
  await earlyInStep();
  await dialog.getByLabel("Code of the app").fill(code(secret, -1));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await page.locator(".recovery-codes li").nth(9).waitFor();
  const kept = await page.locator(".recovery-codes li").allTextContents();
  await screenshot(page, "recovery-codes");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 codes are left").waitFor();
  await page.context().clearCookies();
  await firstStep(page, email);
  await page.getByLabel("Code of the app").fill("123");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByText("The code is wrong").waitFor();
  await accessible(page);
  await screenshot(page, "code-step");
  await page.getByLabel("Code of the app").fill(code(secret));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL("**/app");
  await page.context().clearCookies();
  await firstStep(page, email);
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(kept[0]);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL("**/app");
  await page.goto("/app/settings/security");
  await page.getByText("9 codes are left").waitFor();
  await page.getByText("Password and recovery code").first().waitFor();
  await page.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("The password alone signs you in.").waitFor();
});

everywhere(app, "the code step", stranger, async (page, { theme, language }) => {
  const someone = await person(`step-${theme}-${language}`);
  await withTotp(someone);
  await page.goto("/login");
  await page.locator("input[type=email]").fill(someone.email);
  await page.locator("input[type=password]").fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.locator("input[autocomplete=one-time-code]").waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `code-step-${theme}-${language}`);
});

journey(app, "a passkey signs in without a password, and is the second step", stranger, async (page) => {
  const { email } = await person("siti");
  const { session, authenticatorId } = await authenticator(page);
  await firstStep(page, email, named);
  await page.waitForURL("**/app");
  await page.goto(`${named}/app/settings/security`);
  await page.getByRole("button", { name: "Add passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Go on" }).click();
  await dialog.getByLabel("What to call it").fill("Laptop kantor");
  await dialog.getByRole("button", { name: "Make the passkey" }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();
  const line = page.locator(".settings-line", { hasText: "Laptop kantor" });
  await line.getByText("never used").waitFor();
  await screenshot(page, "passkey-added");
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].isResidentCredential, true);
  await page.context().clearCookies();
  await page.goto(`${named}/login`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
  await screenshot(page, "login-with-passkey");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/app");
  await page.context().clearCookies();
  await firstStep(page, email, named);
  await page.getByRole("button", { name: "Use a recovery code" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/app");
  await page.goto(`${named}/app/settings/security`);
  await line.getByText("last used").waitFor();
  // Without the owner's finger or PIN it is not good.
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.context().clearCookies();
  await page.goto(`${named}/login`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForTimeout(1000);
  assert.match(page.url(), /login/);
  await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.reload();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/app");
  await page.goto(`${named}/app/settings/security`);
  await line.getByRole("button", { name: "Rename" }).click();
  await dialog.getByLabel("What to call it").fill("Laptop rumah");
  await dialog.getByRole("button", { name: "Save" }).click();
  const renamed = page.locator(".settings-line", { hasText: "Laptop rumah" });
  await renamed.getByRole("button", { name: "Remove" }).click();
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await renamed.waitFor({ state: "detached" });
  await page.context().clearCookies();
  await page.goto(`${named}/login`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey is not known here.").waitFor();
});

journey(app, "an administrator looks at sign-ins and helps", {}, async (page) => {
  const someone = await person("nok");
  await withTotp(someone);
  await page.goto("/app/settings/members");
  const row = page.locator(".settings-row", { hasText: someone.email });
  await row.getByRole("button", { name: /^Security of/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Invitation").waitFor();
  await accessible(page);
  await screenshot(page, "member-security");
  for (const name of ["Sign out everywhere", "Remove second factors"]) {
    await dialog.getByRole("button", { name }).click();
    await dialog.getByRole("button", { name }).click();
    await dialog.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
  }
  await assert.rejects(someone.api.get("me"), /401/);
  const again = await new Api(app.address).post("sessions", { email: someone.email, password: PASSWORD });
  assert.ok(again.access_token, "the password alone signs in");
});

// The last: from here on everybody has to have a second factor.
journey(app, "who has no second factor is led to one", {}, async (page) => {
  const someone = await person("rudi");
  const other = await person("sari");
  await page.goto("/app/settings/security-policy");
  await page.getByLabel("Ask everybody for a second factor").check();
  await page.getByLabel("Allowed networks").fill("198.51.100.0/24");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Your own address 127.0.0.1 is not in it").waitFor();
  await page.getByLabel("Allowed networks").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Set up your own second factor first").waitFor();
  await screenshot(page, "security-policy-refused");
  const own = new Api(app.address, (await app.api.post("sessions", { email: OWNER.email, password: PASSWORD })).access_token);
  const { secret } = await withTotp({ api: own });
  await page.context().clearCookies();
  await firstStep(page, OWNER.email);
  await page.getByLabel("Code of the app").fill(code(secret));
  await page.getByRole("button", { name: "Go on" }).click();
  await page.waitForURL("**/app");
  await page.goto("/app/settings/security-policy");
  await page.getByLabel("Ask everybody for a second factor").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The policy is saved").waitFor();
  await page.context().clearCookies();
  await firstStep(page, someone.email);
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, "second-factor-first");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
  const shown = await page.locator(".totp-secret").textContent();
  await earlyInStep();
  await page.getByLabel("Code of the app").fill(code(shown, -1));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.waitForURL("**/app");
  await page.getByRole("heading", { level: 1 }).waitFor();
  // Where the server has a name, a passkey will do.
  assert.equal(await page.getByRole("button", { name: "Use a passkey instead" }).count(), 0);
  await authenticator(page);
  await page.context().clearCookies();
  await firstStep(page, other.email, named);
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await page.getByRole("button", { name: "Use codes of an app instead" }).waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await accessible(page);
  await fits(page);
  await screenshot(page, "second-factor-first-passkey");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Make the passkey" }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.waitForURL("**/app");
});
