// Duplicates: noticed while typing, found in the base, decided about, merged and taken apart again.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

const make = (body) => app.api.post("contacts?duplicates=allow", body);
const phone = (value) => [{ value }];
const link = (page, name) => page.locator(".pair-names", { hasText: name });

/** Looks through all people, as the API does it. */
const scanned = async () => {
  const { id } = await app.api.post("duplicates/scan", { object: "contact" });
  for (;;) {
    const job = await app.api.get(`jobs/${id}`);
    if (job.finished_at) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

journey(app, "a form says who is there already", {}, async (page) => {
  const there = await make({ full_name: "Siti Rahmawati", phones: phone("+62 813-1111-2222") });
  await page.goto("/app/contacts");
  await page.getByText("Siti Rahmawati").first().waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel("Name", { exact: false }).first().fill("Rahmawati Siti");
  const found = dialog.getByRole("status").getByRole("link", { name: "Siti Rahmawati" });
  assert.equal(await found.count(), 0, "a name alone says too little");
  await dialog.getByLabel("Phone", { exact: false }).first().fill("0813 1111 2222");
  await found.waitFor();
  assert.match(await found.getAttribute("href"), new RegExp(there.id));
  await dialog.getByText("Phone: same").waitFor();
  await dialog.getByText("Name: other order").waitFor();
  await screenshot(page, "duplicates-typing");
  await accessible(page);
});

journey(app, "pairs are found, told apart and decided about", {}, async (page) => {
  for (const name of ["Budi Santoso", "Bpk. Santoso Budi, S.E."]) await make({ full_name: name, phones: phone("+62 812-3456-7890") });
  for (const name of ["สมชาย ใจดี", "Somchai Jaidee"]) await make({ full_name: name, phones: phone("+66 81 234 5678") });
  await page.goto("/app/contacts");
  await page.getByText("Budi Santoso").first().waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await page.getByRole("link", { name: "Look alike: Start" }).first().click();
  await page.getByText("Nobody has looked for duplicates here yet.").waitFor();
  await page.getByRole("button", { name: "Look for duplicates" }).click();
  await link(page, "Budi Santoso").waitFor();
  await page.getByText(/records looked through, 2 pairs found/).waitFor();
  await page.getByText("Name: sounds alike").waitFor();
  await accessible(page);
  await screenshot(page, "duplicates-queue");

  await page.keyboard.press("j");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Budi Santoso/);
  await page.keyboard.press("j");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Somchai/);
  const line = page.locator(".pair", { hasText: "Somchai" });
  await line.getByRole("button", { name: "Not the same" }).click();
  await page.getByText("สมชาย ใจดี and Somchai Jaidee are not the same").waitFor();
  await line.waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await line.waitFor();
  await line.getByRole("button", { name: "Not the same" }).click();
  await line.waitFor({ state: "detached" });
  await scanned();
  await page.reload();
  await link(page, "Budi Santoso").waitFor();
  assert.equal(await line.count(), 0, "what is not the same stays so");
  await page.getByRole("group", { name: "Which pairs" }).getByText("Not the same").click();
  await line.waitFor();
});

journey(app, "two become one, and two again", {}, async (page) => {
  const survivor = await make({ full_name: "Ratna Kusumawati", job_title: "Buyer", city: "Bandung", emails: [{ value: "ratna@kopi.example" }], phones: phone("+62 811-2000-3000") });
  const loser = await make({ full_name: "Ratna Kusumawati", job_title: "Owner", birth_date: "1984-03-09", emails: [{ value: "ratna@rumah.example" }], phones: phone("+62 811-2000-3000") });
  const note = await app.api.post("activities", { kind: "note", subject: "Likes arabica", contact_id: loser.id });
  await scanned();
  await page.goto("/app/quality/duplicates");
  await link(page, "Ratna Kusumawati").click();
  await page.getByRole("heading", { name: "Merge Ratna Kusumawati and Ratna Kusumawati" }).waitFor();
  const keep = page.getByRole("radiogroup", { name: "Which record stays" }).getByRole("radio");
  await keep.nth(0).check();
  const job = page.getByRole("radiogroup", { name: "Job title" });
  assert.ok(await job.getByRole("radio", { name: "Buyer" }).isChecked(), "the record that stays keeps what it has");
  await job.getByRole("radio", { name: "Owner" }).check();
  assert.ok(await page.getByRole("radiogroup", { name: "E-mail" }).getByRole("radio", { name: "Both" }).isChecked(), "lists are joined");
  assert.ok(await page.getByRole("radiogroup", { name: "Birthday" }).getByRole("radio").nth(1).isChecked(), "what is missing is taken over");
  await accessible(page);
  await screenshot(page, "duplicates-merge");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Ratna Kusumawati merged").waitFor();
  await page.waitForURL(/\/app\/quality\/duplicates\?object=contact/);

  const merged = await app.api.get(`contacts/${survivor.id}`);
  assert.equal(merged.job_title, "Owner");
  assert.equal(merged.birth_date, "1984-03-09");
  assert.deepEqual(merged.emails.map((one) => one.value), ["ratna@kopi.example", "ratna@rumah.example"]);
  assert.equal((await app.api.get(`activities/${note.id}`)).contact_id, survivor.id);
  assert.ok((await app.api.get(`contacts/${loser.id}`)).deleted_at);

  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.getByText("Ratna Kusumawati is two records again").waitFor();
  assert.equal((await app.api.get(`contacts/${survivor.id}`)).job_title, "Buyer");
  assert.equal((await app.api.get(`activities/${note.id}`)).contact_id, loser.id);
  assert.equal((await app.api.get(`contacts/${loser.id}`)).deleted_at, null);
});

journey(app, "any two of a list are merged", {}, async (page) => {
  for (const name of ["Yohanes Satu", "Yohanes Dua"]) await make({ full_name: name });
  await page.goto("/app/contacts?q=Yohanes");
  const rows = page.getByRole("row", { name: /Yohanes/ });
  await rows.nth(1).waitFor();
  for (const at of [0, 1]) await rows.nth(at).getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "Merge" }).click();
  await page.getByRole("heading", { name: /^Merge Yohanes/ }).waitFor();
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByText(/Yohanes \w+ merged/).waitFor();
  await page.waitForURL(/\/app\/contacts\/[0-9a-f-]{36}/);
  await page.getByText("Merged with another record").waitFor();
});

journey(app, "what an import brought is looked for", {}, async (page) => {
  await make({ full_name: "Maya Safitri", phones: phone("+62 812-7000-7000"), emails: [{ value: "maya@lama.example" }] });
  const file = new TextEncoder().encode("Name,Phone,E-mail\nMaya Safitri,0812 7000 7000,maya@baru.example\n");
  const { id } = await app.api.post("imports?object=contact&file_name=maya.csv", file);
  const { job_id } = await app.api.post(`imports/${id}/run`);
  while (!(await app.api.get(`jobs/${job_id}`)).finished_at);
  await page.goto(`/app/import/${id}`);
  await page.getByRole("button", { name: "Look for duplicates of the new ones" }).click();
  await page.waitForURL(/\/app\/quality\/duplicates\?object=contact/);
  await link(page, "Maya Safitri").waitFor();
});

journey(app, "thresholds are set in the settings", {}, async (page) => {
  await page.goto("/app/settings/data");
  await page.getByLabel("Show from").selectOption("90");
  await page.getByText("Saved", { exact: true }).waitFor();
  assert.deepEqual(await app.api.get("duplicates/settings"), { review: 90, sure: 90 });
  await page.getByLabel("Show from").selectOption("60");
  await page.getByLabel("As good as certain from").selectOption("85");
  await page.getByText("Saved", { exact: true }).waitFor();
});

everywhere(app, "the queue and the merge have room on a phone", { phone: true }, async (page, { theme, language }) => {
  const { items } = await app.api.get("duplicates");
  const [left, right] = items[0].records.map((one) => one.id);
  for (const [name, path, ready] of [["queue", "/app/quality/duplicates", ".pair"], ["merge", `/app/quality/merge/contact/${left}/${right}`, ".merge-table"]]) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    await fits(page);
    await accessible(page);
    await screenshot(page, `duplicates-${name}-phone-${theme}-${language}`);
  }
});
