// How calls and meetings end is the workspace's own: set by an admin, chosen by one key, kept when it is retired.
import assert from "node:assert/strict";
import { accessible } from "../lib/accessible.mjs";
import { journey, quiet, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const contact = await api.post("contacts", { full_name: "Ani Lestari", phones: [{ value: "+62 812-5550-0111" }] });

journey(app, "an outcome is added, ordered, renamed, chosen by a key and retired", {}, async (page) => {
  await page.goto("/app/settings/outcomes");
  await page.getByLabel(/^Outcome 1\b/).waitFor();
  await accessible(page);
  await page.getByRole("button", { name: "Add an outcome" }).click();
  await page.getByLabel(/^Outcome 9\b/).fill("Interested");
  const row = page.getByRole("listitem").filter({ has: page.getByLabel(/^Outcome 9\b/) });
  await row.getByLabel("Counts as reached").check();
  await row.getByLabel("Task").check();
  await row.getByText("In other languages").click();
  await row.getByLabel("Indonesian").fill("Tertarik");
  for (let place = 8; place >= 1; place -= 1) await page.getByRole("button", { name: "Move Interested up" }).click();
  await page.getByLabel(/^Outcome 3\b/).fill("Voicemail");
  await page.getByRole("button", { name: "Save outcomes" }).click();
  await page.getByText("Outcomes saved").waitFor();
  await quiet(page);
  await accessible(page);
  await screenshot(page, "outcomes-settings");
  const { items } = await api.get("activity-outcomes");
  assert.deepEqual(items.slice(0, 3).map((one) => [one.code, one.label]), [["interested", "Interested"], ["reached", null], ["left_message", "Voicemail"]]);
  assert.deepEqual([items[0].kinds, items[0].success, items[0].labels], [["call", "task"], true, { id: "Tertarik" }]);

  // The composer offers it, without the page having been loaded anew.
  await page.goto(`/app/contacts/${contact.id}`);
  await page.getByRole("heading", { name: "Ani Lestari" }).first().waitFor();
  await page.keyboard.press("l");
  const choose = page.locator(".record-middle .composer").getByLabel("Outcome", { exact: true });
  await choose.waitFor();
  assert.deepEqual((await choose.locator("option").allTextContents()).slice(0, 4), ["None", "Interested", "Reached", "Voicemail"]);

  // One key in a call list.
  const list = await api.post("call-lists", { name: "Harvest", object: "contact" });
  const { job_id } = await api.post("bulk-operations", {
    object: "contact", action: "call_list", parameters: { list_id: list.id }, target: { ids: [contact.id] },
  });
  await until(page, async () => (await api.get(`jobs/${job_id}`)).state === "done", "they are on the list");
  await page.goto(`/app/call-lists/${list.id}`);
  await page.locator("#called").waitFor();
  await page.locator("h1").focus();
  await page.keyboard.press("1");
  await quiet(page);
  await screenshot(page, "outcomes-call");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Nobody is left.", { exact: false }).waitFor();
  const [call] = (await api.get("activities?filter=kind%20=%20call")).items;
  assert.equal(call.outcome, "interested");

  // Retired it stays readable, and nothing new gets it.
  await page.goto("/app/settings/outcomes");
  await page.getByRole("button", { name: "Stop offering Interested" }).click();
  await page.getByRole("button", { name: "Save outcomes" }).click();
  await page.getByText("Outcomes saved").waitFor();
  await accessible(page);
  await screenshot(page, "outcomes-retired");
  await page.goto(`/app/contacts/${contact.id}`);
  await page.getByText("Call, Interested").first().waitFor();
  await page.getByRole("heading", { name: "Ani Lestari" }).first().waitFor();
  await page.keyboard.press("l");
  await choose.waitFor();
  assert.ok(!(await choose.locator("option").allTextContents()).includes("Interested"));
  await page.goto("/app/analytics/sales");
  await page.getByText("How do calls and meetings end?").waitFor();
});

journey(app, "in Thai too those of the product can't be removed", { language: "th" }, async (page) => {
  await page.goto("/app/settings/outcomes");
  const rows = page.locator(".outcome-row");
  await rows.nth(8).waitFor();
  // Only the one of the workspace has other languages and a button that removes it.
  await page.waitForFunction(() => document.querySelectorAll(".outcome-row details").length === 1);
  assert.equal(await page.getByRole("button", { name: /^ลบ / }).count(), 1);
});
