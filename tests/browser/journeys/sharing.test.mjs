// Sharing a record, who can see it and why, and what somebody leaves behind.
import assert from "node:assert/strict";
import { PASSWORD } from "../lib/api.mjs";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const own = { see: "own", add: "own", edit: "own", delete: "own", export: "own" };
const role = await app.api.post("roles", { name: "Own records", rights: { records: own } });
const join = async (full_name, email, role) => {
  const invited = await app.api.post("invitations", { email, role });
  return app.api.post(`invitations/${invited.token}/accept`, { full_name, password: PASSWORD, language: "en" });
};
const rudi = await join("Rudi Hartono", "rudi@kopi.example", role.id);
const malee = await join("Malee Saetang", "malee@kopi.example", "member");
const desk = await app.api.post("roles", {
  name: "Front desk",
  rights: { records: { see: "all", edit: "all" }, fields: { contact: { birth_date: "hidden", city: "hidden", job_title: "see" } } },
});
await join("Nok Srisai", "nok@kopi.example", desk.id);
await app.api.post("teams", { name: "Bandung" });
const siti = await app.api.post("contacts", { full_name: "Siti Rahayu" });
await app.api.post("contacts", { full_name: "Budi Santoso", owner_id: malee.user.id });

const share = async (page) => {
  await page.goto(`/app/contacts/${siti.id}`);
  await page.getByRole("button", { name: "Share and see who can see this" }).click();
  const dialog = page.getByRole("dialog", { name: "Who can see Siti Rahayu" });
  await dialog.getByText("Role Owner sees all").waitFor();
  return dialog;
};

journey(app, "a record is shared, seen with the reason, and shared no longer", {}, async (page) => {
  const dialog = await share(page);
  await dialog.getByText("Shared with nobody.").waitFor();
  await dialog.getByText(/^Does not see .+, City \(role Front desk\)$/).waitFor();
  await dialog.getByText(/^Does not change .+ \(role Front desk\)$/).waitFor();
  assert.equal(await dialog.getByText("Rudi Hartono").count(), 0);
  await dialog.getByRole("button", { name: "Share", exact: true }).click();
  await dialog.locator("[aria-invalid=true]").first().waitFor();
  await dialog.getByLabel("Person or team").fill("Rudi");
  await page.getByRole("option", { name: "Rudi Hartono" }).click();
  await dialog.getByLabel("They may").selectOption("edit");
  await dialog.getByRole("button", { name: "Share", exact: true }).click();
  await page.getByText("Shared with Rudi Hartono").waitFor();
  await dialog.getByText("Shared by Dewi Lestari").waitFor();
  await screenshot(page, "sharing-dialog");
  await accessible(page);
  const { items } = await app.api.get(`contacts/${siti.id}/shares`);
  assert.deepEqual([items.length, items[0].user_id, items[0].may_edit], [1, rudi.user.id, true]);
  await dialog.getByRole("button", { name: "Stop sharing with Rudi Hartono" }).click();
  await dialog.getByText("Shared with nobody.").waitFor();
  await dialog.getByText("Shared by Dewi Lestari").waitFor({ state: "detached" });
});

journey(app, "who leaves hands over", {}, async (page) => {
  await page.goto("/app/settings/members");
  await page.getByTitle("Deactivate Malee Saetang").getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "Deactivate Malee Saetang" });
  await dialog.getByText("Contacts (1)").waitFor();
  await screenshot(page, "hand-over");
  await accessible(page);
  await dialog.getByRole("button", { name: "Deactivate only" }).click();
  await page.getByText("Members who left still own 1 record.").waitFor();
  await page.getByRole("button", { name: "Hand over what belongs to Malee Saetang" }).click();
  const given = page.getByRole("dialog", { name: "Hand over what belongs to Malee Saetang" });
  await given.getByLabel("Everything to").fill("Dewi");
  await page.getByRole("option", { name: "Dewi Lestari" }).click();
  await given.getByRole("button", { name: "Hand over", exact: true }).click();
  await page.getByText("What belonged to Malee Saetang is being handed over.").waitFor();
  const limit = Date.now() + 20_000;
  while ((await app.api.get("hand-overs")).items.length > 0) {
    assert.ok(Date.now() < limit, "still not handed over");
    await new Promise((done) => setTimeout(done, 100));
  }
});

const open = async (page) => {
  await page.goto(`/app/contacts/${siti.id}`);
  await page.locator(".record-actions > button").nth(1).click();
  await page.locator("dialog[open] .access-line").first().waitFor();
};

everywhere(app, "sharing", {}, async (page, { theme, language }) => {
  await open(page);
  await accessible(page);
  await screenshot(page, `sharing-${theme}-${language}`);
});

journey(app, "sharing on a phone", { phone: true }, async (page) => {
  await open(page);
  await fits(page);
  await screenshot(page, "sharing-phone");
});
