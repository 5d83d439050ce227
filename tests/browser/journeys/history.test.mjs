// History: what a record was, the way back to it, and the audit log of the workspace.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

/** A contact with a company and some changes. */
const changed = async (name) => {
  const company = await app.api.post("companies?duplicates=allow", { name: `PT ${name}` });
  const made = await app.api.post("contacts?duplicates=allow", { full_name: name, city: "Bandung", job_title: "Buyer", company_id: company.id });
  const at = `contacts/${made.id}`;
  await app.api.patch(at, 1, { city: "Solo", emails: [{ value: "siti@kopi.example", label: "work" }] });
  await app.api.patch(at, 2, { company_id: null, birth_date: "1984-03-09" });
  return made;
};
const line = (page, field) => page.locator(".change-line", { hasText: field }).first();
const day = (shift) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);

journey(app, "a value goes back to what it was", {}, async (page) => {
  const siti = await changed("Siti Rahmawati");
  await page.goto(`/app/contacts/${siti.id}`);
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("heading", { name: "History of Siti Rahmawati" }).waitFor();
  await line(page, "City").getByText("Bandung").waitFor();
  await line(page, "City").getByText("Solo").waitFor();
  await line(page, "Company").getByText("PT Siti Rahmawati").waitFor();
  await page.getByText("by Dewi Lestari").first().waitFor();
  await accessible(page);
  await screenshot(page, "history-record");
  await page.getByRole("button", { name: "Set City back to: Bandung" }).click();
  await page.getByText("Set back: City").first().waitFor();
  await page.getByText("Set back", { exact: true }).first().waitFor();
  assert.equal((await app.api.get(`contacts/${siti.id}`)).city, "Bandung");
  assert.equal(await page.getByRole("button", { name: "Set City back to: Bandung" }).count(), 0, "it has that value now");
  await page.keyboard.press("Control+z");
  await page.getByText("Undone").waitFor();
  assert.equal((await app.api.get(`contacts/${siti.id}`)).city, "Solo");
  await page.getByRole("link", { name: "Contact", exact: true }).click();
  await page.getByText("Set back: City").first().waitFor();
});

journey(app, "a value that is not possible any more is refused by its name", {}, async (page) => {
  const made = await changed("Budi Santoso");
  const company = await app.api.get(`companies/${made.company_id}`);
  await app.api.send("DELETE", `companies/${company.id}`, undefined, { "if-match": `"${company.version}"` });
  await page.goto(`/app/history/contact/${made.id}`);
  await page.getByRole("button", { name: /Set Company back to/ }).click();
  await page.getByText("Company: There is no such record.").waitFor();
  assert.equal((await app.api.get(`contacts/${made.id}`)).company_id, null);
});

journey(app, "a record is shown as of a day and set back to it", {}, async (page) => {
  const made = await changed("Ratna Kusumawati");
  await page.goto(`/app/history/contact/${made.id}`);
  await page.getByRole("button", { name: "Yesterday" }).click();
  await page.getByText("At that time this record was not there yet.").waitFor();
  assert.match(page.url(), /\?at=\d{4}-\d\d-\d\d$/);
  await page.goto(`/app/history/contact/${made.id}?at=${day(1)}`);
  await page.getByText("Nothing was different from now.").waitFor();
  await page.locator(".past-facts").getByText("Ratna Kusumawati").waitFor();

  // Yesterday it had other values: the server's answer stands for a day that has passed.
  const then = await app.api.get(`contacts/${made.id}/as-of?at=${encodeURIComponent(made.updated_at)}`);
  await page.route("**/as-of?at=*", (route) => route.fulfill({ json: then }));
  await page.route("**/revert", async (route) => {
    const body = { ...route.request().postDataJSON(), at: made.updated_at };
    await route.continue({ postData: JSON.stringify(body) });
  });
  await page.reload();
  const city = page.locator(".past-facts .fact", { hasText: "City" });
  await city.getByText("Bandung").waitFor();
  await city.getByText("Now: Solo").waitFor();
  await accessible(page);
  await screenshot(page, "history-as-of");
  await page.getByRole("button", { name: "Set 4 fields back" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("PT Ratna Kusumawati").waitFor();
  await accessible(page);
  await screenshot(page, "history-set-all-back");
  await dialog.getByRole("button", { name: "Set back" }).click();
  await page.getByText(/^Set back: /).first().waitFor();
  const now = await app.api.get(`contacts/${made.id}`);
  assert.deepEqual([now.city, now.emails, now.company_id, now.birth_date], ["Bandung", [], made.company_id, null]);
});

journey(app, "who may only read sees the history and no way back", {}, async (page) => {
  const made = await changed("Yohanes Satu");
  const { path } = await app.api.post("invitations", { email: "reader@relasi.example", role: "read_only" });
  await app.api.post(`invitations/${path.split("/").pop()}/accept`, { full_name: "Rina Pembaca", language: "en", password: "kopi gayo pagi hari" });
  const answer = await page.request.post("/api/v1/sessions", { data: { email: "reader@relasi.example", password: "kopi gayo pagi hari" } });
  assert.ok(answer.ok());
  await page.goto(`/app/history/contact/${made.id}`);
  await line(page, "City").getByText("Solo").waitFor();
  assert.equal(await page.getByRole("button", { name: /^Set / }).count(), 0);
  await page.goto("/app/settings/audit");
  await page.getByText("Only owners and administrators see the audit log.").waitFor();
});

journey(app, "the audit log is narrowed and saved", {}, async (page) => {
  const made = await changed("สมชาย ใจดี");
  const stages = await app.api.get("stages?sort=position");
  const deal = await app.api.post("deals", { name: "Mesin kopi", pipeline_id: stages.items[0].pipeline_id, stage_id: stages.items[0].id, amount: 360_000_000, currency: "IDR" });
  await app.api.patch(`deals/${deal.id}`, 1, { amount: 500_000_000 });
  await page.goto("/app/settings");
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByRole("link", { name: "Contact สมชาย ใจดี" }).first().waitFor();
  await page.locator(".entry", { hasText: "Signed in" }).first().waitFor();
  await line(page, "Amount").getByText(/5[.,]000[.,]000/).waitFor();
  await accessible(page);
  await screenshot(page, "audit-log");
  await page.getByLabel("About").selectOption({ label: "Contact" });
  await page.getByLabel("Field").selectOption({ label: "City" });
  await page.waitForURL(/object=contact&field=city/);
  await page.getByRole("link", { name: "Deal Mesin kopi" }).first().waitFor({ state: "detached" });
  const links = page.getByRole("link", { name: "Contact สมชาย ใจดี" });
  await links.nth(1).waitFor({ state: "detached" });
  await links.waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as CSV" }).click()]);
  assert.equal(file.suggestedFilename(), "audit-log.csv");
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, new RegExp(`updated,contact,${made.id},สมชาย ใจดี,city,Bandung,Solo`));
  assert.doesNotMatch(text, /signed_in/);
  await page.reload();
  await page.getByRole("link", { name: "Contact สมชาย ใจดี" }).first().waitFor();
  assert.equal(await page.getByLabel("Field").inputValue(), "city", "the address keeps what was chosen");
  await page.getByLabel("What was behind it").selectOption({ label: "Import" });
  await page.getByText("Nothing was done that fits this.").waitFor();
});

everywhere(app, "history and audit log", {}, async (page, { theme, language }) => {
  const made = await changed(`Siti ${theme} ${language}`);
  await page.goto(`/app/history/contact/${made.id}?at=${day(1)}`);
  await page.locator(".past-facts").waitFor();
  await page.locator(".change-line").first().waitFor();
  await accessible(page);
  await screenshot(page, `history-${theme}-${language}`);
  await page.goto("/app/settings/audit");
  await page.locator(".change-line").first().waitFor();
  await accessible(page);
  await screenshot(page, `audit-${theme}-${language}`);
});

everywhere(app, "history on a phone", { phone: true }, async (page, { theme, language }) => {
  const made = await changed(`Budi ${theme} ${language}`);
  await page.goto(`/app/history/contact/${made.id}?at=${day(1)}`);
  await page.locator(".past-facts").waitFor();
  await page.locator(".change-line").first().waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `history-phone-${theme}-${language}`, { fullPage: true });
  await page.goto("/app/settings/audit");
  await page.locator(".change-line").first().waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `audit-phone-${theme}-${language}`);
});
