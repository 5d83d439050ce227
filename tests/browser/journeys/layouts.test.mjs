// Groups in a table, boards, calendars, places, and filters with groups in them.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
// Of the month that it is in Jakarta, where another one begins seven hours earlier.
const there = new Date(Date.now() + 7 * 3_600_000);
const day = (by) => new Date(Date.UTC(there.getUTCFullYear(), there.getUTCMonth(), 15 + by)).toISOString().slice(0, 10);
const middle = day(0);
await api.post("custom-fields", {
  object: "contact",
  kind: "choice",
  name: "tier",
  label: "Tier",
  labels: { id: "Tingkat", th: "ระดับ" },
  options: [
    { code: "gold", label: "Gold" },
    { code: "basic", label: "Basic" },
  ],
});
await api.post("custom-fields", { object: "company", kind: "text", name: "sector", label: "Sector" });
const company = await api.post("companies", { name: "PT Kopi", city: "Medan", country: "ID", custom: { sector: "Roasters" } });
const people = {};
for (const [name, city, country, stage, tier] of [
  ["Siti Rahmawati", "Bandung", "ID", "customer", "gold"],
  ["Budi Santoso", "Bandung", "ID", "lead", "gold"],
  ["Ananda Putri", "Surabaya", "ID", "lead", "basic"],
  ["ณัฐพล วงศ์สวัสดิ์", "เชียงใหม่", "TH", "customer", null],
  ["Dewi Anggraini", null, null, null, null],
]) {
  people[name] = await api.post("contacts", {
    full_name: name,
    city,
    country,
    lifecycle_stage: stage,
    company_id: city === "Surabaya" ? company.id : null,
    custom: { tier },
  });
}
const tasks = {};
for (const [subject, on, hour] of [
  ["Call Siti", 0, "03"],
  ["Visit Budi", 0, "07"],
  ["Send prices", 3, "02"],
]) {
  tasks[subject] = await api.post("activities", { kind: "task", subject, due_at: `${day(on)}T${hour}:00:00Z` });
}
const { items: pipelines } = await api.get("pipelines");
const { items: stages } = await api.get(
  `stages?sort=position&filter=${encodeURIComponent(`pipeline_id = "${pipelines[0].id}"`)}`,
);
const deal = (name, amount, currency, by, owner_id) =>
  api.post("deals", { name, pipeline_id: pipelines[0].id, stage_id: stages[0].id, amount, currency, close_date: day(by), owner_id });
await deal("Beans for the year", 3_600_000, "IDR", 0);
await deal("Machine", 90_000, "THB", 2);

const filter = (text) => encodeURIComponent(text);
const group = (page, name) => page.getByRole("row").getByRole("button", { name, exact: false });
const current = async (name) => api.get(`contacts/${people[name].id}`);
const said = (page, text) => page.locator(".toast").filter({ hasText: text }).first().waitFor();

journey(app, "rows stand in groups with counts and sums, opened by keys", {}, async (page) => {
  await page.goto("/app/contacts");
  await page.getByRole("button", { name: "View settings" }).click();
  await page.getByLabel("Group by").selectOption("lifecycle_stage");
  await page.keyboard.press("Escape");
  await group(page, "Lead").waitFor();
  const headings = await page.locator(".group-button").allTextContents();
  assert.deepEqual(headings, ["Lead2", "Customer2", "No Lifecycle stage1"]);
  await group(page, "Lead").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("row").filter({ hasText: "Ananda Putri" }).waitFor();
  assert.equal(await group(page, "Lead").getAttribute("aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await page.getByRole("toolbar", { name: "1 selected" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowUp");
  await accessible(page);
  await screenshot(page, "groups");
  await page.keyboard.press("Enter");
  await page.getByRole("row").filter({ hasText: "Ananda Putri" }).waitFor({ state: "detached" });

  // A link says it all; times have a length.
  await page.goto("/app/contacts?g=created_at:year");
  await page.locator(".group-button").first().waitFor();
  assert.equal(await page.locator(".group-button").count(), 1);
  await page.goto(`/app/deals?layout=table&g=status&sum=amount`);
  await group(page, "Open").waitFor();
  const sums = await page.locator(".group-sums").first().getAttribute("title");
  assert.match(sums, /36,000/);
  assert.match(sums, /900\.00/);
  // A cell changed within a group changes the figures.
  await page.goto("/app/contacts?g=custom.tier&c=full_name.230,lifecycle_stage.160");
  await group(page, "Gold").click();
  await page.getByRole("row").filter({ hasText: "Siti Rahmawati" }).waitFor();
  assert.deepEqual(await page.getByRole("columnheader").allInnerTexts(), ["", "Name", "Lifecycle stage"]);
});

journey(app, "cards move between the columns of any choice, and back by undo", {}, async (page) => {
  await page.goto("/app/contacts?layout=board&by=custom.tier");
  const column = (name) => page.getByRole("region", { name, exact: true });
  await column("Gold").getByText("Budi Santoso").waitFor();
  await page.locator("[data-card]").filter({ hasText: "Budi Santoso" }).focus();
  await page.keyboard.press("Shift+ArrowRight");
  await column("Basic").getByText("Budi Santoso").waitFor();
  await said(page, "Tier of Budi Santoso changed");
  assert.equal((await current("Budi Santoso")).custom.tier, "basic");
  await page.keyboard.press("Control+z");
  await column("Gold").locator("[data-card]:focus", { hasText: "Budi Santoso" }).waitFor();
  await column("Gold").locator("header .count").filter({ hasText: "2" }).waitFor();
  await page.getByText("the order of cards is fixed").waitFor();
  await accessible(page);
  await screenshot(page, "board-of-a-choice");
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await page.getByRole("row").filter({ hasText: "Budi Santoso" }).waitFor();
});

journey(app, "a calendar shows, moves and makes what is on its days", {}, async (page) => {
  await page.goto("/app/activities?layout=calendar");
  const cell = (on) => page.locator(`[data-day="${on}"]`);
  await cell(middle).getByText("Visit Budi").waitFor();
  await cell(middle).click({ position: { x: 60, y: 8 } });
  await page.locator(".cal-list").getByText("Call Siti").waitFor();
  await cell(middle).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.day), day(1));
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog", { name: "Move to another day" });
  await dialog.getByLabel("New day").fill(day(5));
  await dialog.getByRole("button", { name: "Move", exact: true }).click();
  await cell(day(5)).getByText("Call Siti").waitFor();
  const moved = await api.get(`activities/${tasks["Call Siti"].id}`);
  assert.equal(moved.due_at.slice(0, 16), `${day(5)}T03:00`);
  await said(page, "Call Siti changed");
  await page.keyboard.press("Control+z");
  await cell(middle).getByText("Call Siti").waitFor();
  await cell(middle).getByRole("button", { name: /Visit Budi/ }).dragTo(cell(day(2)));
  await cell(day(2)).getByText("Visit Budi").waitFor();
  await said(page, "Visit Budi changed");
  await accessible(page);
  await screenshot(page, "calendar-month");
  await cell(day(4)).click({ position: { x: 60, y: 8 } });
  await page.locator(".cal-list").getByRole("button", { name: "New activity" }).click();
  await page.getByRole("dialog").getByLabel("Subject").fill("Lunch");
  await page.getByRole("dialog").getByLabel("Kind").selectOption("meeting");
  await page.getByRole("dialog").getByRole("button", { name: "New activity" }).click();
  await cell(day(4)).getByText("Lunch").waitFor();
  await page.getByRole("button", { name: "Week", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll("[data-day]").length === 7);
  await screenshot(page, "calendar-week");
  assert.match(page.url(), /span=week/);
});

journey(app, "places lead from countries to cities to people", {}, async (page) => {
  await page.goto("/app/contacts?layout=places");
  await page.getByRole("button", { name: /Bandung/ }).click();
  await page.getByRole("row").filter({ hasText: "Siti Rahmawati" }).waitFor();
  await page.getByRole("row").filter({ hasText: "Ananda Putri" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: /Thailand/ }).click();
  await page.getByRole("button", { name: /เชียงใหม่/ }).click();
  await page.getByRole("row").filter({ hasText: "ณัฐพล" }).waitFor();
  await accessible(page);
  await screenshot(page, "places");
});

journey(app, "a view of each layout is kept with what it goes by", {}, async (page) => {
  for (const [name, address, members] of [
    ["Board", "layout=board&by=custom.tier", { layout: "board", layout_field: "custom.tier" }],
    ["Days", "layout=calendar&by=birth_date&span=week", { layout: "calendar", layout_field: "birth_date", span: "week" }],
    ["Cities", "layout=places", { layout: "places", layout_field: null }],
    ["Stages", "g=lifecycle_stage&s=-full_name,city", { layout: "table", group_by: "lifecycle_stage", sort: "-full_name,city" }],
  ]) {
    await page.goto(`/app/contacts?${address}`);
    await page.getByRole("button", { name: "Save view" }).first().click();
    await page.getByLabel("Name of the view").fill(name);
    await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
    await page.getByRole("tab", { name, selected: true }).waitFor();
    const { items } = await api.get(`saved-views?filter=${filter(`name = "${name}"`)}`);
    for (const [member, value] of Object.entries(members)) assert.equal(items[0][member], value, `${name} ${member}`);
    // The address of a view is its id, and leads to the same.
    await page.waitForURL((url) => url.search === `?v=${items[0].id}`);
    await page.reload();
    await page.getByRole("tab", { name, selected: true }).waitFor();
    await page.waitForURL((url) => url.search === `?v=${items[0].id}`);
    await page.locator({ Board: ".board", Days: ".cal-grid", Cities: ".places", Stages: ".group-button" }[name]).first().waitFor();
  }
});

journey(app, "filters with groups, not, related records and relative days are made and read back", {}, async (page) => {
  await page.goto("/app/contacts");
  await page.getByRole("button", { name: "Add filter" }).click();
  await page.getByRole("button", { name: "Group of conditions" }).click();
  const form = page.locator(".filter-group");
  await form.getByLabel("Rows must match").selectOption("none");
  await form.getByRole("combobox", { name: "Find a field" }).fill("City");
  await page.getByRole("option", { name: "City", exact: true }).click();
  await form.getByLabel("Comparison").selectOption("=");
  await form.getByRole("textbox", { name: "Value" }).fill("Bandung");
  await form.getByRole("button", { name: "Apply" }).first().click();
  await form.getByRole("button", { name: "City is Bandung", exact: true }).waitFor();
  await form.getByRole("button", { name: "Group", exact: true }).click();
  const inner = form.locator(".filter-level .filter-level");
  await inner.getByRole("combobox", { name: "Find a field" }).fill("Created");
  await page.getByRole("option", { name: "Created", exact: true }).click();
  await inner.getByLabel("Comparison").selectOption("<");
  await inner.getByLabel("When").selectOption("today");
  await inner.getByLabel("How far").fill("30");
  await inner.getByRole("button", { name: "Apply" }).first().click();
  await accessible(page);
  await screenshot(page, "filter-group");
  await form.getByRole("button", { name: "Apply" }).last().click();
  await page.waitForURL((url) => url.searchParams.get("f") === 'not (city = "Bandung" or (created_at < today-30d))');
  await page.getByRole("button", { name: /not \(City is Bandung or \(Created less than 30 days before today\)\)/i }).first().waitFor();
  await page.waitForFunction(() => document.querySelector(".total")?.textContent === "3");

  // What a link says is read back into the same pills, over related records and fields of one's own too.
  for (const [text, words] of [
    ['company.custom.sector = "roasters" or team_id = my_team', "Company › Sector is roasters"],
    ["not (owner_id = me)", "not (Owner is You)"],
    ['company.parent.city = "Medan"', "Company › Parent company › City is Medan"],
    ["tags is empty and custom.tier in (gold, basic)", "Tier is any of Gold, Basic"],
    ["created_at >= this_month-1mo", "Created at least 1 month before this month"],
  ]) {
    await page.goto(`/app/contacts?f=${filter(text)}`);
    await page.locator(".pill").filter({ hasText: words }).first().waitFor();
    assert.equal(await page.locator(".pill.rich").count(), 0, text);
    assert.equal(new URL(page.url()).searchParams.get("f"), text);
  }
  await page.locator(".pill").getByRole("button").first().click();
  await page.getByLabel("How far").fill("2");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL((url) => url.searchParams.get("f") === "created_at >= this_month-2mo");
});

for (const [name, address, ready] of [
  ["groups", "/app/contacts?g=lifecycle_stage", ".group-button"],
  ["board", "/app/contacts?layout=board&by=custom.tier", "[data-card]"],
  ["calendar", "/app/activities?layout=calendar", "[data-day]"],
  ["places", "/app/contacts?layout=places", ".place-city"],
]) {
  everywhere(app, `${name} on a phone`, { phone: true }, async (page, { theme, language }) => {
    await page.goto(address);
    await page.locator(ready).first().waitFor();
    if (name === "groups") await page.locator(".group-button").first().click();
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    await fits(page);
    await accessible(page);
    await screenshot(page, `${name}-phone-${theme}-${language}`);
  });
}
