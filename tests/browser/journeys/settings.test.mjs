// Settings: people by link, sessions that end at once, stages in order, who may change what.
import assert from "node:assert/strict";
import { Api, OWNER, PASSWORD } from "../lib/api.mjs";
import { accessible, fits } from "../lib/accessible.mjs";
import { context, everywhere, journey, quiet, relasi, screenshot, signIn, until } from "../lib/journey.mjs";

const app = await relasi();
const PAGES = [
  "profile", "password", "security", "security-policy", "api-keys", "workspaces", "members", "roles", "teams", "pipelines", "workspace", "fields", "data",
];
const MEMBER = { full_name: "Rudi Hartono", email: "rudi@kopi.example", password: "hujan turun di bogor" };

const open = async (page, name) => {
  await page.goto(`/app/settings/${name}`);
  await page.locator(".settings-page > *").first().waitFor();
};

journey(app, "an address below the settings that is none says so", {}, async (page) => {
  await page.goto("/app/settings/plumbing");
  await page.getByText("There is no such page in the settings.").waitFor();
  assert.equal(await page.locator(".settings-list [aria-current=page]").count(), 0);
  await accessible(page);
  await screenshot(page, "settings-nowhere");
  await page.getByRole("link", { name: "All settings" }).click();
  await page.waitForURL(/\/app\/settings$/);
  await page.locator(".settings-list [aria-current=page]").waitFor();
});

journey(app, "a member comes by link and may look, not change", {}, async (page) => {
  await open(page, "members");
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("E-mail").fill("no address");
  await dialog.getByRole("button", { name: "Make a link" }).click();
  await dialog.locator(".field-error").waitFor();
  await dialog.getByLabel("E-mail").fill(MEMBER.email);
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByLabel(`Link for ${MEMBER.email}`).inputValue();
  assert.match(link, /\/invite\/.{20,}/);
  await screenshot(page, "settings-invite");
  await accessible(page);
  await dialog.locator(".row-end").getByRole("button", { name: "Close" }).click();
  await page.locator(".settings-line").getByText(MEMBER.email).waitFor();

  const second = await context({ address: app.address });
  try {
    const theirs = await second.newPage();
    await theirs.goto(new URL(link).pathname);
    await theirs.getByLabel(/name/i).first().fill(MEMBER.full_name);
    await theirs.locator("input[type=password]").fill(MEMBER.password);
    await theirs.locator("button[type=submit]").click();
    await theirs.waitForURL(/\/app/);
    await theirs.goto("/app/settings/pipelines");
    await theirs.getByText("Your role may look at this, not change it.").waitFor();
    await theirs.locator(".stages").first().waitFor();
    assert.equal(await theirs.getByRole("button", { name: "Add stage" }).count(), 0);
    await theirs.goto("/app/settings/workspace");
    await theirs.locator("dd").getByText(OWNER.workspace_name).waitFor();
    await theirs.goto("/app/import");
    await theirs.getByText("Your role may not import.").waitFor();
  } finally {
    await second.close();
  }

  await page.reload();
  await page.getByLabel(`Role of ${MEMBER.full_name}`).selectOption("manager");
  await page.getByText(`${MEMBER.full_name} is changed.`).waitFor();
  const { items } = await app.api.get("members");
  assert.equal(items.find((one) => one.email === MEMBER.email).role, "manager");
  assert.equal(await page.getByLabel(`Role of ${OWNER.full_name}`).count(), 0, "one's own role is for others to change");

  await page.getByTitle(`Deactivate ${MEMBER.full_name}`).getByRole("button").click();
  await page.getByRole("dialog", { name: `Deactivate ${MEMBER.full_name}` }).getByRole("button", { name: "Deactivate only" }).click();
  await page.getByText(`${MEMBER.full_name} is signed out`).waitFor();
  await assert.rejects(new Api(app.address).post("sessions", { email: MEMBER.email, password: MEMBER.password }), /401/);
});

journey(app, "an invitation is revoked", {}, async (page) => {
  const invited = await app.api.post("invitations", { email: "lain@kopi.example", role: "member" });
  await open(page, "members");
  await page.getByTitle("Revoke the invitation of lain@kopi.example").getByRole("button").click();
  await page.getByText("The link for lain@kopi.example is no longer good.").waitFor();
  await assert.rejects(app.api.get(`invitations/${invited.token}/preview`), /404/);
});

journey(app, "a session that is ended is over at once", {}, async (page) => {
  const second = await context({ address: app.address });
  try {
    await signIn(second);
    const other = await second.newPage();
    await other.goto("/app/settings/profile");
    await other.locator(".settings-page").waitFor();
    await open(page, "security");
    await page.getByText("This one").waitFor();
    const lines = page.locator(".sessions .settings-line");
    const before = await lines.count();
    await screenshot(page, "settings-sessions");
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByText(before === 2 ? "1 session is over." : `${before - 1} sessions are over.`).waitFor();
    await lines.nth(1).waitFor({ state: "detached" });
    // The other page notices with its next question, not when its token would have run out.
    await other.getByRole("link", { name: "Security", exact: true }).click();
    await other.getByRole("dialog").waitFor();
  } finally {
    await second.close();
  }
  // The journeys below use the API with a session of its own.
  app.api.token = (await app.api.post("sessions", { email: OWNER.email, password: PASSWORD })).access_token;
});

journey(app, "a key is made, used by a program, looked at and ended", {}, async (page) => {
  await open(page, "api-keys");
  await page.getByText("There are no keys yet.").waitFor();
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog", { name: "New key" });
  await dialog.getByLabel("Read records").uncheck();
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await dialog.locator(".field-error").nth(1).waitFor();
  await accessible(page);
  await dialog.getByLabel("What for").fill("Nightly accounting");
  await dialog.getByLabel("Read records").check();
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const token = await dialog.getByLabel("The key").inputValue();
  assert.match(token, /^rlk_.{64}$/);
  await screenshot(page, "settings-api-key-once");
  await dialog.locator(".row-end").getByRole("button", { name: "Close" }).click();
  const line = page.locator(".settings-line", { hasText: "Nightly accounting" });
  await line.getByText("never used").waitFor();
  assert.ok(!(await page.content()).includes(token), "the key is shown once");

  const program = new Api(app.address);
  program.token = token;
  await program.get("contacts?limit=1");
  await assert.rejects(program.post("contacts", { full_name: "Tidak Boleh" }), /403/);
  const noted = async () => {
    const { items } = await app.api.get("api-keys");
    return (await app.api.get(`api-keys/${items[0].id}/requests`)).items.length >= 2;
  };
  await until(page, noted, "both requests are noted");
  await page.reload();
  await line.getByText(/last used .* from 127\.0\.0\.1/).waitFor();
  await line.getByRole("button", { name: "Use" }).click();
  const log = page.getByRole("dialog", { name: "Use of Nightly accounting" });
  await log.getByText("POST /api/v1/contacts").waitFor();
  await log.getByText("403").waitFor();
  await log.getByText(/\d ms from 127\.0\.0\.1, [0-9a-f-]{36}/).first().waitFor();
  await screenshot(page, "settings-api-key-log");
  await accessible(page);
  await page.keyboard.press("Escape");
  await log.waitFor({ state: "detached" });

  await line.getByRole("button", { name: "End" }).click();
  await page.getByRole("dialog", { name: "End the key" }).getByRole("button", { name: "End it" }).click();
  await page.getByText("Nightly accounting is no longer good.").waitFor();
  await page.getByText("There are no keys yet.").waitFor();
  await assert.rejects(program.get("contacts"), /401/);
});

journey(app, "stages are made, put in order and guarded while in use", {}, async (page) => {
  await open(page, "pipelines");
  const table = page.locator(".stages").first();
  const names = () => table.locator(".settings-row:not(.head) > :nth-child(2) input").evaluateAll((all) => all.map((one) => one.value));
  await table.locator(".settings-row:not(.head)").first().waitFor();
  const before = await names();
  const card = page.locator(".pipeline").first();
  await card.getByLabel("New stage").fill("Sample sent");
  await card.getByRole("button", { name: "Add stage" }).click();
  await table.getByRole("button", { name: "Move Sample sent up" }).waitFor();
  await table.getByRole("button", { name: "Move Sample sent up" }).click();
  await page.getByText(`Sample sent is now stage ${before.length}`).waitFor();
  const after = [...before.slice(0, -1), "Sample sent", before.at(-1)];
  assert.deepEqual(await names(), after);
  await page.locator(".save-note .ok").waitFor();
  await page.reload();
  await table.getByRole("button", { name: "Move Sample sent up" }).waitFor();
  assert.deepEqual(await names(), after, "the order is kept");

  const grip = (name) => table.locator(".settings-row").filter({ has: page.getByRole("button", { name: `Move ${name} up` }) }).locator(".grab");
  await grip("Sample sent").dragTo(grip(before[0]));
  await page.waitForFunction(() => document.querySelector(".stages .settings-row:not(.head) > :nth-child(2) input").value === "Sample sent");

  const stages = (await app.api.get("stages?limit=200")).items;
  const used = stages.find((stage) => stage.name === before[0]);
  await app.api.post("deals", { name: "Gayo 1 kg", pipeline_id: used.pipeline_id, stage_id: used.id, currency: "IDR" });
  await table.getByRole("button", { name: `Move ${before[0]} to trash` }).click();
  const leaving = page.getByRole("dialog", { name: `Where do the deals of ${before[0]} go?` });
  await leaving.getByRole("button", { name: "Cancel" }).click();
  await table.getByRole("button", { name: "Move Sample sent to trash" }).click();
  await table.getByRole("button", { name: "Move Sample sent up" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).last().click();
  await table.getByRole("button", { name: "Move Sample sent up" }).waitFor();
});

journey(app, "teams, name, workspace, era, sample data", {}, async (page) => {
  await open(page, "teams");
  await page.getByLabel("New team").fill("Bandung");
  await page.getByRole("button", { name: "Add team" }).click();
  await page.getByText("0 people").waitFor();
  await page.getByLabel("Name of the team").fill("Jawa Barat");
  await page.getByLabel("Name of the team").press("Tab");
  await page.locator(".save-note .ok").waitFor();
  assert.equal((await app.api.get("teams")).items[0].name, "Jawa Barat");

  await open(page, "workspace");
  await page.getByLabel("Name of the workspace").fill("Kopi Nusantara");
  await page.getByLabel("Name of the workspace").press("Tab");
  await page.locator(".save-note .ok").waitFor();
  assert.equal((await app.api.get("workspace")).name, "Kopi Nusantara");

  await open(page, "profile");
  await page.getByRole("button", { name: "2569 (Buddhist)" }).click();
  await page.getByText(/Today is .*25\d\d/).waitFor();
  await page.reload();
  await page.getByText(/Today is .*25\d\d/).waitFor();

  await page.getByLabel("Find a setting").fill("stage");
  assert.equal(await page.locator(".settings-list a").count(), 1);

  await open(page, "data");
  await page.getByRole("button", { name: "Put sample data in" }).click();
  await page.getByRole("button", { name: "Remove sample data" }).waitFor({ timeout: 60_000 });
  assert.ok((await app.api.get("contacts/count")).count > 20);
  await page.getByRole("button", { name: "Remove sample data" }).click();
  await page.getByRole("button", { name: "Put sample data in" }).waitFor({ timeout: 60_000 });
  assert.equal((await app.api.get("contacts/count")).count, 0);
});

everywhere(app, "settings", {}, async (page, { theme, language }) => {
  await open(page, PAGES[0]);
  for (const name of PAGES) {
    // As people go from one to the next: without loading the app again.
    const link = page.locator(`.settings-list a[href$="/settings/${name}"]`);
    await link.click();
    await page.locator(`.settings-list a[href$="/settings/${name}"][aria-current="page"]`).waitFor();
    await page.locator(".settings-page > *").first().waitFor();
    await quiet(page);
    assert.equal(await page.getAttribute("html", "lang"), language);
    await accessible(page);
    await screenshot(page, `settings-${name}-${theme}-${language}`);
  }
});

journey(app, "settings on a phone", { phone: true }, async (page) => {
  await page.goto("/app/settings");
  await page.locator(".settings-list").waitFor();
  await fits(page);
  await screenshot(page, "settings-list-phone");
  for (const name of PAGES) {
    await open(page, name);
    await quiet(page);
    await fits(page);
    await screenshot(page, `settings-${name}-phone`);
  }
});

journey(app, "the password changes and the old one is refused", {}, async (page) => {
  await open(page, "password");
  await page.getByLabel("Present password").fill("wrong password here");
  await page.getByLabel("New password").fill("pagi cerah di gayo");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator(".field-error").first().waitFor();
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("The password has changed.").waitFor();
  await assert.rejects(app.api.post("sessions", { email: OWNER.email, password: PASSWORD }), /401/);
});
