// Leads out of a file: state and consent with them, and nobody told that old leads wait.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

const FILE = [
  "First name,Last name,Company,Email,Lead source,Status,Email opt-in",
  "Siti,Rahmawati,PT Kopi,siti@kopi.example,Fair,Working,yes",
  "Budi,Hartono,CV Teh,budi@teh.example,Web,New,no",
  "Cici,Dewi,CV Teh,cici@teh.example,Web,Converted,",
].join("\r\n");

const LEAD = { en: "Lead", id: "Prospek", th: "ผู้สนใจ" };

async function upload(page, language = "en") {
  await page.goto("/app/import");
  const becomes = page.locator(".import-file");
  await becomes.locator("select, .segmented").first().waitFor();
  if (await becomes.locator("select").count()) await becomes.locator("select").first().selectOption("lead");
  else await becomes.locator(".segmented").getByText(LEAD[language], { exact: true }).click();
  await page.locator("input[type=file]").setInputFiles({ name: "leads.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await page.waitForURL(/\/app\/import\/[0-9a-f-]{36}/);
}

const purpose = await app.api.post("consent-purposes", {
  name: "News",
  legal_basis: "consent",
  channels: ["email"],
  wording: "May we write?",
});

journey(app, "leads out of a file", {}, async (page, t) => {
  await upload(page);
  const target = (heading) => page.getByLabel(`${heading} goes to`).evaluate((select) => select.value);
  assert.deepEqual(
    [await target("First name"), await target("Last name"), await target("Company"), await target("Status"), await target("Email opt-in")],
    ["given_name", "family_name", "company_name", "status", "consent.email"],
  );
  await page.getByRole("cell", { name: "Siti Rahmawati" }).waitFor();

  await t.test("what people agreed to has to be said", async () => {
    await page.getByText("Say what people agreed to").waitFor();
    assert.equal(await page.getByRole("button", { name: "Check rows" }).getAttribute("aria-disabled"), "true");
    await page.getByLabel("What people agreed to").selectOption({ label: "News" });
    await page.getByText("Say what people agreed to").waitFor({ state: "detached" });
  });

  assert.equal(await page.getByLabel("Start the time to answer for these leads").isChecked(), false);
  await accessible(page);
  await page.getByRole("button", { name: "Check rows" }).click();
  await page.getByText("3 rows = 2 new + 0 updated + 0 skipped + 1 with problems").waitFor();
  await page.getByText("Somebody who became a contact is no lead.").first().waitFor();
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await page.getByText("The import is done.").waitFor();
  const { items } = await app.api.get("leads?sort=name");
  assert.deepEqual(items.map((lead) => [lead.name, lead.status, lead.source, lead.response_due_at]), [
    ["Budi Hartono", "new", "Web", null],
    ["Siti Rahmawati", "working", "Fair", null],
  ]);
  const said = await app.api.get(`leads/${items[1].id}/may-contact?purpose=${purpose.id}&channel=email`);
  assert.equal(said.reason, "given");
});

everywhere(app, "matching leads", {}, async (page, { theme, language }) => {
  await upload(page, language);
  await page.locator(".import-clocks").waitFor();
  await accessible(page);
  await screenshot(page, `lead-file-${theme}-${language}`, { fullPage: true });
});

journey(app, "matching leads on a phone", { phone: true }, async (page) => {
  await upload(page);
  await page.locator(".import-clocks").waitFor();
  await fits(page);
  await screenshot(page, "lead-file-phone", { fullPage: true });
});
