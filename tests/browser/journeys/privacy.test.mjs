// Personal data: consent, a copy of everything, a person erased, rules and the record of processing.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

/** A contact with something around it. */
async function person(name) {
  const made = await app.api.post("contacts", { full_name: name, emails: [{ value: `${name.split(" ")[0].toLowerCase()}@kopi.example` }] });
  await app.api.post(`contacts/${made.id}/comments`, { body: "Suka kopi Gayo" });
  return made;
}

async function purpose(name) {
  return app.api.post("consent-purposes", { name, legal_basis: "consent", channels: ["email", "whatsapp"], wording: "Boleh kami kirim kabar bulanan?" });
}

async function menu(page, item) {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

journey(app, "a purpose is made, and consent given and taken back on the page of a person", {}, async (page) => {
  await page.goto("/app/settings/privacy");
  await page.getByRole("button", { name: "Add purpose" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Monthly news");
  await form.getByLabel("WhatsApp").check();
  await form.getByLabel("What people are shown").fill("May we send you news each month?");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Consent · E-mail, WhatsApp").waitFor();
  await form.waitFor({ state: "hidden" });
  await accessible(page);
  const { id } = await person("Siti Rahma");
  await page.goto(`/app/contacts/${id}`);
  const card = page.locator(".consents .related-card", { hasText: "Monthly news" });
  await card.getByText("Never asked").first().waitFor();
  await card.getByRole("button", { name: "Note consent" }).first().click();
  const note = page.getByRole("dialog", { name: "Note consent" });
  await note.getByText("May we send you news each month?").waitFor();
  await note.getByLabel("How it was said").selectOption("paper");
  await note.getByRole("button", { name: "Note consent" }).click();
  await note.waitFor({ state: "hidden" });
  await card.getByText("Agreed").waitFor();
  await card.getByText(/^May be contacted/).waitFor();
  await screenshot(page, "privacy-consent");
  await accessible(page);
  await card.getByRole("button", { name: "Take back" }).click();
  await card.getByText("Taken back").waitFor();
});

journey(app, "a copy is made and the person is erased", {}, async (page) => {
  const { id } = await person("Rudi Hartono");
  await page.goto(`/app/contacts/${id}`);
  await menu(page, "Copy of all data…");
  const copy = page.getByRole("dialog", { name: "Copy of all data" });
  await copy.getByRole("button", { name: "Make the file" }).click();
  const fetched = page.waitForEvent("download", { timeout: 60_000 });
  await copy.getByRole("button", { name: "Download" }).click({ timeout: 60_000 });
  assert.equal((await fetched).suggestedFilename(), "person.zip");
  await page.keyboard.press("Escape");
  await copy.waitFor({ state: "hidden" });
  await menu(page, "Erase this person…");
  const erase = page.getByRole("dialog", { name: "Erase this person" });
  await erase.getByText("What goes", { exact: true }).waitFor();
  await screenshot(page, "privacy-erase");
  await accessible(page);
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await erase.getByText("Type the name exactly").waitFor();
  await erase.getByLabel("Type Rudi Hartono to confirm").fill("Rudi Hartono");
  await erase.getByLabel("Reason").fill("Asked by letter");
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await page.waitForURL(/\/app\/contacts$/);
  await page.goto("/app/settings/privacy");
  await page.locator(".erasures li", { hasText: "Asked by letter" }).waitFor();
});

journey(app, "a rule says what it reaches before it is switched on, and a draft fills the record", {}, async (page) => {
  await purpose("Kabar");
  await page.goto("/app/settings/privacy");
  await page.getByRole("button", { name: "Add rule" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Old leads");
  await form.getByRole("button", { name: "Write as text" }).click();
  await form.getByLabel("Which contacts").fill('lifecycle_stage = "lead"');
  await form.getByLabel("What happens").selectOption("trash");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
  const line = page.locator(".rules li", { hasText: "Old leads" });
  await line.getByRole("button", { name: "Switch on…" }).click();
  const reach = page.getByRole("dialog", { name: "Switch on Old leads" });
  await reach.getByText("0 records as of now").waitFor();
  await reach.getByRole("button", { name: "Switch on" }).click();
  await reach.waitFor({ state: "hidden" });
  await line.getByText("On", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Fill in a draft" }).click();
  await page.locator(".processing li", { hasText: "Kabar" }).waitFor();
  await page.locator(".processing").getByText(/24 months/).first().waitFor();
  await accessible(page);
});

everywhere(app, "privacy in the settings", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/privacy");
  await page.locator(".processing li").first().waitFor();
  await page.locator(".rules li").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `privacy-${theme}-${language}`, { fullPage: true });
});

journey(app, "privacy on a phone", { phone: true, language: "th" }, async (page) => {
  await page.goto("/app/settings/privacy");
  await page.locator(".processing li").first().waitFor();
  await fits(page);
  await screenshot(page, "privacy-phone", { fullPage: true });
  const { id } = await person("Malee Saetang");
  await page.goto(`/app/contacts/${id}`);
  await fits(page);
});
