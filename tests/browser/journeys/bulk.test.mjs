// Work on many records: all that match, a field, refusals, undo, cancel, export, on a laptop and a phone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible, fits } from "../lib/accessible.mjs";
import { Api, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;

/** So many people in a city, by one import. */
async function people(count, city) {
  const rows = Array.from({ length: count }, (_, n) => `${city} ${String(n).padStart(4, "0")},${city}`);
  const file = `Name,City\n${rows.join("\n")}\n`;
  const made = await api.send("POST", "imports?object=contact&file_name=a.csv", file);
  await api.send("PATCH", `imports/${made.id}`, { options: { match: "none" } }, { "content-type": "application/merge-patch+json" });
  const { job_id } = await api.post(`imports/${made.id}/run`, {});
  while (!(await api.get(`jobs/${job_id}`)).finished_at) await new Promise((resolve) => setTimeout(resolve, 50));
}

await people(130, "Bandung");
const { token } = await api.post("invitations", { email: "rudi@relasi.example", role: "member" });
await new Api(app.address).post(`invitations/${token}/accept`, { full_name: "Rudi Hartono", password: PASSWORD, language: "en" });

const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const bar = (page) => page.getByRole("toolbar");
const counted = async (city) => (await api.get(`contacts/count?filter=${encodeURIComponent(`city = ${city}`)}`)).count;
const inCity = (city) => `/app/contacts?f=${encodeURIComponent(`city = ${city}`)}`;

/** Sets the city of what the dialog is for. */
async function setCity(page, city) {
  const dialog = page.getByRole("dialog", { name: "Change a field" });
  await dialog.getByRole("combobox", { name: "Field" }).fill("City");
  await page.getByRole("option", { name: "City", exact: true }).click();
  await dialog.getByLabel("City", { exact: true }).fill(city);
  await dialog.getByRole("button", { name: "Change a field" }).click();
}

journey(app, "a field of all that match, loaded or not, and back", {}, async (page) => {
  await page.goto(inCity("Bandung"));
  await row(page, "Bandung 0000").waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await bar(page).getByRole("button", { name: "All 130 that match" }).click();
  await page.getByRole("toolbar", { name: "All 130 that match" }).waitFor();
  await screenshot(page, "bulk-bar");
  await accessible(page);
  await bar(page).getByRole("button", { name: "Change a field" }).click();
  const dialog = page.getByRole("dialog", { name: "Change a field" });
  await dialog.getByText("130 records will be changed.").waitFor();
  const press = dialog.getByRole("button", { name: "Change a field" });
  assert.ok(await press.isDisabled() || (await press.getAttribute("aria-disabled")) === "true", "no field is chosen");
  await setCity(page, "Solo");
  await page.getByText("130 records changed").waitFor();
  assert.deepEqual([await counted("Solo"), await counted("Bandung")], [130, 0]);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await page.getByText("130 records are as before").waitFor();
  assert.deepEqual([await counted("Solo"), await counted("Bandung")], [0, 130]);
  await row(page, "Bandung 0000").waitFor();
});

journey(app, "what may not be changed stays, and says why", { signedIn: false }, async (page) => {
  await signIn(page.context(), "rudi@relasi.example");
  const own = new Api(app.address);
  own.token = (await own.post("sessions", { email: "rudi@relasi.example", password: PASSWORD })).access_token;
  await own.post("contacts", { full_name: "Rudi's own", city: "Medan" });
  await api.post("contacts", { full_name: "Dewi's own", city: "Medan" });
  await page.goto(inCity("Medan"));
  await row(page, "Dewi's own").waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await bar(page).getByRole("button", { name: "Change a field" }).click();
  await page.getByText("2 records match; you may do this to 1 of them.").waitFor();
  await screenshot(page, "bulk-some");
  await accessible(page);
  await setCity(page, "Padang");
  await page.getByText("1 record changed · 1 stayed as it is").waitFor();
  await screenshot(page, "bulk-refused");
  await accessible(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Why they stayed" }).click()]);
  const text = await readFile(await file.path(), "utf8");
  assert.match(text, /Dewi's own,\d+,You may not do this to this record\./);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await page.getByText("1 record is as before").waitFor();
  assert.equal(await counted("Medan"), 2);
});

journey(app, "a list becomes a file, without a selection", {}, async (page) => {
  await page.goto(`${inCity("Bandung")}&s=full_name`);
  await row(page, "Bandung 0000").waitFor();
  await page.getByRole("button", { name: "View actions" }).or(page.locator(".view-tabs .icon-btn").last()).first().click();
  await page.getByRole("menuitem", { name: "Export this list" }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await dialog.getByText("130 records will stand in the file.").waitFor();
  await screenshot(page, "bulk-export");
  await accessible(page);
  await dialog.getByRole("button", { name: "Export" }).click();
  await page.getByText("130 records exported").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
  assert.match(file.suggestedFilename(), /^contacts-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  assert.equal(lines.length, 132, "the headings, the rows, and nothing after the last line end");
  assert.match(lines[0], /^\uFEFFName,/);
  assert.match(lines[1], /^Bandung 0000,/);
  assert.match(lines[130], /^Bandung 0129,/);
  await page.goto("/app/jobs");
  await page.getByRole("region", { name: "Work on many records" }).getByText("130 records exported").waitFor();
  await screenshot(page, "bulk-jobs");
  await accessible(page);
  const again = page.getByRole("row").filter({ hasText: "130 records exported" });
  await Promise.all([page.waitForEvent("download"), again.getByRole("button", { name: "Download" }).click()]);
});

journey(app, "deals move, and a reason is asked where they are lost", {}, async (page) => {
  const { items: stages } = await api.get("stages?sort=position&limit=200");
  const first = stages[0];
  for (const n of [1, 2]) {
    await api.post("deals", { name: `Mesin ${n}`, pipeline_id: first.pipeline_id, stage_id: first.id, currency: "IDR" });
  }
  const lost = stages.find((stage) => stage.kind === "lost" && stage.pipeline_id === first.pipeline_id);
  await page.goto("/app/deals?layout=table");
  await row(page, "Mesin 1").waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await bar(page).getByRole("button", { name: "Move to stage" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to stage" });
  await dialog.getByLabel("Stage").selectOption(lost.id);
  await dialog.getByRole("button", { name: "Move to stage" }).click();
  await dialog.getByText("Is required.").waitFor();
  await screenshot(page, "bulk-stage");
  await dialog.getByLabel("Reason").fill("Price");
  await dialog.getByRole("button", { name: "Move to stage" }).click();
  await page.getByText("2 deals moved").waitFor();
  await row(page, "Mesin 2").getByText("Lost").first().waitFor();
});

journey(app, "long work shows how far it is and can be stopped", {}, async (page) => {
  await people(6000, "Malang");
  await page.goto(inCity("Malang"));
  await row(page, "Malang").first().waitFor();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await bar(page).getByRole("button", { name: "All 6,000 that match" }).click();
  await bar(page).getByRole("button", { name: "Change a field" }).click();
  await setCity(page, "Batu");
  await page.getByRole("progressbar").waitFor();
  await page.waitForFunction(() => /[1-9].* \/ 6,000/.test(document.querySelector(".job-count")?.textContent ?? ""));
  await screenshot(page, "bulk-progress");
  // At once: looking at the page as a whole may take longer than the work itself.
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText(/^Stopped · [\d,]+ records changed/).waitFor();
  await accessible(page);
  const changed = await counted("Batu");
  assert.ok(changed > 0 && changed < 6000, `${changed} were changed`);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await page.getByText("records are as before").waitFor();
  assert.deepEqual([await counted("Batu"), await counted("Malang")], [0, 6000]);
});

const WORDS = {
  en: { edit: "Change a field", field: "Field", will: "records will be changed.", select: "Select all shown" },
  id: { edit: "Ubah kolom", field: "Kolom", will: "catatan akan diubah." },
  th: { edit: "แก้ไขช่องข้อมูล", field: "ช่องข้อมูล", will: "จะแก้ไข" },
};

everywhere(app, "the bar and the dialog on a phone", { phone: true }, async (page, { theme, language }) => {
  await page.goto(inCity("Bandung"));
  await row(page, "Bandung 0000").waitFor();
  for (const n of [0, 1]) await page.getByRole("row").nth(n + 1).getByRole("checkbox").check();
  await bar(page).waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `bulk-phone-bar-${theme}-${language}`);
  await bar(page).getByRole("button", { name: WORDS[language].edit }).click();
  const dialog = page.getByRole("dialog", { name: WORDS[language].edit });
  await dialog.getByText(WORDS[language].will).waitFor();
  await dialog.getByRole("combobox", { name: WORDS[language].field }).waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `bulk-phone-dialog-${theme}-${language}`);
});
