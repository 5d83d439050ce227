// Who belongs to whom: relationships between people, the reporting line, families of companies, people only.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const top = await api.post("companies", { name: "PT Kopi Nusantara", city: "Jakarta" });
const kopi = await api.post("companies", { name: "CV Kopi Bandung", city: "Bandung", parent_id: top.id });
const roastery = await api.post("companies", { name: "Sangrai Bandung", city: "Lembang", parent_id: kopi.id });
await api.post("companies", { name: "Sangrai Malam", city: "Lembang", parent_id: roastery.id });
const person = (full_name, more = {}) => api.post("contacts", { full_name, company_id: kopi.id, ...more });
const agus = await person("Agus Wijaya", { job_title: "Director" });
const siti = await person("Siti Rahmawati", { job_title: "Procurement lead" });
const rudi = await person("Rudi Hartono", { job_title: "Buyer" });
const malee = await person("Malee Srisai", { job_title: "Assistant" });
const relate = (from, kind, to, more = {}) => api.post("relationships", { from_contact_id: from.id, kind, to_contact_id: to.id, ...more });
await person("Bandung Santoso");
await relate(siti, "reports_to", agus, { from_date: "2024-01-01" });
await relate(rudi, "reports_to", siti);
await relate(malee, "reports_to", rudi);
await relate(siti, "referred_by", malee, { from_date: "2020-01-01", to_date: "2021-12-31", note: "Met at the fair" });
const { items: stages } = await api.get("stages?sort=position");
const deal = { name: "Beans 2027", amount: 1_200_000_000, currency: "IDR", company_id: roastery.id, contact_id: siti.id };
await api.post("deals", { ...deal, pipeline_id: stages[0].pipeline_id, stage_id: stages[0].id });
await api.post("contact-roles", { contact_id: siti.id, company_id: kopi.id, role: "Buyer", from_date: "2022-01-01", to_date: "2023-06-30" });

const toast = (page, text) => page.locator(".toast").filter({ hasText: text });
const section = (page, title) => page.locator(".related-section").filter({ has: page.getByRole("heading", { name: title }) });
const open = async (page, path, name) => {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).waitFor();
};

for (const [kind, path, name] of [
  ["contact", `/app/contacts/${siti.id}`, "Siti Rahmawati"],
  ["company", `/app/companies/${kopi.id}`, "CV Kopi Bandung"],
]) {
  for (const phone of [false, true]) {
    everywhere(app, `tree of a ${kind}${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
      await open(page, path, name);
      if (phone) await page.getByRole("tab").last().click();
      await page.locator(".tree strong").waitFor();
      await page.locator(".tree").first().scrollIntoViewIfNeeded();
      await accessible(page);
      await fits(page);
      await screenshot(page, `structure-${kind}-${phone ? "phone-" : ""}${theme}-${language}`);
    });
  }
}

journey(app, "a relationship is added, turned round, ended and undone", {}, async (page) => {
  await open(page, `/app/contacts/${siti.id}`, "Siti Rahmawati");
  await page.getByRole("button", { name: "Add a relationship" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Relationship").selectOption({ label: "Assisted by" });
  await dialog.getByLabel("Other person").fill("Malee");
  await page.getByRole("option", { name: /Malee Srisai/ }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await toast(page, "Relationship saved").waitFor();
  const card = section(page, "Relationships").locator(".related-card").filter({ hasText: "Assisted by" });
  await card.getByRole("link", { name: "Malee Srisai" }).waitFor();
  const { items } = await api.get(`relationships?filter=${encodeURIComponent("kind = assistant_of")}`);
  assert.deepEqual([items[0].from_contact_id, items[0].to_contact_id], [malee.id, siti.id]);
  // Refused where it would be a loop, at its field.
  await page.getByRole("button", { name: "Add a relationship" }).click();
  await dialog.getByLabel("Relationship").selectOption({ label: "Reports to" });
  await dialog.getByLabel("Other person").fill("Malee");
  await page.getByRole("option", { name: /Malee Srisai/ }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("would report to somebody who reports to them").waitFor();
  await page.keyboard.press("Escape");
  await card.getByRole("button", { name: "Actions for this relationship" }).click();
  await page.getByRole("menuitem", { name: "End today" }).click();
  await toast(page, "Relationship with Malee Srisai ended").getByRole("button", { name: "Undo" }).click();
  await toast(page, "Undone").waitFor();
  await page.locator(".timeline .entry").filter({ hasText: "Assistant of" }).first().waitFor();
  const former = section(page, "Relationships").locator(".related-card.is-past");
  await former.getByText("Met at the fair").waitFor();
});

journey(app, "the tree is unfolded and walked", {}, async (page) => {
  await open(page, `/app/contacts/${agus.id}`, "Agus Wijaya");
  const line = section(page, "Reporting line");
  await line.getByRole("button", { name: "Show who is below Siti Rahmawati" }).click();
  await line.getByRole("link", { name: "Rudi Hartono" }).click();
  await page.getByRole("heading", { level: 1, name: "Rudi Hartono" }).waitFor();
  await line.getByRole("link", { name: "Malee Srisai" }).waitFor();
  assert.deepEqual(await line.getByRole("link").allTextContents(), ["Agus Wijaya", "Siti Rahmawati", "Malee Srisai"]);
  await open(page, `/app/companies/${top.id}`, "PT Kopi Nusantara");
  const family = section(page, "Parent and subsidiaries");
  await family.getByText("4 companies in this group · open deals: 1 · ").waitFor();
  await family.getByRole("button", { name: "Show who is below CV Kopi Bandung" }).click();
  await family.getByRole("link", { name: "Sangrai Bandung" }).waitFor();
});

journey(app, "people only: companies are nowhere, and come back", {}, async (page) => {
  const toggle = async () => {
    await open(page, "/app/settings/workspace", "Name, currency, time zone");
    const loaded = page.waitForEvent("load");
    await page.getByLabel("Deal with people only").click();
    await loaded;
  };
  await toggle();
  await page.getByLabel("Deal with people only").waitFor();
  assert.equal(await page.getByLabel("Deal with people only").isChecked(), true);
  const menu = page.getByRole("navigation");
  await menu.getByRole("link", { name: "Contacts" }).first().waitFor();
  assert.equal(await menu.getByRole("link", { name: "Companies" }).count(), 0);
  await page.keyboard.press("Control+k");
  const find = page.getByRole("dialog").getByRole("combobox");
  await find.fill("Bandung");
  await page.getByRole("option", { name: /Bandung Santoso/ }).waitFor();
  assert.equal(await page.getByRole("option", { name: /Kopi Bandung/ }).count(), 0);
  await find.fill(">new");
  await page.getByRole("option", { name: "New contact" }).waitFor();
  assert.equal(await page.getByRole("option", { name: "New company" }).count(), 0);
  await page.keyboard.press("Escape");
  await open(page, "/app/contacts?new=1", "Contacts");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Name/).first().waitFor();
  assert.equal(await dialog.getByLabel("Company").count(), 0);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Siti Rahmawati" }).first().waitFor();
  assert.equal(await page.getByRole("columnheader", { name: "Company" }).count(), 0);
  await open(page, `/app/contacts/${siti.id}`, "Siti Rahmawati");
  await section(page, "Relationships").waitFor();
  assert.equal(await section(page, "Roles").count(), 0);
  assert.equal(await page.getByText("CV Kopi Bandung").count(), 0);
  await open(page, "/app/import", "Import");
  assert.equal(await page.getByText("Companies", { exact: true }).count(), 0);
  await toggle();
  await menu.getByRole("link", { name: "Companies" }).first().waitFor();
  await open(page, "/app/contacts", "Contacts");
  await page.getByRole("columnheader", { name: "Company" }).waitFor();
});
