// A lead as a person: there twice, written to, and gone when they ask for it.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";
import { startSink } from "../lib/smtp.mjs";

const sink = await startSink();
const app = await relasi({ environment: { RELASI_MAIL_ALLOW: "127.0.0.0/8", RELASI_JOB_LEASE: "3", RELASI_DNS: "127.0.0.1:9" } });
const port = Number(new URL(sink.url.replace("smtp:", "http:")).port);
const { api } = app;
const make = (body) => api.post("leads?duplicates=allow", body);
const phone = (value) => [{ value }];

async function menu(page, item) {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

journey(app, "whoever is typed as a lead may be one or a contact already", {}, async (page) => {
  const lead = await make({ name: "Siti Rahmawati", phones: phone("+62 813-1111-2222") });
  const contact = await api.post("contacts", { full_name: "Siti Rahmawati", emails: [{ value: "siti@kopi.example" }] });
  await page.goto("/app/leads");
  await page.getByText("Siti Rahmawati").first().waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Siti Rahmawati");
  await dialog.getByLabel("E-mail").first().fill("siti@kopi.example");
  await dialog.getByLabel("Phone", { exact: false }).first().fill("0813 1111 2222");
  const found = dialog.getByRole("status").getByRole("link", { name: "Siti Rahmawati" });
  await found.nth(1).waitFor();
  const hrefs = await found.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  assert.ok(hrefs.some((href) => href.endsWith(`/leads/${lead.id}`)) && hrefs.some((href) => href.endsWith(`/contacts/${contact.id}`)), `${hrefs}`);
  await screenshot(page, "lead-typing");
  await accessible(page);

  // And the other way round.
  await page.goto("/app/contacts");
  await page.getByText("Siti Rahmawati").first().waitFor();
  await page.keyboard.press("c");
  await dialog.getByRole("textbox", { name: "Name" }).first().fill("Siti Rahmawati");
  await dialog.getByLabel("Phone", { exact: false }).first().fill("0813 1111 2222");
  const known = dialog.getByRole("status").getByRole("listitem").filter({ has: page.locator(`a[href$="/leads/${lead.id}"]`) });
  await known.getByText("Lead", { exact: true }).waitFor();
  await screenshot(page, "contact-typing");
  await accessible(page);
});

journey(app, "two leads are found, become one, and two again", {}, async (page) => {
  const one = await make({ name: "Ratna Kusumawati", city: "Bandung", company_name: "CV Teh", phones: phone("+62 811-2000-3000") });
  const other = await make({ name: "Ratna Kusumawati", city: "Solo", job_title: "Owner", phones: phone("+62 811-2000-3000") });
  const note = await api.post("activities", { kind: "note", subject: "Likes arabica", lead_id: other.id });
  const { id } = await api.post("duplicates/scan", { object: "lead" });
  while (!(await api.get(`jobs/${id}`)).finished_at);
  await page.goto("/app/quality/duplicates?object=lead");
  await page.locator(".pair-names", { hasText: "Ratna Kusumawati" }).click();
  await page.getByRole("heading", { name: "Merge Ratna Kusumawati and Ratna Kusumawati" }).waitFor();
  await page.getByRole("radiogroup", { name: "Which record stays" }).getByRole("radio").nth(0).check();
  await page.getByRole("radiogroup", { name: "City" }).getByRole("radio", { name: "Solo" }).check();
  await accessible(page);
  await screenshot(page, "lead-merge");
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByText("Ratna Kusumawati merged").waitFor();
  await page.waitForURL(/object=lead/);
  const records = await Promise.all([one, other].map((lead) => api.get(`leads/${lead.id}`)));
  const [stays] = records.filter((lead) => !lead.deleted_at);
  assert.deepEqual([stays.city, stays.job_title, stays.company_name], ["Solo", "Owner", "CV Teh"]);
  assert.equal((await api.get(`activities/${note.id}`)).lead_id, stays.id);
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.getByText("Ratna Kusumawati is two records again").waitFor();
  assert.equal((await api.get(`activities/${note.id}`)).lead_id, other.id);
});

journey(app, "a lead is written to from its page", {}, async (page) => {
  await api.post("email-accounts", { address: "kantor@kopi.example", is_default: true, smtp: { host: "127.0.0.1", port, tls: "none" } });
  const lead = await make({ name: "Budi Hartono", emails: [{ value: "budi@warung.example" }] });
  await page.goto(`/app/leads/${lead.id}`);
  const composer = page.locator(".record-middle .composer");
  await composer.getByRole("button", { name: "E-mail", exact: true }).click();
  assert.equal(await page.getByLabel("To", { exact: true }).inputValue(), "budi@warung.example");
  await page.getByLabel("Subject").fill("Pesanan kopi");
  await composer.locator("textarea").fill("Halo Budi,\nkopi sudah siap.");
  await composer.getByRole("button", { name: "Send" }).click();
  const entry = page.locator(".entry", { hasText: "Pesanan kopi" });
  await entry.getByText(/Sent/).waitFor({ timeout: 60_000 });
  await accessible(page);
  await screenshot(page, "lead-mail");
  await entry.getByRole("button", { name: "Read the message" }).click();
  await page.getByRole("dialog").getByText("kopi sudah siap.").waitFor();
  assert.ok(sink.received.some((one) => one.to === "budi@warung.example"));
  assert.ok((await api.get(`leads/${lead.id}`)).first_response_at, "it was the first response");
});

journey(app, "a lead gets a copy of everything and is erased", {}, async (page) => {
  const { id } = await make({ name: "Rudi Hartono", emails: [{ value: "rudi@kopi.example" }] });
  await page.goto(`/app/leads/${id}`);
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
  await erase.getByText("Leads", { exact: true }).waitFor();
  await screenshot(page, "lead-erase");
  await accessible(page);
  await erase.getByLabel("Type Rudi Hartono to confirm").fill("Rudi Hartono");
  await erase.getByLabel("Reason").fill("Asked by phone");
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await page.waitForURL(/\/app\/leads$/);
  await page.goto("/app/settings/privacy");
  await page.locator(".erasures li", { hasText: "Asked by phone" }).waitFor();
});

everywhere(app, "erasing a lead", {}, async (page, { theme, language }) => {
  const { id } = await make({ name: `Dewi ${theme} ${language}` });
  await page.goto(`/app/leads/${id}`);
  await page.locator(".record-bar, .page-bar").first().waitFor();
  await page.locator("button[aria-haspopup='menu']").last().click();
  await page.getByRole("menuitem").last().waitFor();
  await accessible(page);
  await screenshot(page, `lead-menu-${theme}-${language}`);
});

journey(app, "a lead on a phone", { phone: true }, async (page) => {
  const { id } = await make({ name: "Maya Safitri", emails: [{ value: "maya@kopi.example" }] });
  await page.goto(`/app/leads/${id}`);
  await page.getByRole("heading", { level: 1, name: "Maya Safitri" }).waitFor();
  await fits(page);
  await screenshot(page, "lead-phone");
});
