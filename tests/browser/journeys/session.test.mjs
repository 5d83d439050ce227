// Set-up, signing in and out of hours, invitations.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { Api, OWNER, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi({ setUp: false });
const stranger = { signedIn: false };

everywhere(app, "set-up page", stranger, async (page, { theme, language }) => {
  await page.goto("/app");
  await page.waitForURL("**/setup");
  assert.equal(await page.getAttribute("html", "lang"), language);
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `setup-${theme}-${language}`);
});

journey(app, "the address that is printed leads to set-up", stranger, async (page) => {
  await page.goto("/");
  await page.waitForURL("**/setup");
  await page.getByRole("button", { name: "Create workspace" }).waitFor();
  await page.goto("/no/such/place");
  await page.waitForURL("**/setup");
});

journey(app, "set-up page on a phone", { ...stranger, phone: true }, async (page) => {
  await page.goto("/setup");
  await page.getByRole("button", { name: "Create workspace" }).waitFor();
  await fits(page);
  await screenshot(page, "setup-phone", { fullPage: true });
});

journey(app, "set-up makes a workspace", stranger, async (page) => {
  await page.goto("/app/contacts");
  await page.waitForURL("**/setup");
  assert.match(await page.getByLabel("Currency").inputValue(), /^IDR/);
  assert.match(await page.getByLabel("Time zone").inputValue(), /Jakarta/);
  await page.getByLabel("Name of the workspace").fill(OWNER.workspace_name);
  await page.getByLabel("Your full name").fill(OWNER.full_name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("short");
  await page.getByLabel("Empty").check();
  await page.getByRole("button", { name: "Create workspace" }).click();
  // What was typed stays, the fault stands at its field, which has the focus.
  await page.locator(".field.invalid", { hasText: "Password" }).waitFor();
  assert.equal(await page.getByLabel("Your full name").inputValue(), OWNER.full_name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.waitForURL("**/app");
});

everywhere(app, "sign-in page", stranger, async (page, { theme, language }) => {
  await page.goto("/login");
  await page.locator("input[type=password]").waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await fits(page);
  await screenshot(page, `login-${theme}-${language}`);
});

journey(app, "signing in leads back to where one wanted to go", stranger, async (page) => {
  await page.goto("/app/contacts?f=city%20%3D%20%22Bandung%22");
  await page.waitForURL("**/login?next=*");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("not the password at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/app/contacts?f=*");
  await page.getByRole("button", { name: /City is Bandung/ }).first().waitFor();
});

journey(app, "a session that ends asks over the page", {}, async (page) => {
  await page.goto("/app/contacts");
  await page.getByRole("heading", { name: "Contacts" }).waitFor();
  await page.getByRole("searchbox", { name: "Search this list" }).waitFor();
  // Another device ends every session of this person; the next request finds out.
  await page.route("**/api/v1/sessions/refresh", (route) => route.fulfill({ status: 401, body: "{}" }));
  await page.route("**/api/v1/contacts**", (route) => route.fulfill({ status: 401, body: "{}" }), { times: 1 });
  await page.getByRole("searchbox", { name: "Search this list" }).fill("siti");
  const card = page.getByRole("dialog", { name: "Your session has ended" });
  await card.waitFor();
  await card.getByLabel("E-mail").fill(OWNER.email);
  await card.getByLabel("Password").fill(PASSWORD);
  await card.getByRole("button", { name: "Sign in" }).click();
  await card.waitFor({ state: "hidden" });
  assert.equal(await page.getByRole("searchbox", { name: "Search this list" }).inputValue(), "siti");
});

journey(app, "an invitation makes an account", stranger, async (page) => {
  const api = new Api(app.address);
  api.token = (await api.post("sessions", { email: OWNER.email, password: PASSWORD })).access_token;
  const invited = await api.post("invitations", { email: "budi@relasi.example", role: "member" });
  await page.goto(invited.path);
  await page.getByText("Dewi Lestari invites you").waitFor();
  await accessible(page);
  await screenshot(page, "invite");
  await page.getByLabel("Your full name").fill("Budi Santoso");
  await page.getByLabel("Password").fill("teh poci manis sekali");
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL("**/app");
  const other = await page.context().newPage();
  await other.goto(invited.path);
  await other.locator(".empty").waitFor();
});
