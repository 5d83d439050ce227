// Inputs where they are used: two days in a filter, filters of a phone, a due time in words, an address, a template.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const siti = await api.post("contacts", { full_name: "Siti Rahmawati", birth_date: "1990-05-17", city: "Bandung" });
await api.post("contacts", { full_name: "Budi Santoso", birth_date: "1985-01-02", city: "Bandung" });

const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const BETWEEN = "birth_date >= 1990-01-01 and birth_date <= 1990-12-31";
const filtered = `/app/contacts?f=${encodeURIComponent(BETWEEN)}`;

journey(app, "a filter between two days is one pill", {}, async (page) => {
  await page.goto("/app/contacts");
  await row(page, "Budi Santoso").waitFor();
  await page.keyboard.press("f");
  await page.getByRole("searchbox", { name: "Find a field" }).fill("birth");
  await page.getByRole("dialog").getByRole("button", { name: "Birthday", exact: true }).click();
  await page.getByLabel("Comparison").selectOption({ label: "is between" });
  const from = page.getByLabel("From", { exact: true });
  const until = page.getByLabel("Until", { exact: true });
  const apply = page.getByRole("button", { name: "Apply" });
  await from.fill("31/12/1990");
  await until.fill("1/1/1990");
  await until.press("Tab");
  await page.getByText("The last day lies before the first.").waitFor();
  assert.equal(await apply.getAttribute("aria-disabled"), "true");
  await accessible(page);
  await from.fill("1/1/1990");
  await until.fill("31/12/1990");
  await until.press("Tab");
  await screenshot(page, "filter-between");
  await apply.click();
  await page.waitForURL((url) => url.searchParams.get("f") === BETWEEN);
  await row(page, "Budi Santoso").waitFor({ state: "detached" });
  await row(page, "Siti Rahmawati").waitFor();
  const pill = page.locator(".filters-wide .pill");
  assert.equal(await pill.count(), 1);
  // From the address it is one pill again.
  await page.reload();
  await row(page, "Siti Rahmawati").waitFor();
  assert.equal(await pill.count(), 1);
  await pill.getByRole("button").first().click();
  await page.getByRole("button", { name: "This month" }).click();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("Nothing matches these filters.").waitFor();
});

everywhere(app, "a range in a filter", {}, async (page, { theme, language }) => {
  await page.goto(filtered);
  await row(page, "Siti Rahmawati").waitFor();
  await page.locator(".filters-wide .pill button").first().click();
  await page.locator(".range").waitFor();
  await accessible(page);
  await screenshot(page, `range-${theme}-${language}`);
});

journey(app, "filters of a phone are in a sheet", { phone: true }, async (page) => {
  await page.goto(filtered);
  await row(page, "Siti Rahmawati").waitFor();
  await fits(page);
  await page.getByRole("button", { name: "1 filter" }).click();
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.locator(".pill").waitFor();
  await accessible(page);
  await screenshot(page, "filters-phone");
  await sheet.locator(".pill button").first().click();
  await page.locator(".range").waitFor();
  await screenshot(page, "filters-phone-range");
  await page.keyboard.press("Escape");
  await sheet.getByRole("button", { name: /^Remove filter/ }).click();
  await page.keyboard.press("Escape");
  await row(page, "Budi Santoso").waitFor();
});

journey(app, "a due time is typed in words and moved by arrows", {}, async (page) => {
  await page.goto("/app/tasks");
  await page.locator("h1").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Subject", { exact: false }).first().fill("Call Siti");
  await dialog.getByLabel("Due", { exact: true }).fill("tomorrow");
  const time = dialog.getByLabel("Due: time");
  await time.fill("half past");
  await time.press("Tab");
  await dialog.getByText("Not a time of day.").waitFor();
  await time.fill("jam 3 sore");
  await dialog.getByText("3:00 PM").waitFor();
  await time.press("ArrowUp");
  assert.equal(await time.inputValue(), "3:15 PM");
  await accessible(page);
  await screenshot(page, "task-time");
  await page.keyboard.press("Control+Enter");
  await dialog.waitFor({ state: "hidden" });
  const { items } = await api.get("activities?sort=-created_at&limit=1");
  assert.equal(new Date(items[0].due_at).toLocaleTimeString("en-GB", { timeZone: "Asia/Jakarta" }), "15:15:00");
});

journey(app, "an address proposes the provinces of its country", {}, async (page) => {
  await page.goto("/app/companies");
  await page.getByText("No companies yet.").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New company" });
  await dialog.getByLabel("Name", { exact: false }).first().fill("CV Kopi Nusantara");
  await dialog.getByLabel("Country").fill("Indonesia");
  await dialog.getByLabel("Country").press("Tab");
  assert.equal(await dialog.getByLabel("Country").inputValue(), "ID");
  const province = dialog.getByLabel("Province", { exact: false });
  const proposed = await province.evaluate((input) => [...input.list.options].map((option) => option.value));
  assert.ok(proposed.includes("Jawa Barat") && proposed.length === 38);
  await province.fill("Jawa Barat");
  await dialog.getByLabel("Address", { exact: true }).fill("Jl. Braga 5");
  await accessible(page);
  await screenshot(page, "company-address");
  await page.keyboard.press("Control+Enter");
  await page.getByText("CV Kopi Nusantara created").waitFor();
  const { items } = await api.get("companies");
  assert.deepEqual([items[0].address, items[0].province, items[0].country], ["Jl. Braga 5", "Jawa Barat", "ID"]);
});

journey(app, "a template is kept, put in by a slash and taken away", {}, async (page) => {
  await page.goto(`/app/contacts/${siti.id}`);
  const text = page.locator(".record-middle .composer textarea");
  await text.fill("Thank you for the order.\nIt leaves tomorrow.");
  const menu = page.getByRole("button", { name: "Templates" });
  await menu.click();
  await page.getByRole("button", { name: "Keep this text as a template" }).click();
  await page.locator(".toast", { hasText: "Template kept" }).waitFor();
  await accessible(page);
  await screenshot(page, "composer-templates");
  await page.keyboard.press("Escape");
  await page.locator(".templates").waitFor({ state: "detached" });
  await text.fill("");
  await text.pressSequentially("Siti, and/or ");
  assert.equal(await page.locator(".templates").count(), 0, "a slash in a word is a slash");
  await page.keyboard.type("/");
  await page.locator(".templates").getByRole("button", { name: "Thank you for the order." , exact: true }).click();
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  assert.equal(await text.inputValue(), "Siti, and/or Thank you for the order.\nIt leaves tomorrow.");
  await menu.click();
  await page.getByRole("button", { name: "Remove template: Thank you for the order." }).click();
  await page.locator(".toast", { hasText: "Template removed" }).getByRole("button", { name: "Undo" }).click();
  await page.keyboard.press("Escape");
  await page.locator(".templates").waitFor({ state: "detached" });
  await menu.click();
  await page.getByRole("button", { name: "Remove template: Thank you for the order." }).waitFor();
});
