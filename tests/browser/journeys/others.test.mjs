// What others do appears without a reload: in lists, on record pages, behind a button for new ones.
import assert from "node:assert/strict";
import { accessible } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const row = (page, name) => page.getByRole("row").filter({ hasText: name });

/** Waits until the page listens; what happens before is not told. */
async function listening(page, go) {
  const stream = page.waitForResponse((answer) => answer.url().includes("/events/stream"));
  await go();
  assert.equal((await stream).status(), 200);
}

const patch = async (path, body) => api.patch(path, (await api.get(path)).version, body);

journey(app, "rows change and flash, go, and new ones wait for a press", {}, async (page) => {
  const siti = await api.post("contacts", { full_name: "Siti Rahmawati", job_title: "Buyer" });
  const budi = await api.post("contacts", { full_name: "Budi Santoso" });
  await listening(page, () => page.goto("/app/contacts"));
  await row(page, "Siti Rahmawati").waitFor();
  await patch(`contacts/${siti.id}`, { full_name: "Siti Nurhaliza" });
  await page.locator(".tr.flash").filter({ hasText: "Siti Nurhaliza" }).waitFor();
  await screenshot(page, "others-flash");
  await page.locator(".tr.flash").waitFor({ state: "detached" });
  await row(page, "Budi Santoso").waitFor();

  await api.post("contacts", { full_name: "Wati Kusuma" });
  await api.post("contacts", { full_name: "Agus Salim" });
  const waiting = page.locator(".new-rows").getByRole("button", { name: "2 new" });
  await waiting.waitFor();
  assert.equal(await row(page, "Wati Kusuma").count(), 0, "nothing moves under the cursor");
  await accessible(page);
  await screenshot(page, "others-new");
  await waiting.click();
  await row(page, "Wati Kusuma").waitFor();
  await row(page, "Agus Salim").waitFor();
  await page.locator(".new-rows .btn").waitFor({ state: "detached" });

  await api.send("DELETE", `contacts/${budi.id}`, undefined, { "if-match": `"${budi.version}"` });
  await row(page, "Budi Santoso").waitFor({ state: "detached" });
});

journey(app, "only what the list would show is counted as new", {}, async (page) => {
  await api.post("companies", { name: "CV Kopi Malang", city: "Malang" });
  const filter = encodeURIComponent('city = "Malang"');
  await listening(page, () => page.goto(`/app/companies?f=${filter}`));
  await row(page, "CV Kopi Malang").waitFor();
  await api.post("companies", { name: "PT Teh Solo", city: "Solo" });
  await api.post("companies", { name: "PT Teh Malang", city: "Malang" });
  await page.locator(".new-rows").getByRole("button", { name: "1 new" }).waitFor();
});

journey(app, "a record page shows what others change and write", {}, async (page) => {
  const dewi = await api.post("contacts", { full_name: "Dewi Anggraini", city: "Solo" });
  await listening(page, () => page.goto(`/app/contacts/${dewi.id}`));
  await page.getByRole("heading", { name: "Dewi Anggraini" }).first().waitFor();
  await patch(`contacts/${dewi.id}`, { full_name: "Dewi Anggraini Putri" });
  await page.getByRole("heading", { name: "Dewi Anggraini Putri" }).first().waitFor();
});

journey(app, "a hidden tab gives its connection back and catches up", {}, async (page) => {
  const contact = await api.post("contacts", { full_name: "Rudi Hartono" });
  await listening(page, () => page.goto("/app/contacts"));
  await row(page, "Rudi Hartono").waitFor();
  const turn = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      window.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("/events/stream"));
  await turn(true);
  await ended;
  await patch(`contacts/${contact.id}`, { full_name: "Rudi Hartono Wijaya" });
  const again = page.waitForRequest((request) => request.url().includes("/events/stream"));
  await turn(false);
  assert.ok((await again).headers()["last-event-id"], "it goes on from where it was");
  await row(page, "Rudi Hartono Wijaya").waitFor();
});

everywhere(app, "new rows", {}, async (page, { theme, language }) => {
  await listening(page, () => page.goto("/app/contacts"));
  await page.locator(".table-rows .tr").first().waitFor();
  await api.post("contacts", { full_name: `Baru ${theme} ${language}` });
  await page.locator(".new-rows .btn").waitFor();
  await accessible(page);
  await screenshot(page, `others-new-${theme}-${language}`);
});
