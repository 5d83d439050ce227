// What people are told: put off, several about one record in one row, and chosen in the settings.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const NAME = "Andi Wijaya";
const email = "andi@relasi.example";
const { path } = await app.api.post("invitations", { email, role: "member" });
const joined = await app.api.post(`invitations/${path.split("/").pop()}/accept`, { full_name: NAME, language: "en", password: "kopi gayo pagi hari" });
const andi = joined.user.id;

const give = (full_name) => app.api.post("contacts?duplicates=allow", { full_name, owner_id: andi });
const say = (contact, body) => app.api.post(`contacts/${contact.id}/comments`, { body });
const row = (page, words) => page.locator(".news-list > .news", { hasText: words });
const toast = (page, words) => page.locator(".toast", { hasText: words }).last().waitFor();
const off = (page, at) => row(page, at).first().getByRole("button", { name: "Put off until…" });

journey(app, "a notification is put off, looked up and brought back", {}, async (page) => {
  await give("Siti Rahmawati");
  await give("Budi Santoso");
  await signIn(page.context(), email);
  await page.goto("/app/notifications");
  // Andi joined with another program than this browser.
  await screenshot(page, "notification-new-device");
  await row(page, "New sign-in: Chrome on Linux from 127.0.0.1").getByRole("button").first().click();
  await page.waitForURL("**/app/settings/security");
  await page.goto("/app/notifications");
  await row(page, "Siti Rahmawati").getByRole("button", { name: /gave you/ }).click();
  await page.waitForURL(/\/app\/contacts\//);
  await page.goto("/app/notifications");
  await row(page, "Siti Rahmawati").waitFor();
  assert.equal(await page.locator(".news.unread").count(), 1);
  await off(page, "Siti Rahmawati").click();
  await page.getByRole("menuitem", { name: /^Later: / }).waitFor();
  await page.getByRole("menuitem", { name: /^Next week: / }).waitFor();
  await screenshot(page, "notifications-menu");
  await accessible(page);
  await page.getByRole("menuitem", { name: /^Tomorrow morning, / }).click();
  await toast(page, "Put off until");
  await row(page, "Siti Rahmawati").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await row(page, "Siti Rahmawati").waitFor();
  assert.equal(await page.locator(".news.unread").count(), 2, "it comes back unread");

  await off(page, "Siti Rahmawati").click();
  await page.getByRole("menuitem", { name: /^Next week: / }).click();
  await row(page, "Siti Rahmawati").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Put off", exact: true }).click();
  await row(page, "Siti Rahmawati").getByText(/^Put off until /).waitFor();
  await accessible(page);
  await screenshot(page, "notifications-put-off");
  await off(page, "Siti Rahmawati").click();
  await page.getByRole("menuitem", { name: "Show now" }).click();
  await page.getByText("Nothing is put off.").waitFor();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await row(page, "Siti Rahmawati").waitFor();
});

journey(app, "several about one record are one row that opens", {}, async (page) => {
  const malee = await give("Malee Suksan");
  await say(malee, "Calls back at noon");
  await say(malee, "Wants the new roast");
  await signIn(page.context(), email);
  await page.goto("/app/notifications");
  const group = page.getByRole("button", { name: /^Malee Suksan ?3/ });
  await group.waitFor();
  assert.equal(await group.getAttribute("aria-expanded"), "false");
  await group.getByText(/Wants the new roast/).waitFor();
  await group.click();
  const inner = page.getByRole("list", { name: "Malee Suksan" });
  await inner.getByRole("button", { name: /Calls back at noon/ }).waitFor();
  assert.equal(await inner.locator(".news").count(), 3);
  await accessible(page);
  await screenshot(page, "notifications-record");
  await inner.getByRole("button", { name: "Mark these as read" }).click();
  await inner.getByRole("button", { name: "Mark these as read" }).waitFor({ state: "detached" });
  assert.equal(await inner.locator(".news.unread").count(), 0, "and the row stays open");
  await off(page, "Malee Suksan").click();
  await page.getByRole("menuitem", { name: /^Later: / }).click();
  // The row and those in it.
  await row(page, "Malee Suksan").first().waitFor({ state: "detached" });
});

journey(app, "each person chooses what they are told", {}, async (page) => {
  await signIn(page.context(), email);
  await page.goto("/app/settings/notifications");
  const box = page.getByLabel("A record is given to you");
  await box.waitFor();
  assert.ok(await box.isChecked());
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().endsWith("/notifications/settings"));
  await box.uncheck();
  assert.equal((await saved).status(), 200);
  const eko = await give("Eko Prasetyo");
  await page.reload();
  await box.waitFor();
  assert.ok(!(await box.isChecked()));
  await say(eko, "Told all the same");
  await page.goto("/app/notifications");
  await row(page, "Told all the same").waitFor();
  assert.equal(await page.getByText(/gave you the .* Eko Prasetyo/).count(), 0);
});

const SCREENS = [
  ["list", "/app/notifications", ".news-list"],
  ["settings", "/app/settings/notifications", ".check-line"],
];

const look = async (page, kind) => {
  await signIn(page.context(), email);
  for (const [name, path, sign] of SCREENS) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `notifications-${name}-${kind}`);
  }
};

everywhere(app, "notifications", {}, (page, { theme, language }) => look(page, `${theme}-${language}`));

journey(app, "notifications on a phone", { phone: true, language: "th", theme: "dark" }, (page) => look(page, "phone"));
