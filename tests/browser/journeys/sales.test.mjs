// The board, the tasks, home, the palette and notifications: what a salesperson does all day, by keys.
import assert from "node:assert/strict";
import { accessible, fits, within } from "../lib/accessible.mjs";
import { PASSWORD } from "../lib/api.mjs";
import { context, everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi({ environment: {} });
const { api } = app;
const pipeline = (await api.get("pipelines?sort=position")).items[0];
const stages = (await api.get("stages?sort=position")).items.filter((stage) => stage.pipeline_id === pipeline.id);
const company = await api.post("companies", { name: "PT Sumber Makmur" });
await api.post("contacts", { full_name: "Siti Rahmawati", company_id: company.id });
for (const [name, amount, at] of [
  ["Roastery contract", 3_600_000_000, 0],
  ["Warehouse racks", 8_850_000_000, 0],
  ["Central kitchen", 12_500_000_000, 1],
]) {
  const deal = { name, amount, currency: "IDR", company_id: company.id, pipeline_id: pipeline.id, stage_id: stages[at].id };
  await api.post("deals", deal);
}

const toast = (page, words) => page.locator(".toast", { hasText: words }).last().waitFor();
const column = (page, at) => page.locator("[data-column]").nth(at);
const focused = (page, within, name) => within.locator("[data-card]:focus", { hasText: name }).waitFor();
const card = (page, name) => page.locator("[data-card]", { hasText: name });

journey(app, "deals move by keys and come back", {}, async (page) => {
  await page.goto("/app/deals?layout=board");
  await card(page, "Warehouse racks").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await column(page, 1).locator("[data-card]", { hasText: "Warehouse racks" }).waitFor();
  await toast(page, "Warehouse racks moved to");
  await focused(page, column(page, 1), "Warehouse racks");
  await page.keyboard.press("Control+z");
  // The focus goes back with the card.
  await focused(page, column(page, 0), "Warehouse racks");

  await card(page, "Warehouse racks").focus();
  await page.keyboard.press("q");
  const dialog = page.getByRole("dialog", { name: /Warehouse racks/ });
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await dialog.getByText("Write or choose a reason.").waitFor();
  await dialog.getByRole("button", { name: "Too expensive" }).click();
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await toast(page, `Warehouse racks moved to ${stages.find((stage) => stage.kind === "lost").name}`);
  const lost = (await api.get('deals?filter=name = "Warehouse racks"')).items[0];
  assert.equal(lost.lost_reason, "Too expensive");
  await page.keyboard.press("Control+z");
  await column(page, 0).locator("[data-card]", { hasText: "Warehouse racks" }).waitFor();

  await card(page, "Central kitchen").focus();
  await page.keyboard.press("w");
  await toast(page, "Central kitchen moved to");
  await page.reload();
  await card(page, "Roastery contract").waitFor();
  assert.equal(await card(page, "Central kitchen").count(), 0, "won deals are folded away");
  await page.getByRole("button", { name: /Show deals/ }).first().click();
  await card(page, "Central kitchen").waitFor();
});

journey(app, "keys lead from the page into lists and boards", {}, async (page) => {
  const task = await api.post("activities", { kind: "task", subject: "Send the offer", due_at: new Date(Date.now() + 3_600_000).toISOString() });
  for (const key of ["j", "ArrowDown", "k"]) {
    await page.goto("/app/deals?layout=board");
    await card(page, "Roastery contract").waitFor();
    await page.locator("h1:focus").waitFor();
    await page.keyboard.press(key);
    await column(page, 0).locator("[data-card]:first-child:focus").waitFor();
  }
  for (const [path, sign] of [["/app/deals?layout=table", ".td"], ["/app/contacts", ".td"], ["/app/companies", ".td"]]) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await page.locator("h1:focus").waitFor();
    await page.keyboard.press("j");
    await page.locator("[data-cell='1:1']:focus").waitFor();
    await page.keyboard.press("Space");
    await page.waitForURL(/peek=/);
  }
  await page.goto("/app/tasks?tab=week");
  await page.locator("[data-task]").first().waitFor();
  await page.locator("h1:focus").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator("[data-task]:focus").waitFor();
  // What has the focus answers keys itself.
  const add = page.getByRole("button", { name: "New task" }).first();
  await add.focus();
  await page.keyboard.press("ArrowDown");
  assert.ok(await add.evaluate((button) => button === document.activeElement));
  await api.send("DELETE", `activities/${task.id}`, undefined, { "if-match": `"${task.version}"` });
});

journey(app, "a deal is made and found again", {}, async (page) => {
  await page.goto("/app/deals?layout=board");
  await card(page, "Roastery contract").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New deal" });
  await dialog.getByLabel("Name").fill("Espresso machines");
  await dialog.getByLabel("Amount").fill("250 jt");
  await page.keyboard.press("Control+Enter");
  await card(page, "Espresso machines").waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("espr");
  const found = page.getByRole("option", { name: /Espresso machines/ });
  await found.waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/deals\/[0-9a-f-]{36}/);
  await page.goto("/app");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("option", { name: /Espresso machines/ }).waitFor();
  await page.keyboard.type(">new task");
  await page.getByRole("option", { name: "New task" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/app\/tasks/);
});

journey(app, "a task is typed, put off, done and undone", {}, async (page) => {
  await page.goto("/app/tasks?tab=week");
  await page.getByText("Nothing to do here").waitFor();
  await page.keyboard.press("t");
  await page.keyboard.type("Telepon Siti besok 10.00");
  await page.getByText("Tomorrow 10:00").waitFor();
  await page.keyboard.press("Enter");
  const row = page.locator(".task", { hasText: "Telepon Siti" });
  await row.waitFor();
  const task = (await api.get("activities?filter=kind = call")).items[0];
  assert.equal(task.subject, "Telepon Siti");
  assert.ok(task.due_at.includes("T03:00:00"), `${task.due_at} is ten in Jakarta`);

  await row.focus();
  await page.keyboard.press("2");
  await toast(page, "Telepon Siti:");
  await row.focus();
  await page.keyboard.press("d");
  await toast(page, "Done: Telepon Siti");
  await row.waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await row.waitFor();
  await row.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Edit task" }).getByLabel("Subject").fill("Telepon Siti lagi");
  await page.keyboard.press("Control+Enter");
  await page.locator(".task", { hasText: "Telepon Siti lagi" }).waitFor();
});

journey(app, "home counts whose deals suit who looks at it", {}, async (page) => {
  const email = "rudi@kopi.example";
  const invited = await api.post("invitations", { email, role: "member" });
  await api.post(`invitations/${invited.token}/accept`, { full_name: "Rudi Hartono", password: PASSWORD, language: "en" });
  const rudi = (await api.get("members")).items.find((one) => one.email === email);
  const own = { name: "Grinder upgrade", amount: 2_000_000_000, currency: "IDR", pipeline_id: pipeline.id, stage_id: stages[0].id };
  await api.post("deals", { ...own, owner_id: rudi.user_id });
  const open = (page) => page.locator("a.kpi", { hasText: "Open deals" });
  await page.goto("/app");
  await open(page).getByText("deals · everybody's").waitFor();
  await screenshot(page, "home-owner");
  const second = await context({ address: app.address });
  try {
    await signIn(second, email, PASSWORD);
    const theirs = await second.newPage();
    await theirs.goto("/app");
    await open(theirs).getByText("1 deal · yours").waitFor();
    await screenshot(theirs, "home-seller");
    await open(theirs).click();
    await theirs.getByRole("row", { name: /Grinder upgrade/ }).waitFor();
    assert.equal(await theirs.getByRole("row", { name: /Central kitchen/ }).count(), 0);
  } finally {
    await second.close();
  }
});

const SCREENS = [
  ["home", "/app", ".kpis"],
  ["board", "/app/deals?layout=board", "[data-card]"],
  ["deals", "/app/deals?layout=table", ".table"],
  ["tasks", "/app/tasks?tab=week", ".quick-add"],
  ["notifications", "/app/notifications", ".news"],
];

everywhere(app, "sales screens", {}, async (page, { theme, language }) => {
  for (const [name, path, sign] of SCREENS) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `sales-${name}-${theme}-${language}`);
  }
});

journey(app, "sales screens on a phone", { phone: true }, async (page) => {
  for (const [name, path, sign] of SCREENS) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await fits(page);
    await accessible(page);
    await screenshot(page, `sales-${name}-phone`);
  }
  await page.goto("/app/deals?layout=board");
  await chipsGo(page);
});

/** Chips bring a column onto the screen of a phone, and swiping chooses the chip. */
const chipsGo = async (page) => {
  const chips = page.locator(".board-chips button");
  await chips.nth(1).click();
  const shows = (at) =>
    page.waitForFunction((at) => {
      const column = document.querySelectorAll("[data-column]")[at].getBoundingClientRect();
      return column.left >= 0 && column.right <= window.innerWidth;
    }, at);
  await shows(1);
  assert.equal(await chips.nth(1).getAttribute("aria-pressed"), "true");
  await page.evaluate(() => document.querySelector(".board").scrollTo({ left: 0, behavior: "instant" }));
  await page.locator('.board-chips button:nth-child(1)[aria-pressed="true"]').waitFor();
};

journey(app, "the sums of a board and their currency can be read on a phone", { phone: true, language: "id" }, async (page) => {
  const rates = await api.post("exchange-rates", { currency: "USD", day: "2026-01-01", rate: "15850" });
  assert.ok(rates.id);
  await page.goto("/app/deals?layout=board");
  await page.locator(".board-head select").waitFor();
  await within(page.locator(".board-head .board-sums, .board-head select"));
  const [room, words] = await page.locator(".board-head select").evaluate((select) => {
    const made = document.createElement("span");
    made.style.font = getComputedStyle(select).font;
    made.textContent = select.selectedOptions[0].textContent;
    document.body.append(made);
    const wide = made.getBoundingClientRect().width;
    made.remove();
    return [select.clientWidth, wide];
  });
  assert.ok(room > words, `${words} px of words in ${room}`);
  await screenshot(page, "sales-board-sums-phone");
});

journey(app, "boards of any field have chips on a phone", { phone: true, language: "id" }, async (page) => {
  await page.goto("/app/contacts?layout=board&by=lifecycle_stage");
  await page.locator("[data-card]", { hasText: "Siti Rahmawati" }).waitFor();
  await chipsGo(page);
  await accessible(page);
  await screenshot(page, "sales-contacts-board-phone");
});

journey(app, "views of deals keep their tabs, filter, order and columns on the board", {}, async (page) => {
  const view = await api.post("saved-views", {
    object: "deal", name: "Big ones", layout: "board", filter: "amount >= 80000000", sort: "-amount",
    columns: [{ field: "name", width: 200 }, { field: "amount", width: 120 }, { field: "source", width: 120 }],
  });
  const made = (name, amount, source) =>
    api.post("deals", { name, amount, source, currency: "IDR", pipeline_id: pipeline.id, stage_id: stages[0].id });
  await made("Small order", 1_000_000, "Referral");
  await made("Hotel chain", 90_000_000_000, "Trade fair");
  await page.goto(`/app/deals?v=${view.id}`);
  const tab = (name) => page.getByRole("tab", { name });
  await card(page, "Hotel chain").waitFor();
  assert.equal(await tab("Big ones").getAttribute("aria-selected"), "true");
  assert.equal(await card(page, "Small order").count(), 0, "the filter of the view holds");
  await card(page, "Hotel chain").getByText("Trade fair").waitFor();
  assert.equal(await card(page, "Hotel chain").getByText("PT Sumber Makmur").count(), 0, "companies are no column of it");
  assert.match(await column(page, 0).locator("[data-card]").first().innerText(), /Hotel chain/);
  await accessible(page);
  await screenshot(page, "sales-view-board");

  await tab("No next step").click();
  await card(page, "Small order").waitFor();
  assert.equal(await tab("Big ones").count(), 1);
  await page.getByRole("button", { name: "Table" }).click();
  await page.locator(".table").waitFor();
  await tab("Big ones").click();
  await card(page, "Hotel chain").waitFor();
  assert.equal(await page.locator(".table").count(), 0);
  await page.goto("/app/deals");
  await page.locator(".table").waitFor();
  await page.getByRole("button", { name: "Board" }).click();
  await card(page, "Small order").waitFor();
});
