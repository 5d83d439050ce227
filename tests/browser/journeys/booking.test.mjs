// A booking page is built, somebody books, moves and cancels on it without a script, the member sees it; the calendar feed.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { houseStyle } from "../lib/house.mjs";
import { journey, launch, OUT, PHONE, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api, address } = app;

const visits = async (options) => {
  const browser = await launch();
  return browser.newContext({ javaScriptEnabled: false, viewport: PHONE, locale: "en-GB", ...options });
};

journey(app, "a booking page is built by keyboard, and a visitor books, moves and cancels without a script", {}, async (page) => {
  await page.goto("/app/settings/booking-pages");
  await page.getByText("No booking pages yet.").waitFor();
  await page.getByRole("button", { name: "Add a booking page" }).click();
  const sheet = page.getByRole("dialog", { name: "Add a booking page" });
  await sheet.getByLabel("Name", { exact: false }).first().fill("Consultation");
  await sheet.getByLabel("Heading (English)").fill("Meet us");
  await sheet.getByRole("group", { name: "Who can be met" }).getByRole("checkbox").first().focus();
  await page.keyboard.press("Space");
  await sheet.getByLabel("Where", { exact: true }).fill("Jl. Braga 1, Bandung");
  await sheet.getByLabel("Lengths in minutes").fill("30, 60");
  await sheet.getByLabel("Notice in minutes").fill("0");
  await sheet.getByLabel("Monday").fill("late");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("Write hours such as 09:00-17:00.").waitFor();
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
    await sheet.getByLabel(day).fill("8-12, 13-18");
  await sheet.getByRole("button", { name: "Add a day", exact: true }).click();
  await sheet.getByLabel("Day", { exact: true }).fill("2030-12-25");
  await accessible(page);
  await screenshot(page, "booking-builder");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.getByText("Takes bookings").waitFor();
  await accessible(page);
  await screenshot(page, "booking-pages");
  const [made] = (await api.get("booking-pages")).items;
  assert.deepEqual([made.design.days_off, made.design.lengths, made.design.week[6].length], [["2030-12-25"], [30, 60], 2]);

  const visitor = await visits({});
  const form = await visitor.newPage();
  const picture = (name) => form.screenshot({ path: `${OUT}/${name}.png`, fullPage: true });
  await form.goto(`${address}/b/${made.slug}`);
  await form.getByRole("heading", { name: "Meet us" }).waitFor();
  await form.getByRole("link", { name: "60 minutes" }).click();
  await form.getByLabel("Time zone").selectOption("Asia/Bangkok");
  await form.getByRole("button", { name: "Show" }).click();
  // Some days ahead, whichever day and hour it is now.
  await form.getByRole("link", { name: "Later →" }).click();
  await form.locator("td a").nth(2).click();
  await fits(form);
  await picture("booking-month");
  const chosen = await form.locator(".times a").nth(1).textContent();
  await form.locator(".times a").nth(1).click();
  const opened = Date.now();
  await form.getByRole("button", { name: "Book it" }).click();
  await form.getByText("Something is missing").waitFor();
  await form.getByLabel("Name").fill("Siti Rahmawati");
  await form.getByLabel("E-mail").fill("siti@kopi.example");
  await form.getByLabel("Description").fill("About Gayo");
  await picture("booking-details");
  await until(page, () => Date.now() - opened > 4_000, "the time that people need");
  await form.getByRole("button", { name: "Book it" }).click();
  await form.getByText("Booked", { exact: true }).waitFor();
  await form.getByText(chosen, { exact: false }).waitFor();
  await fits(form);
  await picture("booking-booked");
  await form.getByRole("link", { name: "Choose another time" }).click();
  await form.locator("td a").nth(4).click();
  await form.locator(".times a").first().click();
  await form.getByRole("button", { name: "Move it to this time" }).click();
  await form.getByText("Booked", { exact: true }).waitFor();
  const [booking] = (await api.get(`booking-pages/${made.id}/bookings`)).items;
  assert.deepEqual([booking.moves, booking.state, booking.name], [1, "booked", "Siti Rahmawati"]);

  // The member is told, and finds booking and person.
  await page.getByRole("button", { name: "Bookings" }).click();
  const list = page.getByRole("dialog", { name: "Booked on Consultation" });
  await list.getByText("siti@kopi.example").waitFor();
  await accessible(page);
  await screenshot(page, "booking-list");
  await list.getByRole("link", { name: "Siti Rahmawati" }).click();
  await page.getByRole("heading", { name: "Siti Rahmawati" }).first().waitFor();
  await page.getByText(/^Moved Consultation to/).waitFor();
  await screenshot(page, "booking-lead");
  await page.goto("/app/notifications");
  await page.getByText(/Siti Rahmawati moved Consultation to/).waitFor();
  await screenshot(page, "booking-notification");

  await form.getByText("Cancel", { exact: true }).click();
  await form.getByRole("button", { name: "Cancel this meeting" }).click();
  await form.getByText("Cancelled", { exact: true }).waitFor();
  await picture("booking-cancelled");
  await visitor.close();
  const activity = await api.get(`activities/${booking.activity_id}`);
  assert.equal(activity.outcome, "cancelled");

  // Dark, in Thai and in Indonesian.
  for (const language of ["th", "id"]) {
    const other = await visits({ colorScheme: "dark", locale: language });
    const shown = await other.newPage();
    await shown.goto(`${address}/b/${made.slug}?lang=${language}`);
    await shown.getByRole("link").nth(8).waitFor();
    await fits(shown);
    await houseStyle(shown, "dark");
    await shown.screenshot({ path: `${OUT}/booking-dark-${language}.png`, fullPage: true });
    await other.close();
  }
});

journey(app, "the calendar feed is switched on, told once and switched off", {}, async (page) => {
  await page.goto("/app/settings/calendar-feed");
  await page.getByRole("button", { name: "Switch the feed on" }).click();
  const told = page.getByRole("dialog", { name: "Address of your feed" });
  const link = await told.getByLabel("Address of your feed").inputValue();
  await accessible(page);
  await screenshot(page, "calendar-feed-address");
  const text = await (await fetch(link)).text();
  assert.match(text, /^BEGIN:VCALENDAR/);
  await told.getByRole("button", { name: "Close" }).first().click();
  await page.getByLabel("Only when I am busy").check();
  await until(page, async () => (await api.get("calendar-feed")).busy_only, "the feed tells less");
  await accessible(page);
  await screenshot(page, "calendar-feed");
  await page.getByRole("button", { name: "Switch off" }).click();
  await page.getByRole("button", { name: "Switch the feed on" }).waitFor();
  assert.equal((await fetch(link)).status, 404);
});
