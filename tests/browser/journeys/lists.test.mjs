// Lists of records: find, filter, save a view, edit, undo, select, peek, make, trash.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const company = await api.post("companies", { name: "CV Kopi Nusantara", city: "Bandung", industry: "Coffee" });
await api.post("companies", { name: "บริษัท สยามครัวเรือน จำกัด", city: "กรุงเทพมหานคร" });
const gold = await api.post("tags", { name: "Gold", colour: "gold" });
const STAGES = ["customer", "lead", "opportunity", "evangelist"];
const people = [];
for (let n = 0; n < 130; n += 1) {
  people.push(
    await api.post("contacts", {
      full_name: `${["Siti", "Budi", "Ananda", "ณัฐพล"][n % 4]} ${String(n).padStart(3, "0")}`,
      company_id: n % 3 === 0 ? company.id : null,
      emails: [{ value: `person${n}@kopi.example` }],
      phones: [{ value: `+62812555${String(n).padStart(5, "0")}` }],
      lifecycle_stage: STAGES[n % 4],
      city: n % 2 ? "Bandung" : "Surabaya",
      tags: n % 5 === 0 ? [gold.id] : [],
    }),
  );
}
const hour = 3_600_000;
const step = (contact, hours) =>
  api.post("activities", {
    kind: "call",
    subject: "Call about the order",
    contact_id: contact.id,
    due_at: new Date(Date.now() + hours * hour).toISOString(),
  });
await step(people[2], -72);
await step(people[6], 30);

const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const total = (page) => page.locator(".total");
const totals = (page, count) =>
  page.waitForFunction((count) => document.querySelector(".total")?.textContent === count, count);

everywhere(app, "contacts", {}, async (page, { theme, language }) => {
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await fits(page);
  await screenshot(page, `contacts-${theme}-${language}`);
});

journey(app, "contacts on a phone", { phone: true }, async (page) => {
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, "contacts-phone");
});

journey(app, "rows show within 1.5 seconds", {}, async (page) => {
  const start = Date.now();
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  console.log(`rows after ${Date.now() - start} ms`);
});

journey(app, "search, filter and save a view by keys", {}, async (page) => {
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  await totals(page, "130");
  await page.keyboard.press("/");
  await page.keyboard.type("siti 00");
  await page.waitForURL("**q=siti%2000**");
  await row(page, "Siti 004").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.locator("h1").click();
  await page.keyboard.press("f");
  await page.getByRole("dialog").getByRole("button", { name: "Lifecycle stage", exact: true }).click();
  await page.getByLabel("Customer").check();
  await screenshot(page, "contacts-filter");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL("**f=lifecycle_stage**");
  await totals(page, "33");
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByLabel("Name of the view").fill("Our customers");
  await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
  await page.getByRole("tab", { name: "Our customers", selected: true }).waitFor();
  await page.waitForURL("**?v=*");
  await page.reload();
  await page.getByRole("tab", { name: "Our customers", selected: true }).waitFor();
  await totals(page, "33");
  await page.getByRole("button", { name: "Actions for this view" }).click();
  await page.getByRole("menuitem", { name: "Delete view" }).click();
  await page.getByText("View Our customers deleted").waitFor();
  await totals(page, "130");
});

journey(app, "a filter of groups and related records stands in pills", {}, async (page) => {
  const filter = 'not (city = "Bandung" or lifecycle_stage = lead) and company.industry ~ "coffee"';
  await page.goto(`/app/contacts?f=${encodeURIComponent(filter)}`);
  await page.locator(".pill").filter({ hasText: "not (City is Bandung or Lifecycle stage is Lead)" }).waitFor();
  await page.locator(".pill").filter({ hasText: "Company › Industry contains coffee" }).waitFor();
  await row(page, "Siti 000").waitFor();
  assert.ok(Number(await total(page).textContent()) < 60);
});

journey(app, "sort, scroll and load more", {}, async (page) => {
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.waitForURL("**s=-full_name**");
  await row(page, "ณัฐพล 127").waitFor();
  const last = async () => {
    await page.locator(".table-scroll").evaluate((node) => node.scrollTo(0, node.scrollHeight));
    return row(page, "Ananda 002").isVisible();
  };
  await until(page, last, "the last row comes into view");
});

journey(app, "edit a cell and undo it", {}, async (page) => {
  await page.goto("/app/contacts?q=Ananda+010");
  const cell = row(page, "Ananda 010").getByRole("gridcell").nth(3);
  await cell.dblclick();
  await page.locator(".cell-input").fill("new@kopi.example");
  await page.keyboard.press("Enter");
  await page.getByText("E-mail of Ananda 010 changed").waitFor();
  assert.equal((await api.send("GET", `contacts/${people[10].id}`)).emails[0].value, "new@kopi.example");
  await page.getByRole("button", { name: "Undo" }).click();
  await cell.getByText("person10@kopi.example").waitFor();
});

journey(app, "two people, one field: yours or theirs", {}, async (page) => {
  await page.goto("/app/contacts?q=Ananda+014");
  const cell = row(page, "Ananda 014").getByRole("gridcell").nth(5);
  await cell.waitFor();
  // A change of another field goes by without a word.
  let now = await api.send("GET", `contacts/${people[14].id}`);
  await cell.dblclick();
  now = await api.patch(`contacts/${now.id}`, now.version, { nickname: "Nanda" });
  await cell.locator("select").selectOption("lead");
  await page.getByText("Lifecycle stage of Ananda 014 changed").waitFor();
  now = await api.send("GET", `contacts/${people[14].id}`);
  assert.deepEqual([now.nickname, now.lifecycle_stage], ["Nanda", "lead"]);
  await cell.dblclick();
  await cell.locator("select").waitFor();
  await api.patch(`contacts/${now.id}`, now.version, { lifecycle_stage: "customer" });
  // What others do is not shown while somebody chooses.
  await page.waitForTimeout(2_000);
  await cell.locator("select").selectOption("evangelist");
  const dialog = page.getByRole("dialog", { name: "Lifecycle stage: which one stays?" });
  await dialog.waitFor();
  await accessible(page);
  await screenshot(page, "contacts-conflict");
  await dialog.getByRole("button", { name: "Keep yours" }).click();
  await page.getByText("Lifecycle stage of Ananda 014 changed").first().waitFor();
  await row(page, "Ananda 014").getByText("Advocate").waitFor();
});

journey(app, "select, tag and trash many, restore them", {}, async (page) => {
  await page.goto("/app/contacts?q=Budi+00");
  await row(page, "Budi 001").waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await page.getByRole("toolbar").waitFor();
  await accessible(page);
  await screenshot(page, "contacts-selected");
  await page.getByRole("toolbar").getByRole("button", { name: /^Tag/ }).click();
  const tagging = page.getByRole("dialog", { name: "Tag" });
  await tagging.getByRole("combobox", { name: "Tag" }).fill("Gold");
  await page.getByRole("option", { name: "Gold", exact: true }).click();
  await tagging.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByText("records changed").waitFor();
  await row(page, "Budi 001").getByText("Gold").waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Move to trash" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Move to trash" }).click();
  await page.getByText("moved to trash").waitFor();
  await page.goto("/app/trash");
  await row(page, "Budi 001").waitFor();
  await accessible(page);
  await screenshot(page, "trash");
  const search = page.getByRole("searchbox", { name: "Search this list" });
  await search.fill("nobody at all");
  await page.getByText("Nothing in the trash matches this search.").waitFor();
  await search.fill("Budi 001");
  await row(page, "Budi 001").waitFor();
  await row(page, "Budi 005").waitFor({ state: "detached" });
  await search.fill("");
  await row(page, "Budi 005").waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await page.keyboard.press("r");
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await page.getByText("records restored").waitFor();
  await page.goto("/app/contacts?q=Budi+00");
  await row(page, "Budi 001").waitFor();
});

journey(app, "peek beside the list", {}, async (page) => {
  await page.goto("/app/contacts?q=Ananda+002");
  const cell = row(page, "Ananda 002").getByRole("gridcell").nth(1);
  await cell.focus();
  await page.keyboard.press("Space");
  const drawer = page.getByRole("dialog", { name: "Ananda 002" });
  await drawer.waitFor();
  await drawer.getByText("3 days late").waitFor();
  assert.match(page.url(), /peek=/);
  await accessible(page);
  await screenshot(page, "contacts-peek");
  await page.goBack();
  await drawer.waitFor({ state: "hidden" });
});

journey(app, "every list peeks by its address: after a reload, and Back leads out", {}, async (page) => {
  const pipeline = (await api.get("pipelines?sort=position")).items[0];
  const stage = (await api.get("stages?sort=position")).items.find((one) => one.pipeline_id === pipeline.id);
  const deal = await api.post("deals", { name: "Roastery contract", currency: "IDR", pipeline_id: pipeline.id, stage_id: stage.id, close_date: "2026-12-20" });
  const lead = await api.post("leads", { name: "Rina Wijaya", company_name: "Kopi Senja" });
  const task = await step(people[10], 50);
  const product = await api.post("products", { name: "Gayo 1 kg", code: "GAYO-1" });
  const deals = (layout) => [`/app/deals?layout=${layout}`, deal, "Roastery contract"];
  for (const [path, record, name] of [
    ["/app/contacts?q=Ananda", people[2], "Ananda 002"],
    ["/app/companies?f=" + encodeURIComponent("city = Bandung"), company, "CV Kopi Nusantara"],
    ["/app/leads?layout=table", lead, "Rina Wijaya"],
    deals("table"),
    deals("board"),
    deals("calendar"),
    ["/app/activities?layout=table", task, "Call about the order"],
    ["/app/products?layout=table", product, "Gayo 1 kg"],
  ]) {
    await page.goto("/app");
    await page.goto(`${path}&peek=${record.id}`);
    const drawer = page.getByRole("dialog", { name });
    await drawer.waitFor();
    await page.reload();
    await drawer.waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });
    await until(page, () => !page.url().includes("peek="), `${path}: closed, it is not in the address`);
  }
  // Opened in the list, Back closes it.
  await page.goto("/app/products?layout=table");
  await row(page, "Gayo 1 kg").getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("Space");
  const drawer = page.getByRole("dialog", { name: "Gayo 1 kg" });
  await drawer.waitFor();
  await page.goBack();
  await drawer.waitFor({ state: "hidden" });
  // What is not there says so, and what is peeked at next is shown.
  await page.goto("/app/contacts?q=Ananda+002&peek=0198c0de-0000-7000-8000-000000000000");
  await page.locator(".drawer .error-state, .drawer [role=alert]").first().waitFor();
  await screenshot(page, "peek-nowhere");
});

journey(app, "make a contact, notice its double", {}, async (page) => {
  await page.goto("/app/contacts");
  await row(page, "Ananda 002").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel("Name", { exact: false }).first().fill("Rina Wijaya");
  await dialog.getByLabel("E-mail", { exact: true }).fill("person3@kopi.example");
  await accessible(page);
  await screenshot(page, "contacts-new");
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("Already there").waitFor();
  await dialog.getByLabel("E-mail", { exact: true }).fill("rina@kopi.example");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Rina Wijaya created").waitFor();
  await row(page, "Rina Wijaya").waitFor();
});

journey(app, "columns are chosen and kept", {}, async (page) => {
  await page.goto("/app/companies");
  await row(page, "CV Kopi Nusantara").waitFor();
  await accessible(page);
  await screenshot(page, "companies");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Tax number" }).check();
  await screenshot(page, "companies-columns");
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Tax number" }).waitFor();
  await page.reload();
  await page.getByRole("columnheader", { name: "Tax number" }).waitFor();
});
