// Data quality: scores, queues worked through one by one, settings, a review in seven steps.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const person = (full_name, more = {}) => api.post("contacts", { full_name, ...more });
await person("Siti Rahmawati", { emails: [{ value: "siti@kopi.example" }], phones: [{ value: "+6281234567890" }], job_title: "Buyer", lifecycle_stage: "customer" });
const wrong = [
  await person("Agus Wijaya", { phones: [{ value: "1111111" }] }),
  await person("Budi Santoso", { phones: [{ value: "+62 12" }] }),
  await person("Citra Lestari", { phones: [{ value: "+62 812 3" }] }),
];
await api.post("companies", { name: "CV Kopi Bandung", city: "Bandung" });
const measured = async () => {
  const job = await api.post("quality/measure", {});
  for (;;) {
    const { state } = await api.get(`jobs/${job.id}`);
    if (state === "done") return;
    assert.ok(["ready", "running"].includes(state), state);
  }
};
await measured();
const review = await api.post("quality-audits", { name: "Review 2026", due_date: "2026-12-31" });
await api.post(`quality-steps/${review.steps[4].id}/findings`, { text: "Numbers of the old exchange", severity: "high", object: "contact", queue: "bad_phone" });

const toast = (page, text) => page.locator(".toast").filter({ hasText: text });
const open = async (page, path, name) => {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).waitFor();
};
const card = (page, name) => page.locator(".quality-card").filter({ has: page.getByRole("heading", { name, exact: true }) });

for (const [kind, path, ready] of [
  ["overview", "/app/quality", ".quality-queue"],
  ["review", `/app/quality/audits/${review.id}`, ".quality-step"],
  ["work", "/app/quality/work/contact/bad_phone", ".quality-form input"],
  ["settings", "/app/settings/quality", ".quality-fields input"],
]) {
  for (const phone of [false, true]) {
    everywhere(app, `quality ${kind}${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
      await page.goto(path);
      await page.locator(ready).first().waitFor();
      if (kind === "overview") await page.locator(".quality-audits tbody tr").first().waitFor();
      await accessible(page);
      await fits(page);
      await screenshot(page, `quality-${kind}-${phone ? "phone-" : ""}${theme}-${language}`, { fullPage: true });
    });
  }
}

journey(app, "a queue is worked through one by one, and is a list", {}, async (page) => {
  await open(page, "/app/quality", "Data quality");
  const queue = card(page, "Contacts").locator('[data-queue="bad_phone"]');
  assert.equal(await queue.locator(".quality-count").textContent(), "3");
  await queue.getByRole("link", { name: /List/ }).click();
  await page.getByRole("heading", { level: 1, name: "Contacts" }).waitFor();
  await page.getByRole("link", { name: "Agus Wijaya" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Siti Rahmawati" }).count(), 0);
  await page.goBack();
  await queue.getByRole("link", { name: /Start/ }).click();
  await page.getByRole("link", { name: "Agus Wijaya" }).waitFor();
  await page.getByText("1 of 3").waitFor();
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByRole("link", { name: "Budi Santoso" }).waitFor();
  await page.locator(".quality-form input[type=tel]").first().fill("+6281200001111");
  await page.getByRole("button", { name: "Save and next" }).click();
  await toast(page, "Budi Santoso saved").waitFor();
  await page.getByRole("link", { name: "Citra Lestari" }).waitFor();
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByText("All of them were looked at.").waitFor();
  const now = await api.get(`contacts/${wrong[1].id}`);
  assert.deepEqual([now.phones[0].value, now.problems], ["+6281200001111", []]);
  await page.getByRole("main").getByRole("link", { name: "Data quality" }).last().click();
  await page.getByRole("button", { name: "Measure now" }).click();
  await queue.locator(".quality-count").filter({ hasText: "2" }).waitFor();
});

journey(app, "weights and fields are set", {}, async (page) => {
  await open(page, "/app/settings/quality", "Data quality");
  await page.getByLabel("Fresh").selectOption("0");
  await page.getByText("Saved").first().waitFor();
  await page.getByLabel("City").check();
  for (;;) {
    const { contact } = await api.get("quality/settings");
    if (contact.fields.includes("city") && contact.weights.fresh === 0) break;
  }
});

journey(app, "a review is begun, worked on and finished", {}, async (page) => {
  await open(page, "/app/quality", "Data quality");
  await page.getByRole("button", { name: "Begin a review" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Review of spring");
  await dialog.getByRole("button", { name: "Begin a review" }).click();
  await page.getByRole("heading", { level: 1, name: "Review of spring" }).waitFor();
  const step = (n) => page.locator(".quality-step").nth(n);
  await step(0).getByText("Add a finding").first().click();
  await step(0).getByLabel("What came to light").fill("Nobody uses the nickname");
  await step(0).getByRole("button", { name: "Add a finding" }).last().click();
  const finding = step(0).locator(".quality-finding").filter({ hasText: "Nobody uses the nickname" });
  await finding.getByRole("checkbox").click();
  await step(0).locator(".quality-finding.resolved").waitFor();
  await step(0).getByLabel("What came to light").fill("Numbers without a country");
  await step(0).getByLabel("About", { exact: true }).selectOption("contact");
  await step(0).getByLabel("Queue").selectOption("bad_phone");
  const records = step(0).getByLabel("Records that show it");
  for (const name of ["Budi Santoso", "Citra Lestari"]) {
    await records.fill(name.split(" ")[0]);
    await page.getByRole("option", { name: new RegExp(name) }).click();
    await step(0).locator(".tag", { hasText: name }).waitFor();
  }
  await accessible(page);
  await screenshot(page, "quality-finding-records");
  await step(0).getByRole("button", { name: "Add a finding" }).last().click();
  const about = step(0).locator(".quality-finding").filter({ hasText: "Numbers without a country" });
  await about.filter({ hasText: "Citra Lestari" }).waitFor();
  assert.equal(await about.count(), 2, "a finding for each record");
  await about.getByRole("link", { name: "Budi Santoso" }).click();
  await page.getByRole("heading", { level: 1, name: "Budi Santoso" }).waitFor();
  await page.goBack();
  await step(0).waitFor();
  await step(1).getByLabel("State").selectOption("skipped");
  await step(1).getByLabel("Why it is skipped").fill("Done last month");
  await step(1).getByLabel("Why it is skipped").press("Enter");
  await page.locator('.quality-step[data-state="skipped"]').waitFor();
  for (const n of [0, 2, 3, 4, 5, 6]) {
    await step(n).getByLabel("State").selectOption("done");
    await page.locator(`.quality-step:nth-child(${n + 1})[data-state="done"]`).waitFor();
  }
  await page.getByRole("button", { name: "Finish the review" }).click();
  await dialog.getByRole("button", { name: "Finish the review" }).click();
  await page.getByText(/Next one/).waitFor();
  await open(page, "/app/quality", "Data quality");
  await page.getByRole("row").filter({ hasText: "Review of spring" }).getByText("Finished").waitFor();
});
