// Inbound hooks: made from an example, sent to, looked at, tried out, mended and taken again.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const EXAMPLE = { customer: { name: "Siti Rahmawati", email: "siti@kopi.example" }, company: "PT Kopi Jaya", note: 7 };
const open = (page) => page.goto("/app/settings/inbound-hooks");
const send = (address, body) =>
  fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

journey(app, "a hook is made from an example, and what comes becomes a contact", {}, async (page) => {
  await open(page);
  await page.getByText("Nobody can send anything yet.").waitFor();
  await page.getByRole("button", { name: "Add an inbound hook" }).click();
  const sheet = page.getByRole("dialog", { name: "Add an inbound hook" });
  await sheet.getByLabel("Name", { exact: false }).first().fill("Website form");
  await sheet.getByLabel("An example of what is sent").fill("no json");
  await sheet.getByRole("button", { name: "Propose the fields" }).click();
  await sheet.getByText("This is no JSON object.").waitFor();
  await sheet.getByLabel("An example of what is sent").fill(JSON.stringify(EXAMPLE));
  await sheet.getByRole("button", { name: "Propose the fields" }).click();
  const places = sheet.locator(".inbound-map");
  await places.nth(3).waitFor();
  const place = async (from) => {
    for (const line of await places.all()) if ((await line.locator("input").inputValue()) === from) return line;
    throw new Error(`no place ${from}`);
  };
  assert.equal(await (await place("/customer/email")).locator("select").inputValue(), "emails");
  assert.equal(await (await place("/company")).locator("select").inputValue(), "company_id");
  await (await place("/customer/name")).locator("select").selectOption("full_name");
  await (await place("/note")).getByRole("button").click();
  await sheet.getByRole("button", { name: "Add a place" }).click();
  await places.last().locator("input").fill("=Bandung");
  await places.last().locator("select").selectOption("city");
  await accessible(page);
  await screenshot(page, "inbound-form");
  await sheet.getByRole("button", { name: "Add", exact: true }).click();
  const told = page.getByRole("dialog", { name: "Address" });
  const address = await told.getByLabel("Address").inputValue();
  assert.match(address, /\/api\/v1\/inbound\/[\w-]{64}$/);
  await accessible(page);
  await screenshot(page, "inbound-address");
  await page.keyboard.press("Escape");
  await told.waitFor({ state: "hidden" });

  assert.equal((await send(address, EXAMPLE)).status, 202);
  assert.equal((await send(address, { customer: { email: "not an address" } })).status, 202);
  await page.getByRole("button", { name: "What came" }).click();
  const came = page.getByRole("dialog", { name: "Came to Website form" });
  const good = came.locator('[data-state="created"]');
  const bothCame = async () => {
    await came.getByRole("button", { name: "Look again" }).click();
    return (await good.count()) > 0 && (await came.locator('[data-state="failed"]').count()) > 0;
  };
  await until(page, bothCame, "one row is taken and one refused");
  await came.locator('[data-state="failed"]').getByText("E-mail", { exact: false }).first().waitFor();
  await came.locator('[data-state="failed"]').getByText("What was sent").click();
  await accessible(page);
  await screenshot(page, "inbound-requests");
  await good.getByRole("link", { name: "Open the record" }).click();
  await page.getByRole("heading", { name: "Siti Rahmawati" }).first().waitFor();
  const { items } = await api.get("contacts");
  assert.deepEqual([items.length, items[0].city, items[0].emails[0].value], [1, "Bandung", "siti@kopi.example"]);
});

journey(app, "a hook is tried out, paused and removed", {}, async (page) => {
  const [hook] = (await api.get("inbound-hooks")).items;
  await open(page);
  const more = page.getByRole("button", { name: "More for Website form" });
  await more.click();
  await page.getByRole("menuitem", { name: "Try out" }).click();
  const dialog = page.getByRole("dialog", { name: "Try Website form out" });
  const text = dialog.getByLabel("An example of what is sent");
  assert.deepEqual(JSON.parse(await text.inputValue()), { customer: { name: "", email: "" }, company: "" });
  await text.fill(JSON.stringify({ customer: { name: "Wati Kusuma" } }));
  await dialog.getByRole("button", { name: "Try out" }).click();
  await dialog.getByText("New record").waitFor();
  await dialog.locator(".inbound-outcome").getByText("Wati Kusuma").waitFor();
  await accessible(page);
  await screenshot(page, "inbound-trial");
  assert.equal((await api.get("contacts/count")).count, 1, "nothing is written");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await more.click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await page.getByText("Website form is paused and refuses what comes.").waitFor();
  assert.equal((await api.get(`inbound-hooks/${hook.id}`)).state, "paused");
  await page.locator(".inbound-hooks").getByText("Paused").waitFor();
  await more.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByText("Nobody can send anything yet.").waitFor();
});

everywhere(app, "inbound hooks", {}, async (page, { theme, language }) => {
  const name = `Formulir ${theme} ${language}`;
  const mapping = [{ field: "full_name", from: ["/nama"] }, { field: "city", value: "Solo" }];
  await api.post("inbound-hooks", { name, object: "contact", mapping });
  await open(page);
  const line = page.locator(".settings-line").filter({ hasText: name });
  await line.waitFor();
  await accessible(page);
  await screenshot(page, `inbound-${theme}-${language}`);
});

journey(app, "inbound hooks on a phone", { phone: true }, async (page) => {
  await open(page);
  await page.locator(".inbound-hooks").waitFor();
  await fits(page);
  await page.getByRole("button", { name: "Add an inbound hook" }).click();
  await page.getByRole("button", { name: "Add a place" }).click();
  await page.locator(".inbound-map").waitFor();
  await fits(page);
  await screenshot(page, "inbound-phone");
});
