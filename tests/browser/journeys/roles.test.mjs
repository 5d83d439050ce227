// Roles: copied, made, given, in force at once; managers and several teams.
import assert from "node:assert/strict";
import { PASSWORD } from "../lib/api.mjs";
import { accessible, fits } from "../lib/accessible.mjs";
import { context, everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const RUDI = { full_name: "Rudi Hartono", email: "rudi@kopi.example" };
const invited = await app.api.post("invitations", { email: RUDI.email, role: "member" });
const joined = { full_name: RUDI.full_name, password: PASSWORD, language: "en" };
const rudi = await app.api.post(`invitations/${invited.token}/accept`, joined);
await app.api.post("teams", { name: "Bandung" });
await app.api.post("contacts", { full_name: "Siti Rahayu" });

const deal = async () => {
  const { items } = await app.api.get("stages?sort=position");
  return { name: "Mesin kopi", pipeline_id: items[0].pipeline_id, stage_id: items[0].id, currency: "USD", amount: 1234567, owner_id: rudi.user.id };
};

const open = async (page, name) => {
  await page.goto(`/app/settings/${name}`);
  await page.locator(".settings-page > *").first().waitFor();
};
const line = (page, name) => page.locator(".roles .settings-line").filter({ hasText: name });

journey(app, "a role is made, given, and in force at once", {}, async (page) => {
  await open(page, "roles");
  await line(page, "Administrator").getByRole("button", { name: "Look" }).click();
  const looked = page.getByRole("dialog", { name: "Administrator" });
  await looked.getByRole("row", { name: /All records/ }).waitFor();
  assert.equal(await looked.getByRole("combobox").count(), 0);
  assert.equal(await looked.getByRole("button", { name: "Save" }).count(), 0);
  await looked.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel(/^Name/).fill("Field sales");
  await dialog.getByLabel("What it is for").fill("Own contacts, deals of the team");
  await dialog.getByLabel("Deals: See", { exact: true }).selectOption("none");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Reaches further than what the role sees.").waitFor();
  await dialog.getByLabel("Deals: See", { exact: true }).selectOption("team");
  await dialog.getByLabel("Read the audit log").check();
  await screenshot(page, "roles-editor");
  await accessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Field sales is saved.").waitFor();
  const { items } = await app.api.get("roles");
  const made = items.find((role) => role.name === "Field sales");
  assert.equal(made.rights.records.see, "own");
  assert.equal(made.rights.objects.deal.see, "team");
  assert.deepEqual(made.rights.workspace, ["audit"]);

  await open(page, "members");
  await page.getByLabel(`Role of ${RUDI.full_name}`).selectOption({ label: "Field sales" });
  await page.getByText(`${RUDI.full_name} is changed.`).waitFor();
  const second = await context({ address: app.address });
  try {
    await signIn(second, RUDI.email);
    const theirs = await second.newPage();
    await theirs.goto("/app/contacts");
    await theirs.locator(".empty-state, .empty").first().waitFor();
    assert.equal(await theirs.getByText("Siti Rahayu").count(), 0);
    await theirs.goto("/app/settings/audit");
    await theirs.locator(".settings-page").waitFor();
    assert.equal(await theirs.getByText("Only owners and administrators see").count(), 0);
    await theirs.goto("/app/settings/roles");
    await theirs.getByText("Your role may look at this, not change it.").waitFor();
    assert.equal(await theirs.getByRole("button", { name: "New role" }).count(), 0);
  } finally {
    await second.close();
  }

  await open(page, "roles");
  await page.getByRole("button", { name: "Remove Field sales" }).click();
  await page.getByText("This role can be removed once no member and no invitation uses it.").waitFor();
  await line(page, "Field sales").getByRole("button", { name: "Edit" }).click();
  const change = page.getByRole("dialog", { name: "Field sales" });
  await change.getByLabel("All records: See").selectOption("all");
  await change.getByRole("button", { name: "Save" }).click();
  await page.getByText("Field sales is saved.").waitFor();
  const seen = await app.api.get(`roles/${made.id}`);
  assert.deepEqual([seen.rights.records.see, seen.rights.objects.deal.see], ["all", "team"]);
});

journey(app, "fields are closed to a role, and gone for who has it", {}, async (page) => {
  const { items } = await app.api.get("roles");
  const made = items.find((role) => role.name === "Field sales");
  const siti = (await app.api.get("contacts?q=Siti")).items[0];
  await app.api.patch(`contacts/${siti.id}`, siti.version, { city: "Bandung", job_title: "Barista", emails: [{ value: "siti@kopi.example" }] });
  await app.api.post("deals", await deal());
  await open(page, "roles");
  await line(page, "Field sales").getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Field sales" });
  await dialog.getByLabel("City").selectOption("hidden");
  await dialog.getByLabel("Job title").selectOption("see");
  assert.equal(await dialog.getByLabel("Full name").count(), 0, "what every contact must have stays open");
  await dialog.getByLabel("Fields of").selectOption("deal");
  await dialog.getByLabel("Amount", { exact: true }).selectOption("hidden");
  await dialog.getByRole("option", { name: "Contacts: 2 closed" }).waitFor({ state: "attached" });
  await dialog.getByLabel("Amount", { exact: true }).scrollIntoViewIfNeeded();
  await screenshot(page, "roles-fields");
  await accessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("Field sales is saved.").waitFor();
  const saved = await app.api.get(`roles/${made.id}`);
  assert.deepEqual(saved.rights.fields, { contact: { city: "hidden", job_title: "see" }, deal: { amount: "hidden" } });

  const second = await context({ address: app.address });
  try {
    await signIn(second, RUDI.email);
    const theirs = await second.newPage();
    await theirs.goto(`/app/contacts/${siti.id}`);
    await theirs.locator(".facts").getByText("siti@kopi.example").waitFor();
    await theirs.locator(".facts").getByText("Barista").waitFor();
    assert.equal(await theirs.getByText("Bandung").count(), 0);
    assert.equal(await theirs.locator(".facts dt").filter({ hasText: "City" }).count(), 0);
    assert.equal(await theirs.getByRole("button", { name: "Edit Job title" }).count(), 0);
    await screenshot(theirs, "roles-fields-record");
    await theirs.goto("/app/contacts");
    await theirs.getByRole("link", { name: "Siti Rahayu" }).first().waitFor();
    assert.equal(await theirs.getByText("Bandung").count(), 0);
    await screenshot(theirs, "roles-fields-list");
    await theirs.goto("/app/deals?layout=board");
    await theirs.getByText("Mesin kopi").first().waitFor();
    await screenshot(theirs, "roles-fields-board");
    assert.equal(await theirs.getByText("12,345").count(), 0);
    await theirs.goto("/app");
    await theirs.locator(".kpis").first().waitFor();
    await screenshot(theirs, "roles-fields-home");
  } finally {
    await second.close();
  }
});

journey(app, "a built-in role is copied and the copy removed", {}, async (page) => {
  await open(page, "roles");
  await page.getByRole("button", { name: "Copy Manager" }).click();
  const copy = page.getByRole("dialog", { name: "Manager (copy)" });
  await copy.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Remove Manager (copy)" }).click();
  await page.getByText("Manager (copy) is removed.").waitFor();
  await line(page, "Manager (copy)").waitFor({ state: "detached" });
});

journey(app, "a member reports to another one and belongs to several teams", {}, async (page) => {
  await open(page, "members");
  await page.getByRole("button", { name: `Manager and teams of ${RUDI.full_name}` }).click();
  const dialog = page.getByRole("dialog", { name: `Manager and teams of ${RUDI.full_name}` });
  await dialog.getByLabel("Reports to").fill("Dewi");
  await page.getByRole("option", { name: "Dewi Lestari" }).click();
  await dialog.getByLabel("Bandung").check();
  await screenshot(page, "roles-place");
  await accessible(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText(`${RUDI.full_name} is changed.`).waitFor();
  const { items } = await app.api.get("members");
  const [of, owner] = [RUDI.email, undefined].map((email) => items.find((one) => (email ? one.email === email : one.role === "owner")));
  assert.equal(of.user_id, rudi.user.id);
  assert.equal(of.manager_id, owner.id);
  assert.equal(of.more_team_ids.length, 1);
});

everywhere(app, "roles", {}, async (page, { theme, language }) => {
  await open(page, "roles");
  await line(page, "Field sales").locator(".btn").first().click();
  await page.getByRole("dialog").locator(".scopes").waitFor();
  await page.getByRole("dialog").locator(".role-field select").first().scrollIntoViewIfNeeded();
  await accessible(page);
  await screenshot(page, `roles-${theme}-${language}`);
});

journey(app, "roles on a phone", { phone: true }, async (page) => {
  await open(page, "roles");
  await fits(page);
  await line(page, "Field sales").locator(".btn").first().click();
  await page.getByRole("dialog").locator(".scopes").waitFor();
  await fits(page);
  await screenshot(page, "roles-phone");
  await page.getByRole("dialog").locator(".role-field select").first().scrollIntoViewIfNeeded();
  await fits(page);
  await screenshot(page, "roles-fields-phone");
});
