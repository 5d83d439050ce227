// Hours, rules, a form that somebody fills in without a script, the lead that comes of it, and the figures.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { houseStyle } from "../lib/house.mjs";
import { context, everywhere, journey, launch, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api, address } = app;

journey(app, "hours and days off are set", {}, async (page) => {
  await page.goto("/app/settings/hours");
  await page.getByText("No hours yet: every hour counts.").waitFor();
  await page.getByRole("button", { name: "Add hours" }).click();
  const sheet = page.getByRole("dialog", { name: "Add hours" });
  await sheet.getByLabel("Name", { exact: false }).first().fill("Office");
  await sheet.getByLabel("Monday").fill("morning");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("Write hours such as 09:00-17:00.").waitFor();
  for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
    await sheet.getByLabel(day).fill("0-24");
  await sheet.getByRole("button", { name: "Add a day off" }).click();
  await sheet.getByLabel("Day", { exact: true }).fill("2030-12-25");
  await sheet.getByLabel("What it is called").fill("Christmas");
  await accessible(page);
  await screenshot(page, "hours-form");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.getByText("Monday–Sunday 00:00–24:00").waitFor();
  await page.getByText("Usual hours").waitFor();
  await accessible(page);
  const [calendar] = (await api.get("business-calendars")).items;
  assert.deepEqual(calendar.holidays, [{ day: "2030-12-25", name: "Christmas" }]);
});

journey(app, "a rule gives leads away, and a trial says why", {}, async (page) => {
  await page.goto("/app/settings/lead-routing");
  await page.getByRole("button", { name: "Add a rule" }).click();
  const sheet = page.getByRole("dialog", { name: "Add a rule" });
  await sheet.getByLabel("Name", { exact: false }).first().fill("From the web");
  await sheet.getByRole("button", { name: "Write as text" }).click();
  await sheet.getByLabel("Which leads").fill("nothing = 1");
  await sheet.getByRole("button", { name: "Save" }).click();
  await sheet.getByText("There is no such field.").waitFor();
  await sheet.getByLabel("Which leads").fill("source = Website");
  await sheet.getByRole("group", { name: "People" }).getByRole("checkbox").first().check();
  await accessible(page);
  await screenshot(page, "routing-rule");
  await sheet.getByRole("button", { name: "Save" }).click();
  await page.locator(".routing-rules").getByText("From the web").waitFor();
  await page.getByRole("button", { name: /^How .* works$/ }).first().click();
  const profile = page.getByRole("dialog");
  await profile.getByLabel("Skills").fill("kopi, mesin");
  await profile.getByRole("button", { name: "Save" }).click();
  await page.getByText("kopi, mesin").waitFor();
  await page.getByLabel("Source", { exact: true }).fill("Website");
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByText("it is their turn", { exact: false }).waitFor();
  await accessible(page);
  await screenshot(page, "routing");
  const limits = page.locator(".clock-line");
  // What takes a limit away stands at its end, not below it.
  const [line, bin] = [limits.first(), limits.first().getByRole("button", { name: /^Remove the limit/ })];
  const [field, button] = [await line.getByLabel("Minutes", { exact: true }).boundingBox(), await bin.boundingBox()];
  assert.ok(button.y < field.y + field.height, `the bin is at ${button.y}, the field ends at ${field.y + field.height}`);
  await limits.first().getByLabel("Minutes", { exact: true }).fill("2");
  await page.locator("form:has(.clock-line)").getByRole("button", { name: "Save" }).click();
  await page.getByText("The limits are saved.").waitFor();
  assert.equal((await api.get("routing-settings")).clocks.marks[0].minutes, 2);
});

journey(app, "a form is built, filled in without a script, and its lead has an owner and a clock", {}, async (page) => {
  await page.goto("/app/settings/forms");
  await page.getByText("No forms yet.").waitFor();
  await page.getByRole("button", { name: "Add a form" }).click();
  const sheet = page.getByRole("dialog", { name: "Add a form" });
  await sheet.getByLabel("Name", { exact: false }).first().fill("Price list");
  await sheet.getByLabel("Heading (English)").fill("Our prices");
  await sheet.getByLabel("Source of its leads").fill("Website");
  await sheet.getByRole("button", { name: "Add a question" }).click();
  await sheet.locator(".form-questions select").last().selectOption("city");
  await accessible(page);
  await screenshot(page, "form-builder");
  await sheet.getByRole("button", { name: "Save" }).click();
  const place = page.getByRole("dialog", { name: "Where Price list is" });
  const shown = place.frameLocator("iframe");
  await shown.getByRole("heading", { name: "Our prices" }).waitFor();
  await screenshot(page, "form-place");
  const link = await place.getByRole("link").first().getAttribute("href");
  await page.keyboard.press("Escape");

  // Somebody on a small phone whose browser runs no script.
  const browser = await launch();
  const visitor = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 }, locale: "en-GB" });
  const form = await visitor.newPage();
  await form.goto(link);
  const opened = Date.now();
  await form.getByRole("button", { name: "Send" }).click();
  await form.getByText("Something is missing").waitFor();
  await form.getByRole("link", { name: /^Name: / }).waitFor();
  const pictures = "tests/browser/out";
  await form.screenshot({ path: `${pictures}/form-page-errors.png`, fullPage: true });
  await houseStyle(form);
  await form.getByLabel("Name").fill("Siti Rahmawati");
  await form.getByLabel("E-mail").fill("siti@kopi.example");
  await form.getByLabel("Description").fill("How much is Gayo?");
  await form.getByLabel("City").fill("Bandung");
  await form.screenshot({ path: `${pictures}/form-page.png`, fullPage: true });
  // Nobody writes faster than this.
  await until(page, () => Date.now() - opened > 6_000, "the time that people need");
  await form.getByRole("button", { name: "Send" }).click();
  await form.getByText("Your message has arrived.", { exact: false }).waitFor();
  await visitor.close();

  const [lead] = (await api.get("leads")).items;
  assert.deepEqual([lead.name, lead.city, lead.source], ["Siti Rahmawati", "Bandung", "Website"]);
  assert.ok(lead.owner_id && lead.response_due_at);
  await page.getByRole("button", { name: "What was sent" }).click();
  const sent = page.getByRole("dialog", { name: "Sent to Price list" });
  await sent.getByText("How much is Gayo?", { exact: false }).waitFor();
  await accessible(page);
  await screenshot(page, "form-sent");
  await sent.getByRole("link", { name: "Open the lead" }).click();
  await page.getByRole("heading", { name: "Siti Rahmawati" }).first().waitFor();
  await page.getByText("by the rule From the web", { exact: false }).waitFor();
  await page.getByText("Filled in the form Price list").waitFor();
  await screenshot(page, "lead-routed");
  await page.goto("/app/leads");
  await page.getByText(/\d+ min left/).first().waitFor();
  await screenshot(page, "leads-time-left");
});

journey(app, "one minute is one", {}, async (page) => {
  const [lead] = (await api.get("leads")).items;
  await page.route(/\/timeline(\?|$)/, async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    const routed = told.items.find((event) => event.kind === "lead.routed");
    Object.assign(routed, { kind: "lead.waited", data: { minutes: 1 } });
    await route.fulfill({ response: answer, json: told });
  });
  await page.goto(`/app/leads/${lead.id}`);
  await page.getByText("No answer after 1 minute of business hours").waitFor();
});

journey(app, "what a machine sent is held and let through", {}, async (page) => {
  const [form] = (await api.get("forms")).items;
  const html = await (await fetch(`${address}/f/${form.slug}`)).text();
  const seal = html.match(/name="page" value="([^"]+)"/)[1].replaceAll("&#39;", "'");
  const body = new URLSearchParams({ page: seal, url: "x", "q.name": "Robot", "q.emails": "robot@kopi.example" });
  const answer = await fetch(`${address}/f/${form.slug}`, { method: "POST", body, redirect: "manual" });
  assert.equal(answer.status, 303);
  await page.goto("/app/settings/forms");
  await page.getByText("1 held").waitFor();
  await page.getByRole("button", { name: "What was sent" }).click();
  await page.getByText("A field was filled in that people do not see.").waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Let through" }).click();
  await page.getByText("It is a lead now.").waitFor();
  assert.equal((await api.get("leads/count")).count, 2);
});

everywhere(app, "figures say how soon leads are answered", {}, async (page, { theme, language }) => {
  if ((await api.get("activities")).items.length === 0) {
    const [lead] = (await api.get("leads")).items;
    await api.post("activities", { kind: "call", subject: "Halo", lead_id: lead.id });
  }
  await page.goto("/app/speed-to-lead");
  await page.locator(".speed-curve polyline").waitFor();
  await page.locator(".speed-groups").waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `speed-to-lead ${theme} ${language}`);
});

for (const at of ["hours", "lead-routing", "forms"]) {
  everywhere(app, `the settings ${at} fit a phone`, { phone: true }, async (page, { theme, language }) => {
    await page.goto(`/app/settings/${at}`);
    await page.locator(".settings-lines li").first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `phone ${at} ${theme} ${language}`);
  });
}
