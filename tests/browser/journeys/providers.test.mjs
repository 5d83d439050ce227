// Signing in by a service of the workspace's own: set by the owner, used from the page for signing in.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { OWNER, PASSWORD } from "../lib/api.mjs";
import { startIdp } from "../lib/idp.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi({ environment: { RELASI_WEBHOOK_ALLOW: "127.0.0.1/32" } });
const idp = await startIdp();

journey(app, "the owner sets the service", {}, async (page) => {
  await page.goto("/app/settings/sign-in");
  await page.getByLabel("What the button says").fill("Kopi");
  await page.getByLabel("Address of the service (issuer)").fill("https://10.0.0.1");
  await page.getByLabel("Client ID").fill(idp.client);
  await page.getByLabel("Client secret").fill("rahasia");
  await page.getByLabel("E-mail domains").fill("relasi.example");
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("[aria-invalid='true']").first().waitFor();
  await page.getByLabel("Address of the service (issuer)").fill(idp.issuer);
  await page.getByLabel("Unknown people of these domains").selectOption({ label: "become Member" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("A secret is kept. Leave this empty to keep it.").waitFor();
  await accessible(page);
  await screenshot(page, "sign-in-service", { fullPage: true });
});

journey(app, "people come in by the service and go where they wanted to", { signedIn: false }, async (page) => {
  idp.person = { sub: "s-1", email: OWNER.email, name: OWNER.full_name };
  await page.goto("/app/contacts?q=kopi");
  await page.getByRole("button", { name: "Sign in with Kopi" }).click();
  await page.waitForURL(/\/app\/contacts\?q=kopi$/);
  await page.getByRole("heading", { name: "Contacts" }).first().waitFor();

  // Somebody new becomes what the owner has said.
  await page.context().clearCookies();
  idp.person = { sub: "s-2", email: "siti@relasi.example", name: "Siti Rahmawati" };
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with Kopi" }).click();
  await page.waitForURL(/\/app\/?$/);
  const members = await app.api.get("members");
  const siti = members.items.find((one) => one.email === "siti@relasi.example");
  assert.equal(siti.role, "member");

  // Who says no there, or is not let in, reads why and begins anew.
  await page.context().clearCookies();
  idp.person = null;
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in with Kopi" }).click();
  await page.getByText("The service has not let you in.").waitFor();
  await accessible(page);
  idp.person = { sub: "s-3", email: "agus@elsewhere.example", name: "Agus" };
  await page.getByRole("link", { name: "Begin anew" }).click();
  await page.getByRole("button", { name: "Sign in with Kopi" }).click();
  await page.getByText("This account is not let in here.").waitFor();
  await screenshot(page, "sign-in-service-refused");
});

journey(app, "who is signed in links the service and unlinks it", {}, async (page) => {
  const services = page.locator(".service-links");
  const security = async () => {
    await page.goto("/app/settings/security");
    await services.getByRole("heading", { name: "Sign-in service" }).waitFor();
  };
  await security();
  // The journey before has linked the owner by the address.
  await services.getByRole("button", { name: "Unlink" }).click();
  const unlink = page.getByRole("dialog", { name: "Unlink the sign-in service" });
  await unlink.getByLabel("Password").fill(PASSWORD);
  await accessible(page);
  await screenshot(page, "service-unlink");
  await unlink.getByRole("button", { name: "Unlink" }).click();
  await services.getByText("You are linked to no service.").waitFor();
  idp.person = { sub: "s-private", email: "dewi@private.example", name: "Dewi" };
  await services.getByRole("button", { name: "Link Kopi" }).click();
  const link = page.getByRole("dialog", { name: "Link the sign-in service" });
  await link.getByLabel("Password").fill("wrong wrong wrong");
  await link.getByRole("button", { name: "Go to the service" }).click();
  await link.locator("[aria-invalid='true']").first().waitFor();
  await link.getByLabel("Password").fill(PASSWORD);
  await link.getByRole("button", { name: "Go to the service" }).click();
  await page.waitForURL(/\/app\/settings\/security$/);
  await services.getByText("Linked since").waitFor();
  await accessible(page);
  await screenshot(page, "service-linked", { fullPage: true });
  // Somebody who says no there comes back to their own settings.
  await services.getByRole("button", { name: "Unlink" }).click();
  await unlink.getByLabel("Password").fill(PASSWORD);
  await unlink.getByRole("button", { name: "Unlink" }).click();
  await services.getByText("You are linked to no service.").waitFor();
  idp.person = null;
  await services.getByRole("button", { name: "Link Kopi" }).click();
  await link.getByLabel("Password").fill(PASSWORD);
  await link.getByRole("button", { name: "Go to the service" }).click();
  await page.getByText("The service has not let you in.").waitFor();
  await page.getByRole("link", { name: "Back to security" }).click();
  await services.getByText("You are linked to no service.").waitFor();
});

everywhere(app, "the links of an account on a phone", { phone: true }, async (page, { theme, language }) => {
  await page.goto("/app/settings/security");
  await page.locator(".service-links").getByRole("button").first().waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `service-links-${theme}-${language}`, { fullPage: true });
});

everywhere(app, "the page for signing in on a phone", { signedIn: false, phone: true }, async (page, { theme, language }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: /Kopi/ }).waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `login-service-${theme}-${language}`);
});
