// Saved views, each of what their menu offers, and what a selection offers: owner, tag, trash, undo.
import assert from "node:assert/strict";
import { Api, OWNER } from "../lib/api.mjs";
import { accessible, fits } from "../lib/accessible.mjs";
import { journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const MEMBER = { full_name: "Rudi Hartono", email: "rudi@kopi.example", password: "hujan turun di bogor" };
const invited = await api.post("invitations", { email: MEMBER.email, role: "member" });
const { email, ...account } = MEMBER;
await api.post(`invitations/${invited.token}/accept`, { ...account, language: "en" });
const member = new Api(app.address);
member.token = (await member.post("sessions", { email, password: MEMBER.password })).access_token;
const { items: members } = await api.get("members");
const dewi = members.find((one) => one.email === OWNER.email);
const rudi = members.find((one) => one.email === email);
const gold = await api.post("tags", { name: "Gold", colour: "gold" });
const people = [];
for (const [name, city] of [
  ["Siti Rahmawati", "Bandung"],
  ["Budi Santoso", "Bandung"],
  ["Ananda Putri", "Surabaya"],
  ["ณัฐพล วงศ์สวัสดิ์", "กรุงเทพมหานคร"],
]) {
  people.push(await api.post("contacts", { full_name: name, city, lifecycle_stage: "customer" }));
}

const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const tab = (page, name, options = {}) => page.getByRole("tab", { name, ...options });
const totals = (page, count) =>
  page.waitForFunction((count) => document.querySelector(".total")?.textContent === count, String(count));
const tabNames = (page) => page.locator(".view-tabs [role=tab]").allTextContents();
const stored = async () => (await api.get(`saved-views?sort=position,name&filter=${encodeURIComponent("object = contact")}`)).items;
const said = (page, text) => page.locator(".toast").filter({ hasText: text }).first().waitFor();

async function act(page, name) {
  await page.getByRole("button", { name: "Actions for this view" }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

async function saveAs(page, name) {
  await page.getByRole("button", { name: "Save as a new view" }).click();
  await page.getByLabel("Name of the view").fill(name);
  await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
  await tab(page, name, { selected: true }).waitFor();
}

journey(app, "a view is made, changed, named, shared, pinned, moved, opened with and deleted", {}, async (page) => {
  await page.goto(`/app/contacts?f=${encodeURIComponent('city = "Bandung"')}`);
  await totals(page, 2);
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByLabel("Name of the view").fill("Bandung");
  await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
  await tab(page, "Bandung", { selected: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Save view" }).count(), 0, "a view just saved is not changed");

  // A changed view offers to be saved or reset; saved, it keeps the change.
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.getByRole("button", { name: "Reset" }).click();
  await page.waitForURL((url) => !url.search.includes("s="));
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.getByRole("button", { name: "Save view" }).click();
  await said(page, "View saved");
  assert.equal((await stored())[0].sort, "-full_name");

  await act(page, "Rename view");
  await page.getByLabel("Name of the view").fill("In Bandung");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await said(page, "View is now called In Bandung");
  await tab(page, "In Bandung", { selected: true }).waitFor();

  const share = async (who) => {
    await act(page, "Who sees this view");
    await page.getByRole("dialog").getByLabel("Seen by").selectOption(who);
    await accessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await said(page, "View saved");
  };
  await share("everyone");
  await tab(page, "In Bandung (shared)").waitFor();
  assert.equal((await stored())[0].visibility, "everyone");
  await page.getByRole("button", { name: "Actions for this view" }).click();
  await accessible(page);
  await screenshot(page, "view-menu");
  await page.keyboard.press("Escape");
  await share("private");
  await tab(page, "In Bandung", { exact: true }).waitFor();
  // Undo shares it again.
  await page.locator(".toast").last().getByRole("button", { name: "Undo" }).click();
  await tab(page, "In Bandung (shared)").waitFor();

  await tab(page, "All").click();
  await saveAs(page, "Second");
  await saveAs(page, "Third");
  await act(page, "One place to the left");
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll(".view-tabs [role=tab]")].map((tab) => tab.textContent);
    return names.findIndex((name) => name.startsWith("Third")) < names.findIndex((name) => name.startsWith("Second"));
  });
  await act(page, "One place to the right");
  await page.waitForFunction(() => document.querySelector(".view-tabs [role=tab]:last-child")?.textContent === "Third");
  await act(page, "One place to the left");
  await act(page, "Pin to the front");
  await tab(page, "Third (pinned)").waitFor();
  await page.reload();
  await tab(page, "Third (pinned)").waitFor();
  assert.deepEqual((await tabNames(page)).slice(-3), ["Third (pinned)", "In Bandung (shared)", "Second"]);

  // The list opens with the view chosen for it, and "All" stays a link of its own.
  await tab(page, "In Bandung").click();
  await act(page, "Open this list with this view");
  await said(page, "This list now opens with In Bandung");
  await page.goto("/app/companies");
  await page.goto("/app/contacts");
  await tab(page, "In Bandung", { selected: true }).waitFor();
  await totals(page, 2);
  await tab(page, "All").click();
  await page.waitForURL("**v=all");
  await page.reload();
  await tab(page, "All", { selected: true }).waitFor();
  await totals(page, people.length);

  // Undo works from another page too.
  await tab(page, "In Bandung").click();
  await share("private");
  await tab(page, "In Bandung", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Companies" }).first().click();
  await page.waitForURL("**/app/companies");
  const again = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.keyboard.press("Control+z");
  assert.equal((await (await again).json()).visibility, "everyone");
  await page.goto("/app/contacts?v=all");

  await tab(page, "In Bandung").click();
  await act(page, "Delete view");
  await said(page, "View In Bandung deleted");
  await page.locator(".toast").filter({ hasText: "deleted" }).getByRole("button", { name: "Undo" }).click();
  await tab(page, "In Bandung", { selected: true }).waitFor();
  await act(page, "Delete view");
  await page.waitForFunction(() => !document.querySelector(".view-tabs")?.textContent.includes("In Bandung"));
  await page.goto("/app/contacts");
  await tab(page, "All", { selected: true }).waitFor();
  await totals(page, people.length);
});

journey(app, "a locked view of somebody else is for reading, an open one for changing", { signedIn: false }, async (page) => {
  await signIn(page.context(), email, MEMBER.password);
  const view = (name, locked) =>
    api.post("saved-views", {
      name,
      object: "contact",
      filter: "lifecycle_stage in (customer, lead)",
      sort: "full_name,city",
      visibility: "everyone",
      locked,
    });
  const theirs = await view("Dewi's customers", true);
  await page.goto(`/app/contacts?v=${theirs.id}`);
  await tab(page, "Dewi's customers (locked)", { selected: true }).waitFor();
  await totals(page, people.length);
  assert.equal(await page.getByRole("button", { name: "Save view" }).count(), 0, "two sort keys are no change");
  await page.getByRole("button", { name: "Actions for this view" }).click();
  assert.deepEqual(await page.getByRole("menuitem").allTextContents(), ["Export this list", "Open this list with this view"]);
  await page.keyboard.press("Escape");
  // What one changes in it becomes a view of one's own.
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByLabel("Name of the view").fill("Mine now");
  await page.getByRole("dialog").getByRole("button", { name: "Save view" }).click();
  await tab(page, "Mine now", { selected: true }).waitFor();
  assert.equal((await api.get(`saved-views/${theirs.id}`)).sort, "full_name,city");

  const open = await view("For all", false);
  await page.goto(`/app/contacts?v=${open.id}`);
  await tab(page, "For all (shared)", { selected: true }).waitFor();
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").click();
  await page.getByRole("button", { name: "Save view" }).click();
  await said(page, "View saved");
  assert.equal((await api.get(`saved-views/${open.id}`)).sort, "-full_name");
});

journey(app, "owner, tag and trash for a selection by keys, and undo", {}, async (page) => {
  const read = (n) => api.get(`contacts/${people[n].id}`);
  await page.goto("/app/contacts?s=full_name");
  await row(page, "Ananda Putri").waitFor();
  await row(page, "Ananda Putri").getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByRole("toolbar", { name: "2 selected" }).waitFor();
  await fits(page);

  await page.keyboard.press("o");
  await page.getByRole("combobox", { name: "Owner" }).fill("rudi");
  await page.getByRole("option", { name: "Rudi Hartono" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change owner" }).click();
  await said(page, "Owner of 2 records changed");
  assert.deepEqual([(await read(1)).owner_id, (await read(2)).owner_id], [rudi.user_id, rudi.user_id]);
  await page.keyboard.press("Control+z");
  await row(page, "Ananda Putri").getByText("Dewi Lestari").waitFor();
  await row(page, "Budi Santoso").getByText("Dewi Lestari").waitFor();
  assert.deepEqual([(await read(1)).owner_id, (await read(2)).owner_id], [dewi.user_id, dewi.user_id]);

  await row(page, "Budi Santoso").getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("#");
  await page.getByRole("combobox", { name: "Tag" }).fill("Gold");
  await page.getByRole("option", { name: "Gold", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Tag", exact: true }).click();
  await said(page, "2 records changed");
  assert.deepEqual([(await read(1)).tags, (await read(2)).tags], [[gold.id], [gold.id]]);
  await page.locator(".toast").filter({ hasText: "2 records changed" }).getByRole("button", { name: "Undo" }).click();
  await row(page, "Budi Santoso").getByText("Gold").waitFor({ state: "detached" });

  await row(page, "Budi Santoso").getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Move to trash" }).click();
  await said(page, "2 records moved to trash");
  await totals(page, people.length - 2);
  await page.getByRole("toolbar").waitFor({ state: "detached" });
  await page.locator(".toast").filter({ hasText: "moved to trash" }).getByRole("button", { name: "Undo" }).click();
  await row(page, "Budi Santoso").waitFor();
  await row(page, "Ananda Putri").waitFor();
  await totals(page, people.length);
  assert.deepEqual([(await read(1)).deleted_at, (await read(2)).deleted_at], [null, null]);
});
