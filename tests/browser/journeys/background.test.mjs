// Background work: kinds are paused, what was given up is put in again, schedules are run and changed.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;

/** Asks until it is so. */
const until = async (ask) => {
  for (;;) {
    const found = await ask();
    if (found) return found;
    await new Promise((later) => setTimeout(later, 50));
  }
};
const ended = (id) => until(async () => {
  const job = await api.get(`jobs/${id}`);
  return !["ready", "running"].includes(job.state) && job;
});
const schedule = (name) => until(async () => (await api.get("job-schedules")).items.find((one) => one.name === name));

await api.post("contacts", { full_name: "Siti Rahmawati", city: "Bandung" });
await schedule("quality.measure");
const exported = await api.post("bulk-operations", { object: "contact", action: "export", target: { q: "Siti" } });
await ended(exported.job_id);
// One that fails for good: what it works on is gone before it begins.
await api.post("background-work/pause", { scope: "kind", name: "webhook.replay" });
const hook = await api.post("webhook-endpoints", { url: "https://kopi.invalid/hook", kinds: ["webhook.none"] });
const lost = await api.post(`webhook-endpoints/${hook.id}/replay`, { since: new Date(Date.now() - 60_000).toISOString() });
await api.send("DELETE", `webhook-endpoints/${hook.id}`, undefined, { "if-match": "\"1\"" });
await api.post("background-work/resume", { scope: "kind", name: "webhook.replay" });
assert.equal((await ended(lost.id)).state, "failed");

const open = async (page) => {
  await page.goto("/app/settings/background-work");
  await page.locator("[data-schedule]").first().waitFor();
};
const kind = (page, name) => page.locator(`[data-kind="${name}"]`);

for (const phone of [false, true]) {
  everywhere(app, `background work${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    const picture = (part) => screenshot(page, `background-${part}-${phone ? "phone-" : ""}${theme}-${language}`);
    await open(page);
    await accessible(page);
    await fits(page);
    await picture("kinds");
    await page.locator(".background-shown select").selectOption("dead,failed");
    await page.locator('[data-state="failed"]').first().waitFor();
    await page.locator('[data-state="failed"]').first().scrollIntoViewIfNeeded();
    await accessible(page);
    await fits(page);
    await picture("failed");
    await page.locator("[data-schedule] .menu-button, [data-schedule] button").last().click();
    await page.getByRole("menuitem").first().click();
    await page.locator("dialog[open] input").first().waitFor();
    await accessible(page);
    await fits(page);
    await picture("form");
  });
}

journey(app, "a kind stands still, and goes on with what waited", {}, async (page) => {
  await open(page);
  await kind(page, "bulk.run").getByRole("button", { name: "Pause" }).click();
  await kind(page, "bulk.run").getByText("Paused").waitFor();
  const one = await api.post("bulk-operations", { object: "contact", action: "edit", target: { q: "Siti" }, parameters: { changes: { city: "Jakarta" } } });
  await kind(page, "bulk.run").getByText("1 waiting").waitFor();
  assert.equal((await api.get(`jobs/${one.job_id}`)).state, "ready");
  await kind(page, "bulk.run").getByRole("button", { name: "Resume" }).click();
  assert.equal((await ended(one.job_id)).state, "done");
  await kind(page, "bulk.run").getByText("Nothing to do").waitFor();

  await page.getByRole("button", { name: "Pause everything" }).click();
  await page.getByText("All background work is paused.").waitFor();
  const two = await api.post("bulk-operations", { object: "contact", action: "export", target: { q: "Siti" } });
  const line = page.locator('[data-state="ready"]');
  await line.first().waitFor();
  await line.first().getByRole("button", { name: "Stop" }).click();
  assert.equal((await ended(two.job_id)).state, "cancelled");
  await page.getByRole("button", { name: "Resume everything" }).click();
  await page.getByText("All background work is paused.").waitFor({ state: "detached" });
});

journey(app, "what failed is put in again, and dropped", {}, async (page) => {
  await open(page);
  await page.getByLabel("Show", { exact: true }).selectOption({ label: "Given up and failed" });
  const line = page.locator('[data-state="failed"]').first();
  await line.getByText("error: not_found").waitFor();
  await line.getByRole("button", { name: "Put in again" }).click();
  await until(async () => (await api.get(`jobs/${lost.id}`)).attempts > 0 && (await ended(lost.id)));
  await page.locator('[data-state="failed"]').first().getByRole("button", { name: "Drop" }).click();
  await page.getByText("Nothing was given up.").waitFor();
  const log = await api.get(`audit-entries?record_id=${lost.id}`);
  assert.deepEqual(log.items.map((entry) => entry.action), ["dropped", "requeued"]);
});

journey(app, "what comes again is done now, moved and paused", {}, async (page) => {
  await open(page);
  const line = page.locator('[data-schedule="quality.measure"]');
  await line.getByText("Every day at 1:30").waitFor();
  await line.getByRole("button", { name: "Run now" }).click();
  await page.locator(".toast").filter({ hasText: "Measurement of quality is started." }).waitFor();
  const { last_job_id: job } = await until(async () => { const one = await schedule("quality.measure"); return one.last_job_id && one; });
  assert.equal((await ended(job)).state, "done");

  const choose = async (action) => {
    await line.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await choose("Change the time");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^When/).fill("whenever");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Must be five parts").waitFor();
  await dialog.getByLabel(/^When/).fill("0 6 * * 1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await line.getByText("0 6 * * 1").waitFor();
  await choose("Pause");
  await line.getByText("Paused").waitFor();
  assert.equal((await schedule("quality.measure")).next_at, null);
  await choose("Resume");
  await line.getByText("Paused").waitFor({ state: "detached" });
  await choose("Change the time");
  await dialog.getByRole("button", { name: "Back to the standard" }).click();
  await line.getByText("Every day at 1:30").waitFor();
});
