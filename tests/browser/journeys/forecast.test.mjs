// Forecast and quotas: typed and pasted, seen in the forecast, what changed since last night.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
await api.post("sample-data");
const PAGE = "/app/analytics/forecast?period=year";
const open = async (page, path = PAGE) => {
  await page.goto(path);
  await page.locator(".forecast-table tfoot").waitFor();
  await page.locator(".forecast-changes tbody tr").nth(1).waitFor();
  await page.locator("#forecast-accuracy ~ .table-wide tbody tr").first().waitFor();
};

for (const phone of [false, true]) {
  everywhere(app, `forecast${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    await open(page);
    await accessible(page);
    await fits(page);
    await screenshot(page, `forecast-${phone ? "phone-" : ""}${theme}-${language}`, { fullPage: true });
    if (theme === "dark" || phone) {
      await page.goto("/app/settings/quotas");
      await page.locator(".quota-cell").first().waitFor();
      await accessible(page);
      await fits(page);
      await screenshot(page, `quotas-${phone ? "phone-" : ""}${theme}-${language}`, { fullPage: true });
    }
  });
}

journey(app, "quotas are typed and pasted, and the forecast goes by them", {}, async (page) => {
  const year = new Date().getFullYear();
  await page.goto("/app/settings/quotas");
  const cell = (line, month) => page.locator(`#quota-${line}-${month}`);
  await cell(0, 0).waitFor();
  await cell(0, 0).fill("1,200,000");
  await cell(0, 0).press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.id), "quota-1-0");
  await page.locator("#quota-0-1").evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "2400000\t3600000\r\n");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => document.querySelector("#quota-0-2").value.includes("3600000"));
  await cell(0, 3).fill("soon");
  await page.getByRole("alert").waitFor();
  await cell(0, 3).fill("");
  await page.getByRole("button", { name: "Save" }).click();
  const sheet = () => api.get(`quotas?year=${year}`);
  await until(page, async () => (await sheet()).lines[0].months[2] === 360_000_000, "three months are kept");
  assert.deepEqual((await sheet()).lines[0].months.slice(0, 3), [120_000_000, 240_000_000, 360_000_000]);
  await page.goto(PAGE);
  const quota = page.locator(".kpi").filter({ hasText: "Quota" }).first();
  await quota.filter({ hasText: "7.2M" }).waitFor();
});

journey(app, "a figure opens its deals, and what changed is told", {}, async (page) => {
  await open(page);
  const total = page.locator(".forecast-table tfoot td").nth(4).getByRole("link");
  await total.click();
  await page.getByRole("heading", { level: 1, name: "Deals" }).waitFor();
  const filter = new URL(page.url()).searchParams.get("f");
  assert.match(filter, /status = open and close_date >= /);
  const { count } = await api.get(`deals/count?filter=${encodeURIComponent(filter)}`);
  assert.ok(count > 0);
  // One in the currency of the workspace that was there when the deals were noted a week ago.
  const old = encodeURIComponent(`(${filter}) and created_at < today-10d and currency = IDR`);
  const { items } = await api.get(`deals?filter=${old}&limit=1`);
  await api.patch(`deals/${items[0].id}`, items[0].version, { amount: items[0].amount + 700 });
  await page.goto(PAGE);
  const since = page.getByLabel("Since the beginning of");
  await since.waitFor();
  const more = page.locator(".forecast-changes").getByRole("button", { name: "Worth more" });
  await more.click();
  await page.locator(".forecast-deals").getByRole("link", { name: items[0].name }).waitFor();
});
