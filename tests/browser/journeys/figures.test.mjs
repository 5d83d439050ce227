// Figures of sales: cards that answer questions, the rows behind them, files, periods in the address.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
await api.post("sample-data");
const PAGE = "/app/analytics/sales?period=twelve_months";
const card = (page, question) => page.locator(".chart").filter({ has: page.getByRole("heading", { name: question, exact: true }) });
const open = async (page, path = PAGE) => {
  await page.goto(path);
  await page.locator(".chart .columns, .chart .bars").nth(5).waitFor();
};

for (const phone of [false, true]) {
  everywhere(app, `sales figures${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    await open(page);
    await accessible(page);
    await fits(page);
    await screenshot(page, `figures-${phone ? "phone-" : ""}${theme}-${language}`, { fullPage: true });
  });
}

journey(app, "a figure opens the rows that it is made of", {}, async (page) => {
  await open(page);
  const won = page.locator(".kpi").filter({ has: page.getByText("Deals won", { exact: true }) });
  const said = Number(await won.locator(".kpi-value").textContent());
  assert.ok(said > 0);
  await won.click();
  await page.getByRole("heading", { level: 1, name: "Deals" }).waitFor();
  const filter = new URL(page.url()).searchParams.get("f");
  assert.match(filter, /status = won and closed_at >= /);
  const { count } = await api.get(`deals/count?filter=${encodeURIComponent(filter)}`);
  assert.equal(count, said);
});

journey(app, "the funnel opens the deals that came into a stage", {}, async (page) => {
  await open(page);
  const first = card(page, "How far do deals come?").locator(".bar-row").first();
  const entered = Number((await first.locator(".bar-value").textContent()).split(" ")[0]);
  await first.getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "Funnel" }).waitFor();
  await page.locator("tbody tr").nth(Math.min(entered, 50) - 1).waitFor();
  await page.getByRole("link", { name: "Sales figures" }).last().click();
  await page.waitForURL(/period=twelve_months/);
});

journey(app, "period and pipeline stand in the address, and back goes back", {}, async (page) => {
  await open(page);
  await page.getByLabel("Period", { exact: true }).selectOption({ label: "Last year" });
  await page.waitForURL(/period=last_year/);
  const pipeline = (await api.get("pipelines")).items[0];
  await page.getByLabel("Pipeline", { exact: true }).selectOption({ label: pipeline.name });
  await page.waitForURL(new RegExp(`pipeline=${pipeline.id}`));
  await page.goBack();
  await page.goBack();
  await page.waitForURL(/period=twelve_months/);
  await page.waitForFunction(() => document.querySelector(".insight-questions select").value === "twelve_months");
});

journey(app, "a card says the same as a table and as a file, and how it is computed", {}, async (page) => {
  await open(page);
  const one = card(page, "Who closes how often?");
  const bars = await one.locator(".bar-row").count();
  await one.getByRole("button", { name: "Table" }).click();
  await one.locator("tbody tr").nth(bars - 1).waitFor();
  assert.equal(await one.locator("tbody tr").count(), bars);
  await one.locator("summary").click();
  await one.getByText("Close rate = won ÷ (won + lost)").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), one.getByRole("button", { name: "CSV" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, /Close rate,ten-thousandths/);
});

journey(app, "figures are one key away", {}, async (page) => {
  await page.goto("/app");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.getByRole("heading", { level: 1, name: "Sales figures" }).waitFor();
});
