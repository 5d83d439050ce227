// The sales board as sellers, leaders and owners have it; a leader's own number; deals that need attention.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
await api.post("sample-data");
const PAGE = "/app/analytics/sales?period=year";
const card = (page, question) => page.locator(".chart").filter({ has: page.getByRole("heading", { name: question, exact: true }) });
const kpi = (page, name) => page.locator(".kpi").filter({ has: page.getByText(name, { exact: true }) });
const open = async (page, path = PAGE) => {
  await page.goto(path);
  await page.locator(".stacked .bar-row").first().waitFor();
};

for (const phone of [false, true]) {
  everywhere(app, `sales board${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    await open(page);
    await accessible(page);
    await fits(page);
    await screenshot(page, `board-${phone ? "phone-" : ""}${theme}-${language}`);
    await page.goto("/app/analytics/forecast?period=year");
    await page.locator(".calls-form").waitFor();
    await accessible(page);
    await fits(page);
    await page.locator(".calls").scrollIntoViewIfNeeded();
    await screenshot(page, `calls-${phone ? "phone-" : ""}${theme}-${language}`);
  });
}

journey(app, "an owner compares, narrows to a person and opens the rows", {}, async (page) => {
  await open(page);
  await kpi(page, "Won").getByText(/before/).waitFor();
  await page.getByLabel("Compared with").selectOption({ label: "A year before" });
  await page.waitForURL(/against=year/);
  const me = (await api.get("me")).user;
  await page.getByLabel("Whose", { exact: true }).selectOption({ label: me.full_name });
  await page.waitForURL(/whose=person/);
  await page.locator(".stacked").first().waitFor();
  const attention = kpi(page, "Need attention");
  const said = Number(await attention.locator(".kpi-value").textContent());
  assert.ok(said > 0);
  await attention.click();
  await page.getByRole("heading", { level: 1, name: "Deals" }).waitFor();
  const filter = new URL(page.url()).searchParams.get("f");
  const { count } = await api.get(`deals/count?filter=${encodeURIComponent(filter)}`);
  assert.equal(count, said);
});

journey(app, "arrow keys walk the marks, and the table says the same", {}, async (page) => {
  await open(page);
  const won = card(page, "How much did we win?");
  await won.locator(".columns > li").nth(2).waitFor();
  await won.locator(".chart-marks").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const at = () => page.evaluate(() => [...document.querySelectorAll(".columns > li")].findIndex((one) => one.contains(document.activeElement)));
  assert.equal(await at(), 1);
  await page.keyboard.press("Home");
  assert.equal(await at(), 0);
  const goal = card(page, "Will the goal be reached?");
  await goal.getByRole("button", { name: "Table" }).click();
  await goal.getByRole("columnheader", { name: "Attainment" }).waitFor();
});

journey(app, "an owner says a number of their own, and takes it back", {}, async (page) => {
  await page.goto("/app/analytics/forecast?period=year");
  const form = page.locator(".calls-form");
  await form.getByLabel("Will be won").fill("2500000");
  await form.getByLabel("Note").fill("Two large ones slip");
  await form.getByRole("button", { name: "Say it" }).click();
  await page.locator(".calls-list").getByText("Two large ones slip").first().waitFor();
  const year = new Date().getFullYear();
  const said = async () => (await api.get(`forecast-calls?period=${year}`)).items;
  assert.equal((await said())[0].amount, 250_000_000);
  await page.locator(".forecast-table tfoot").getByText("2.5M").waitFor();
  await form.getByRole("button", { name: "Take back" }).click();
  await until(page, async () => (await said()).length === 2, "it is taken back");
  await page.getByText("Nobody has said a number for this period.").waitFor();
});

journey(app, "deals that need attention and quiet ones are views of the board", {}, async (page) => {
  await page.goto("/app/deals");
  const tab = (name) => page.getByRole("tab", { name, exact: true });
  await tab("Deals that need attention").click();
  await page.waitForURL(/v=attention/);
  await page.locator(".board-card, .card").first().waitFor();
  const filter = encodeURIComponent("status = open and quiet_at < now");
  const { count } = await api.get(`deals/count?filter=${filter}`);
  assert.ok(count > 0, "the sample has quiet deals");
  await tab("Quiet").click();
  await page.waitForURL(/v=quiet/);
});

journey(app, "the sample has a model that is switched on, and products that go together", {}, async (page) => {
  const score = await api.get("lead-score");
  assert.ok(score.model_id);
  const models = (await api.get("lead-score/models")).items;
  assert.ok(models[0].good && models[0].test.auc >= 6_000, JSON.stringify(models[0].test));
  const won = await api.get(`deals?filter=${encodeURIComponent("status = won")}&limit=20&sort=-created_at`);
  let found = 0;
  for (const deal of won.items) found += (await api.get(`deals/${deal.id}/product-suggestions`)).items.length;
  assert.ok(found > 0);
  const series = await api.get(`activities/count?filter=${encodeURIComponent("recurrence is not empty")}`);
  assert.ok(series.count > 0);
  await page.goto("/app/settings/lead-score");
  await page.locator("h1").waitFor();
});

journey(app, "a finger that stays on a card opens where it can go", { phone: true }, async (page) => {
  await page.goto("/app/deals?layout=board");
  const card = page.locator(".card").first();
  await card.waitFor();
  const box = await card.boundingBox();
  const at = { pointerType: "touch", isPrimary: true, pointerId: 7, bubbles: true, clientX: box.x + 20, clientY: box.y + 20 };
  await card.dispatchEvent("pointerdown", at);
  await page.locator(".card.held").waitFor();
  await card.dispatchEvent("pointerup", at);
  await page.getByRole("menuitem").first().waitFor();
  await page.keyboard.press("Escape");
  // Who scrolls does not press.
  await card.dispatchEvent("pointerdown", at);
  await card.dispatchEvent("pointermove", { ...at, clientY: at.clientY + 40 });
  await page.waitForTimeout(700);
  assert.equal(await page.getByRole("menuitem").count(), 0);
});
