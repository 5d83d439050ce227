// The calendar: entries added, moved by mouse and keys, repeated, reminded of; on a phone, in three languages.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { PHONE, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
// A Wednesday in the middle of a month, far from any change of clocks.
const DAY = "2031-01-15";
// The clock of the browser.
const local = (clock, day = DAY) => new Date(`${day}T${clock}:00+07:00`).toISOString();
const make = (subject, clock, more = {}) => app.api.post("activities", { kind: "meeting", subject, due_at: local(clock), duration_minutes: 60, ...more });
const entry = (page, subject) => page.locator(".slot", { hasText: subject }).first();
const dueOf = async (id) => (await app.api.get(`activities/${id}`)).due_at;

const tasting = await make("Cupping with Siti", "09:00");
await make("Budget talk", "09:30", { kind: "call", duration_minutes: 30 });
await make("Fair in Bandung", "00:00", { all_day: true });

journey(app, "entries are moved, stretched, added and repeated", {}, async (page) => {
  await page.goto(`/app/calendar?day=${DAY}`);
  await entry(page, "Cupping with Siti").waitFor();
  // Side by side, as they overlap.
  const [left, right] = [await entry(page, "Cupping with Siti").boundingBox(), await entry(page, "Budget talk").boundingBox()];
  assert.ok(left.x + left.width <= right.x + 1 && Math.abs(left.width - right.width) < 2);
  await page.getByRole("button", { name: "Fair in Bandung" }).waitFor();
  await accessible(page);
  await screenshot(page, "calendar-week");

  // By mouse: an hour later, on the next day.
  const column = await page.locator(`[data-col^="${DAY}"]`).boundingBox();
  await page.mouse.move(left.x + 10, left.y + 10);
  await page.mouse.down();
  await page.mouse.move(left.x + 10, left.y + 30, { steps: 3 });
  await page.mouse.move(column.x + column.width + 20, left.y + 10 + 48, { steps: 5 });
  await page.mouse.up();
  await until(page, async () => new Date(await dueOf(tasting.id)).getTime() === new Date(local("10:00", "2031-01-16")).getTime(), "it was moved");
  await page.keyboard.press("Control+z");
  await until(page, async () => new Date(await dueOf(tasting.id)).getTime() === new Date(local("09:00")).getTime(), "it is back");
  // By keys: a quarter later and a quarter longer.
  await entry(page, "Cupping with Siti").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await until(page, async () => new Date(await dueOf(tasting.id)).getTime() === new Date(local("09:15")).getTime(), "later");
  await entry(page, "Cupping with Siti").focus();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await until(page, async () => (await app.api.get(`activities/${tasting.id}`)).duration_minutes === 75, "longer");

  // A click on an empty place, and every week from then on.
  const scroll = await page.locator(`[data-col^="${DAY}"]`).boundingBox();
  await page.locator(`[data-col^="${DAY}"]`).click({ position: { x: scroll.width / 2, y: 14 * 48 + 4 } });
  const dialog = page.getByRole("dialog", { name: "New entry" });
  await dialog.getByLabel("Subject").fill("Weekly roast");
  await dialog.getByLabel("Comes again").selectOption("WEEKLY");
  await dialog.getByText("Remind me", { exact: true }).waitFor();
  await dialog.getByText("10 minutes before").waitFor();
  await dialog.getByRole("combobox", { name: "Add a reminder…" }).selectOption("1440");
  await screenshot(page, "calendar-form");
  await accessible(page, { within: "dialog[open]" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await entry(page, "Weekly roast").waitFor();
  await page.getByRole("button", { name: "Later", exact: true }).click();
  await entry(page, "Weekly roast").click();
  const change = page.getByRole("dialog", { name: "Weekly roast" });
  await change.getByLabel("Applies to").selectOption("following");
  await change.getByLabel("Place").fill("Roastery");
  await change.getByRole("button", { name: "Save" }).click();
  await change.waitFor({ state: "hidden" });
  const { items } = await app.api.get(`activities?filter=${encodeURIComponent('subject = "Weekly roast"')}&sort=due_at`);
  assert.ok(items.length > 10);
  assert.deepEqual([items[0].location, items[1].location, items[5].location], [null, "Roastery", "Roastery"]);
  assert.equal(new Date(items[0].due_at).getTime(), new Date(local("14:00")).getTime());
  const { items: own } = await app.api.get(`activities/${items[0].id}/reminders`);
  assert.deepEqual(own.map((one) => one.minutes), [1440, 10]);

  // Done, with how it went.
  await entry(page, "Weekly roast").click();
  await change.getByRole("button", { name: "Mark as done" }).click();
  await change.waitFor({ state: "hidden" });
  await until(page, async () => (await app.api.get(`activities/${items[1].id}`)).outcome === "held", "it took place");

  // Another day for all that is still to do: what that means is told before.
  await page.getByRole("button", { name: "Later", exact: true }).click();
  await entry(page, "Weekly roast").click();
  await change.getByLabel("Applies to").selectOption("all");
  await change.getByLabel("Fri", { exact: true }).check();
  await change.getByText("By the new rule from", { exact: false }).waitFor();
  await accessible(page, { within: "dialog[open]" });
  await screenshot(page, "calendar-rule");
  await change.getByRole("button", { name: "Save" }).click();
  await change.waitFor({ state: "hidden" });
  const all = await app.api.get(`activities?filter=${encodeURIComponent('subject = "Weekly roast" and done_at is empty')}&sort=due_at`);
  const days = new Set(all.items.slice(1).map((one) => new Date(Date.parse(one.due_at) + 7 * 3_600_000).getUTCDay()));
  assert.deepEqual([...days], [5], "they come on Fridays");

  await page.getByRole("button", { name: "Month", exact: true }).click();
  await page.locator(".agenda-entry", { hasText: "Weekly roast" }).first().waitFor();
  await accessible(page);
  await screenshot(page, "calendar-month");
  await page.getByRole("button", { name: "Team", exact: true }).click();
  await page.locator(".hours-head").first().waitFor();
  await screenshot(page, "calendar-team");
});

journey(app, "a phone lists the days", { size: PHONE, phone: true, language: "th", theme: "dark" }, async (page) => {
  await page.goto(`/app/calendar?day=${DAY}`);
  await page.getByText("Cupping with Siti").first().waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, "calendar-phone");
  await page.getByText("Cupping with Siti").first().click();
  await page.locator("dialog[open] .reminders").waitFor();
  await fits(page);
  await screenshot(page, "calendar-phone-form");
  await page.goto("/app/settings/notifications");
  await page.locator(".reminders").first().waitFor();
  await fits(page);
  await screenshot(page, "reminders-phone");
});

journey(app, "an Indonesian week", { language: "id", theme: "dark" }, async (page) => {
  await page.goto(`/app/calendar?view=week&day=${DAY}`);
  await entry(page, "Cupping with Siti").waitFor();
  await accessible(page);
  await screenshot(page, "calendar-week-id-dark");
});
