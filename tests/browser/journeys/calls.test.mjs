// A call list is made of a selection, worked off by keys and by thumb; `L` logs from lists and boards.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, quiet, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const activities = async (filter) => (await api.get(`activities?filter=${encodeURIComponent(filter)}&sort=done_at`)).items;

const person = (full_name, more = {}) =>
  api.post("contacts", { full_name, city: "Bandung", phones: [{ value: "+62 812-5550-01" + String(full_name.length).padStart(2, "0") }], ...more });
for (const name of ["Ani Lestari", "Budi Santoso", "Citra Dewi", "Dedi Kurniawan"]) await person(name);

journey(app, "a list is made of a selection and worked off by keys", {}, async (page) => {
  await page.goto("/app/contacts");
  await page.getByRole("row", { name: /Ani Lestari/ }).waitFor();
  await page.getByRole("row", { name: /Ani Lestari/ }).getByRole("checkbox").check();
  await page.getByRole("button", { name: "All 4 that match" }).click();
  await page.getByRole("button", { name: "Add to call list" }).click();
  const dialog = page.getByRole("dialog", { name: "Add to call list" });
  await dialog.getByText("People for the list: 4").waitFor();
  await dialog.getByLabel("Call list").fill("November harvest");
  await dialog.getByRole("option", { name: /November harvest/ }).click();
  await accessible(page);
  await screenshot(page, "calls-add");
  await until(page, async () => (await api.get("call-lists")).items.length === 1, "the list is made");
  await dialog.getByRole("button", { name: "Add to call list" }).click();
  await page.getByText("4 people added").waitFor();
  const [list] = (await api.get("call-lists")).items;
  assert.equal(list.progress.waiting, 4);

  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.getByRole("heading", { name: "Call lists" }).waitFor();
  await page.getByRole("button", { name: "More about November harvest" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const form = page.getByRole("dialog", { name: "Change November harvest" });
  await form.getByLabel("Script").fill("Ask about the **last delivery**.");
  await accessible(page);
  await screenshot(page, "calls-form");
  await page.keyboard.press("Control+Enter");
  await page.getByText("November harvest saved").waitFor();
  await accessible(page);
  await screenshot(page, "calls-lists");
  await page.getByRole("link", { name: "Start calling" }).click();

  // The first: reached, with a note and a next step.
  const who = page.locator("#called");
  await who.waitFor();
  await page.getByText("last delivery").waitFor();
  const first = await who.locator(".record-name").textContent();
  await quiet(page);
  await accessible(page);
  await screenshot(page, "calls-person");
  await page.locator("h1").focus();
  await page.keyboard.press("1");
  await page.keyboard.type("Wants 20 kg");
  await page.getByLabel("Next step").fill("Send a sample");
  await page.keyboard.press("Control+Enter");
  await page.getByLabel("Due").fill("tomorrow 10.00");
  await page.keyboard.press("Control+Enter");
  await page.getByText(`Call with ${first} saved`).waitFor();
  // The next: nobody answered, called again later. Two keys and a word.
  await until(page, async () => ![first, ""].includes(await who.locator(".record-name").textContent()), "the next one is shown");
  const second = await who.locator(".record-name").textContent();
  await until(page, () => page.evaluate(() => document.activeElement?.id === "called"), "keys are for the next one");
  await page.keyboard.press("3");
  await page.getByLabel("Call again").fill("tomorrow 9.00");
  await page.keyboard.press("Control+Enter");
  await page.getByText(`Call with ${second} saved`).waitFor();
  await until(page, async () => ![second, ""].includes(await who.locator(".record-name").textContent()), "the third is shown");
  const third = await who.locator(".record-name").textContent();
  await page.keyboard.press("s");
  await page.getByText(`${third} skipped`).waitFor();
  await until(page, async () => (await who.locator(".record-name").textContent()) !== third, "the fourth is shown");
  await page.getByText("2 of 4 done · 2 left", { exact: false }).waitFor();
  await page.keyboard.press("1");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Nobody is left for now.", { exact: false }).waitFor();
  await accessible(page);
  await screenshot(page, "calls-over");
  await page.getByRole("button", { name: "People" }).click();
  const people = page.getByRole("dialog", { name: "People" });
  await people.getByText(third).waitFor();
  await accessible(page);
  await screenshot(page, "calls-people");
  await people.getByRole("listitem").filter({ hasText: third }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Put back on the list" }).click();
  await people.getByText("To be called", { exact: true }).last().waitFor();
  await page.keyboard.press("Escape");
  await who.getByText(third).waitFor();

  const calls = await activities("kind = call");
  assert.deepEqual(calls.map((one) => one.outcome), ["reached", "no_answer", "reached"]);
  assert.equal(calls[0].body, "Wants 20 kg");
  const tasks = await activities("kind = task");
  assert.deepEqual(tasks.map((one) => one.subject), ["Send a sample"]);
  // Who leaves the page gives back who was before them.
  await page.goto("/app/call-lists");
  await page.getByRole("link", { name: "Start calling" }).waitFor();
  // Two of three, rounded.
  await page.getByText("67% reached").waitFor();
});

journey(app, "a list is worked off by thumb", { phone: true }, async (page) => {
  const list = await api.post("call-lists", { name: "By thumb", object: "contact" });
  const { job_id } = await api.post("bulk-operations", {
    object: "contact", action: "call_list", parameters: { list_id: list.id }, target: { filter: "city = Bandung" },
  });
  await until(page, async () => (await api.get(`jobs/${job_id}`)).state === "done", "all are on the list");
  await page.goto(`/app/call-lists/${list.id}`);
  await page.locator("#called").waitFor();
  await quiet(page);
  await fits(page);
  await accessible(page);
  await screenshot(page, "calls-phone", { fullPage: true });
  await page.getByRole("button", { name: "No answer" }).tap();
  await page.getByRole("button", { name: "Save and next" }).tap();
  await page.getByText(/^Call with .* saved$/).waitFor();
  await page.goto("/app/call-lists");
  await page.getByText("1 of 4 done", { exact: false }).waitFor();
  await fits(page);
  await screenshot(page, "calls-phone-lists");
});

journey(app, "L logs a call from a row and from a card in four keys", {}, async (page) => {
  await page.goto("/app/contacts");
  const row = page.getByRole("row", { name: /Dedi Kurniawan/ });
  await row.waitFor();
  await row.getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("l");
  const dialog = page.getByRole("dialog", { name: "Log activity" });
  await dialog.getByText("Dedi Kurniawan").waitFor();
  await until(page, () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"), "the cursor is in the text");
  await accessible(page);
  await screenshot(page, "calls-log-row");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Call saved").waitFor();
  await until(page, async () => !(await dialog.isVisible()), "the dialog is closed");
  const [dedi] = (await api.get("contacts?q=Dedi")).items;
  const logged = (await activities(`contact_id = "${dedi.id}" and subject = Call`))[0];
  assert.deepEqual([logged.kind, logged.outcome], ["call", "reached"]);

  const pipeline = (await api.get("pipelines")).items[0];
  const stage = (await api.get(`stages?filter=${encodeURIComponent(`pipeline_id = "${pipeline.id}"`)}&sort=position`)).items[0];
  await api.post("deals", { name: "Roaster", pipeline_id: pipeline.id, stage_id: stage.id, contact_id: dedi.id, currency: "IDR" });
  await page.goto("/app/deals");
  const card = page.getByRole("listitem").filter({ hasText: "Roaster" }).first();
  await card.waitFor();
  await card.locator("[tabindex='0'], a, button").first().focus();
  await page.keyboard.press("l");
  await dialog.getByText("Roaster").waitFor();
  await until(page, () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"), "the cursor is in the text");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Call saved").waitFor();
  const deals = await activities("deal_id is not empty");
  assert.equal(deals.length, 1);
});

everywhere(app, "a call list", {}, async (page, { theme, language }) => {
  const [list] = (await api.get("call-lists")).items;
  await page.goto("/app/call-lists");
  await page.locator(".call-list").first().waitFor();
  await accessible(page);
  await screenshot(page, `calls-lists-${theme}-${language}`);
  await page.goto(`/app/call-lists/${list.id}`);
  await page.locator("#called").waitFor();
  await quiet(page);
  await accessible(page);
  await screenshot(page, `calls-person-${theme}-${language}`);
});
