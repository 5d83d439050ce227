// What stages ask for, why deals end, who is part of them: on the board, on the page of a deal, in the settings.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";

const app = await relasi({ environment: {} });
const { api } = app;
const pipeline = (await api.get("pipelines?sort=position")).items[0];
const stages = (await api.get("stages?sort=position")).items.filter((stage) => stage.pipeline_id === pipeline.id);
const [fresh, qualified, proposal] = stages;
await api.patch(`stages/${qualified.id}`, 1, {
  required_fields: ["amount", "close_date", "role:decision_maker"], rotting_days: 14, colour: "gold",
  guidance: "Ask who decides, and by when.",
});
await api.patch(`pipelines/${pipeline.id}`, pipeline.version, {
  lost_reasons: ["Price", "Timing", "No budget"], won_reasons: ["Quality", "Service"], win_reason_required: true, next_step_required: true,
});
const kopi = await api.post("companies", { name: "CV Kopi Nusantara" });
const siti = await api.post("contacts", { full_name: "Siti Rahmawati", company_id: kopi.id, job_title: "Owner" });
const rival = await api.post("competitors", { name: "Harbour Roasters", strengths: "Low prices", weaknesses: "Slow answers" });
const deal = (name, more = {}) =>
  api.post("deals", { name, currency: "IDR", pipeline_id: pipeline.id, stage_id: fresh.id, company_id: kopi.id, ...more });
const second = await api.post("pipelines", { name: "Service contracts", position: 1, currency: "IDR" });
const due = await api.post("stages", { pipeline_id: second.id, name: "Due", position: 0, probability: 40, kind: "open" });
await api.post("stages", { pipeline_id: second.id, name: "Renewed", position: 1, probability: 100, kind: "won" });

const toast = (page, words) => page.locator(".toast", { hasText: words }).last();
const card = (page, name) => page.locator("[data-card]", { hasText: name });
const column = (page, stage) => page.locator(`[data-column="${stage.id}"]`);
const section = (page, name) => page.locator(".related-section").filter({ has: page.getByRole("heading", { name, exact: true }) });
const field = (dialog, label) => dialog.locator(".field", { has: dialog.page().getByLabel(label) });
const read = (one) => api.get(`deals/${one.id}`);
const choose = async (page, dialog, label, name) => {
  await dialog.getByLabel(label).fill(name.split(" ")[0]);
  await page.getByRole("option", { name: new RegExp(name) }).click();
};

journey(app, "a card that lacks facts asks for them and moves in one go", {}, async (page) => {
  const roastery = await deal("Roastery contract");
  await page.goto("/app/deals?layout=board");
  await card(page, "Roastery contract").getByText("No next step").waitFor();
  await card(page, "Roastery contract").focus();
  await page.keyboard.press("Shift+ArrowRight");
  const dialog = page.getByRole("dialog", { name: `Before ${qualified.name}` });
  await dialog.getByLabel("Amount").fill("36 jt");
  await dialog.getByRole("button", { name: `Move to ${qualified.name}` }).click();
  // What is missing stands at its own input; the first has the focus.
  const needed = `${qualified.name} asks for this.`;
  await field(dialog, "Close date").getByText(needed).waitFor();
  await field(dialog, "Who is the Decision maker?").getByText(needed).waitFor();
  assert.equal(await dialog.getByText(needed).count(), 2);
  await until(page, () => dialog.getByLabel("Close date").evaluate((input) => input === document.activeElement), "the first has the focus");
  await accessible(page, { within: "dialog[open]" });
  await screenshot(page, "pipelines-asks");
  await dialog.getByLabel("Close date").fill("15 Dec 2026");
  await choose(page, dialog, "Who is the Decision maker?", "Siti Rahmawati");
  await dialog.getByRole("button", { name: `Move to ${qualified.name}` }).click();
  await column(page, qualified).locator("[data-card]", { hasText: "Roastery contract" }).waitFor();
  await toast(page, "Roastery contract moved to").waitFor();
  const now = await read(roastery);
  assert.deepEqual([now.stage_id, now.amount, now.close_date, now.contact_roles], [qualified.id, 3_600_000_000, "2026-12-15", ["decision_maker"]]);
});

journey(app, "a deal is lost for a reason of the list, to somebody", {}, async (page) => {
  const racks = await deal("Warehouse racks");
  await page.goto("/app/deals?layout=board");
  await card(page, "Warehouse racks").focus();
  await page.keyboard.press("q");
  const dialog = page.getByRole("dialog", { name: /Warehouse racks/ });
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await dialog.getByText("Write or choose a reason.").waitFor();
  await dialog.getByLabel("Reason").selectOption("Price");
  await choose(page, dialog, "Lost to", "Harbour Roasters");
  await dialog.getByLabel("Comment").fill("12 % cheaper.");
  await screenshot(page, "pipelines-lost");
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await toast(page, "Warehouse racks moved to").waitFor();
  const lost = await read(racks);
  assert.deepEqual([lost.lost_reason, lost.closed_note, lost.lost_to_id, lost.competitors], ["Price", "12 % cheaper.", rival.id, [rival.id]]);
  await page.keyboard.press("Control+z");
  await column(page, fresh).locator("[data-card]", { hasText: "Warehouse racks" }).waitFor();
  await card(page, "Warehouse racks").focus();
  await page.keyboard.press("w");
  const won = page.getByRole("dialog", { name: "Why was Warehouse racks won?" });
  await won.getByLabel("Reason").selectOption("Quality");
  await won.getByRole("button", { name: "Mark as won" }).click();
  await until(page, async () => (await read(racks)).won_reason === "Quality", "won for a reason");
});

journey(app, "the page of a deal: checklist, roles, competitors, chance", {}, async (page) => {
  const racks = await deal("Central kitchen", { amount: 500_000_000, contact_id: siti.id });
  await page.goto(`/app/deals/${racks.id}`);
  const notes = page.locator(".stage-notes");
  await notes.getByText(`To enter ${qualified.name}`).waitFor();
  await notes.locator("li.known", { hasText: "Amount" }).waitFor();
  assert.equal(await notes.locator("li.known").count(), 1);

  await section(page, "Roles in this deal").getByRole("button", { name: "Add a person" }).click();
  const person = page.getByRole("dialog", { name: "Add a person" });
  await choose(page, person, "Contact", "Siti Rahmawati");
  await person.getByLabel("Role").selectOption({ label: "Decision maker" });
  await person.getByRole("button", { name: "Save" }).click();
  await toast(page, "Role saved").waitFor();
  await section(page, "Roles in this deal").locator(".related-card", { hasText: "Decision maker" }).waitFor();
  await notes.locator("li.known", { hasText: "Decision maker is named" }).waitFor();

  await section(page, "Competitors").getByRole("button", { name: "Add a competitor" }).click();
  const form = page.getByRole("dialog", { name: "Add a competitor" });
  await choose(page, form, "Competitor", "Harbour Roasters");
  await form.getByRole("button", { name: "Save" }).click();
  await section(page, "Competitors").getByText("Slow answers").waitFor();
  await page.locator(".timeline").getByText("Siti Rahmawati is Decision maker").waitFor();

  const bar = page.locator(".stage-bar");
  await bar.getByRole("button", { name: qualified.name }).click();
  const asked = page.getByRole("dialog", { name: `Before ${qualified.name}` });
  await asked.getByLabel("Close date").fill("20 Dec 2026");
  await asked.getByRole("button", { name: `Move to ${qualified.name}` }).click();
  await bar.locator("[aria-current=step]").getByText(qualified.name).waitFor();
  await notes.getByText("Ask who decides, and by when.").waitFor();
  await accessible(page);
  await screenshot(page, "pipelines-deal");

  await page.goto(`/app/contacts/${siti.id}`);
  await section(page, "Roles in deals").getByRole("link", { name: "Central kitchen" }).waitFor();
  await page.goto("/app/deals?layout=table&f=" + encodeURIComponent("contact_roles has decision_maker"));
  await page.locator(".table").getByText("Central kitchen").waitFor();
});

journey(app, "what the server asks for stands at its input, and nothing that was told is lost", {}, async (page) => {
  const grinder = await deal("Grinder for two", { amount: 1_000_000 });
  await page.goto("/app/deals?layout=board");
  await card(page, "Grinder for two").waitFor();
  // Meanwhile the stage asks for more.
  const stage = await api.get(`stages/${proposal.id}`);
  await api.patch(`stages/${proposal.id}`, stage.version, { required_fields: ["source", "close_date"] });
  await card(page, "Grinder for two").focus();
  await page.keyboard.press("m");
  await page.getByRole("menuitem", { name: proposal.name }).click();
  const dialog = page.getByRole("dialog", { name: `Before ${proposal.name}` });
  await field(dialog, "Source").locator(".field-error").waitFor();
  await field(dialog, "Close date").locator(".field-error").waitFor();
  await dialog.getByLabel("Source").fill("Fair");
  // A fact that the form does not know of yet.
  await api.patch(`stages/${proposal.id}`, stage.version + 1, { required_fields: ["source", "close_date", "campaign"] });
  await dialog.getByLabel("Close date").fill("20 Dec 2026");
  await dialog.getByRole("button", { name: `Move to ${proposal.name}` }).click();
  await field(dialog, "Campaign").locator(".field-error").waitFor();
  assert.equal(await dialog.getByLabel("Source").inputValue(), "Fair");
  await until(page, () => dialog.getByLabel("Campaign").evaluate((input) => input === document.activeElement), "the focus is on what is missing");
  await accessible(page, { within: "dialog[open]" });
  await screenshot(page, "pipelines-server-asks");
  await dialog.getByLabel("Campaign").fill("November");
  await dialog.getByRole("button", { name: `Move to ${proposal.name}` }).click();
  await dialog.waitFor({ state: "hidden" });
  const now = await read(grinder);
  assert.deepEqual([now.stage_id, now.source, now.campaign, now.close_date], [proposal.id, "Fair", "November", "2026-12-20"]);
  await api.patch(`stages/${proposal.id}`, stage.version + 2, { required_fields: [] });
});

journey(app, "the facts of a deal say what the next stage asks for", {}, async (page) => {
  const racks = await deal("Facts to come", { amount: 5_000_000 });
  await page.goto(`/app/deals/${racks.id}`);
  const fact = page.locator(".fact", { hasText: "Close date" });
  await fact.getByText(`${qualified.name} asks for this.`).waitFor();
  assert.equal(await page.locator(".fact", { hasText: "Amount" }).locator(".fact-owed").count(), 0);
  await accessible(page);
  await screenshot(page, "pipelines-facts");
  await fact.getByRole("button", { name: "Change Close date" }).click();
  await fact.getByLabel("Close date").fill("20 Dec 2026");
  await page.keyboard.press("Enter");
  await fact.locator(".fact-owed").waitFor({ state: "detached" });
});

const step = (mine, subject, more = {}) =>
  api.post("activities", { kind: "call", subject, due_at: "2100-01-01T03:00:00Z", deal_id: mine?.id, ...more });
const asks = (page) => page.getByRole("dialog", { name: "What is the next step?" });

journey(app, "a deal that must have a next step is not left without", {}, async (page) => {
  const mine = await deal("Grinder upgrade");
  const call = await step(mine, "Call Siti");
  await page.goto(`/app/deals/${mine.id}`);
  const banner = page.locator(".next-step");
  await banner.getByRole("button", { name: "Done" }).click();
  await asks(page).getByText("Call Siti is open again").waitFor();
  await accessible(page, { within: "dialog[open]" });
  await screenshot(page, "steps-required");
  assert.equal(await asks(page).getByRole("button", { name: "No next step" }).count(), 0);
  await page.keyboard.press("Escape");
  await banner.getByText("Call Siti").waitFor();
  await until(page, async () => (await api.get(`activities/${call.id}`)).done_at === null, "the step is open again");
  await banner.getByRole("button", { name: "Done" }).click();
  await asks(page).getByLabel("Subject").fill("Send the offer");
  await page.keyboard.press("Control+Enter");
  await banner.getByText("Send the offer").waitFor();
  assert.notEqual((await api.get(`activities/${call.id}`)).done_at, null);
});

journey(app, "the next step is asked for wherever the last one is done", {}, async (page) => {
  const contract = () =>
    api.post("deals", { name: "Contract", currency: "IDR", pipeline_id: second.id, stage_id: due.id });
  const soon = new Date(Date.now() - 3_600_000).toISOString();
  const next = async (mine) => (await read(mine)).next_step_at;
  // Home and the list of tasks.
  for (const path of ["/app", "/app/tasks?tab=overdue"]) {
    const mine = await contract();
    await step(mine, "Ask about terms", { kind: "task", due_at: soon });
    await page.goto(path);
    await page.getByRole("checkbox", { name: "Mark as done: Ask about terms" }).click();
    await asks(page).getByText("Nothing is planned for Contract.").waitFor();
    await asks(page).getByLabel("Subject").fill("Sign it");
    await asks(page).getByRole("button", { name: "Save" }).click();
    await asks(page).waitFor({ state: "hidden" });
    assert.notEqual(await next(mine), null);
  }
  // The calendar; it may be left out.
  const shown = await contract();
  await step(shown, "Meet the owner", { kind: "meeting", due_at: soon, duration_minutes: 30 });
  await page.goto("/app/calendar");
  await page.getByText("Meet the owner").first().click();
  await page.getByRole("dialog", { name: "Meet the owner" }).getByRole("button", { name: "Mark as done" }).click();
  await asks(page).getByRole("button", { name: "No next step" }).click();
  await asks(page).waitFor({ state: "hidden" });
  assert.equal(await next(shown), null);
  // A call that is written down from the board, and a lead.
  const called = await api.post("deals", { name: "Called today", currency: "IDR", pipeline_id: second.id, stage_id: due.id });
  await page.goto(`/app/deals?layout=board&p=${second.id}`);
  await card(page, "Called today").focus();
  await page.keyboard.press("l");
  const log = page.getByRole("dialog", { name: "Log activity" });
  await log.locator("textarea").waitFor();
  await until(page, () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"), "the cursor is in the text");
  await page.keyboard.type("Wants a sample");
  await page.keyboard.press("Control+Enter");
  await asks(page).getByLabel("Subject").fill("Send a sample");
  await screenshot(page, "steps-asked");
  await page.keyboard.press("Control+Enter");
  await asks(page).waitFor({ state: "hidden" });
  assert.notEqual(await next(called), null);
  const lead = await api.post("leads", { name: "Rina Wijaya", company_name: "Kopi Senja" });
  await step(null, "Call Rina", { lead_id: lead.id });
  await page.goto(`/app/leads/${lead.id}`);
  await page.locator(".next-step").getByRole("button", { name: "Done" }).click();
  await asks(page).getByText("Nothing is planned for Rina Wijaya.").waitFor();
  await page.keyboard.press("Escape");
  // With another step ahead nothing is asked.
  const both = await contract();
  await step(both, "First");
  await step(both, "Second", { due_at: "2100-02-01T03:00:00Z" });
  await page.goto(`/app/deals/${both.id}`);
  await page.locator(".next-step").getByRole("button", { name: "Done" }).click();
  await page.locator(".next-step").getByText("Second").waitFor();
  await page.waitForTimeout(300);
  assert.equal(await asks(page).count(), 0);
});

journey(app, "a view of another pipeline shows its board", {}, async (page) => {
  await api.post("deals", { name: "Yearly service", currency: "IDR", pipeline_id: second.id, stage_id: due.id, amount: 7_000_000 });
  await deal("Something else");
  const view = await api.post("saved-views", { object: "deal", name: "Contracts", layout: "board", filter: `pipeline_id = "${second.id}"` });
  await page.goto("/app/deals?layout=board");
  await card(page, "Something else").waitFor();
  await page.getByRole("tab", { name: "Contracts" }).click();
  await card(page, "Yearly service").waitFor();
  await column(page, due).waitFor();
  assert.equal(await card(page, "Something else").count(), 0);
  await page.locator(".board-head").getByRole("button", { name: "Service contracts" }).click();
  await page.getByRole("menuitem", { name: pipeline.name }).click();
  await card(page, "Something else").waitFor();
  assert.ok(view.id);
  await page.goto(`/app/deals?layout=board&p=${second.id}`);
  await card(page, "Yearly service").waitFor();
});

journey(app, "stages get rules, reasons become one, a stage leaves", {}, async (page) => {
  await page.goto("/app/settings/pipelines");
  const first = page.locator(".pipeline").first();
  await first.getByRole("button", { name: `Rules of ${proposal.name}` }).click();
  const rules = page.getByRole("dialog", { name: `Rules of ${proposal.name}` });
  await rules.getByLabel("Quiet after days").fill("21");
  await rules.getByLabel("Source").check();
  await rules.getByLabel("Champion is named").check();
  await accessible(page, { within: "dialog[open]" });
  await screenshot(page, "pipelines-rules");
  await rules.getByRole("button", { name: "Save" }).click();
  await toast(page, "Stage saved").waitFor();
  const stored = await api.get(`stages/${proposal.id}`);
  assert.deepEqual([stored.rotting_days, stored.required_fields], [21, ["source", "role:champion"]]);

  const lost = await deal("Cold lead");
  await api.send("POST", `deals/${lost.id}/lose`, { reason: "No budget" }, { "if-match": '"1"' });
  await first.getByRole("button", { name: `Rules and reasons of ${pipeline.name}` }).click();
  const options = page.getByRole("dialog", { name: "Rules and reasons" });
  await screenshot(page, "pipelines-reasons");
  await options.getByRole("button", { name: "Merge reasons" }).first().click();
  const merge = page.getByRole("dialog", { name: "Merge reasons" });
  await merge.getByLabel("No budget").check();
  await merge.getByRole("button", { name: "Merge reasons" }).click();
  await toast(page, "Reasons merged.").waitFor();
  await until(page, async () => (await read(lost)).lost_reason === "Price", "the deal has the reason that stays");

  const going = await api.post("stages", { pipeline_id: pipeline.id, name: "Old stage", position: 3, probability: 60, kind: "open" });
  const inside = await deal("Left behind", { stage_id: going.id });
  await page.reload();
  await first.getByRole("button", { name: "Move Old stage to trash" }).click();
  const leave = page.getByRole("dialog", { name: "Where do the deals of Old stage go?" });
  await leave.getByLabel("Stage").selectOption({ label: fresh.name });
  await leave.getByRole("button", { name: "Move and remove" }).click();
  await toast(page, "Old stage moved to trash").waitFor();
  assert.equal((await read(inside)).stage_id, fresh.id);
  assert.notEqual((await api.get(`stages/${going.id}`)).deleted_at, null);
});

journey(app, "competitors are settings", {}, async (page) => {
  await page.goto("/app/settings/competitors");
  await page.getByText("Slow answers").waitFor();
  await page.getByRole("button", { name: "Add a competitor" }).click();
  const form = page.getByRole("dialog", { name: "Add a competitor" });
  await form.getByLabel("Name").fill("Northwind Machines");
  await form.getByLabel("Strengths").fill("Known brand");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Known brand").waitFor();
  await page.getByRole("button", { name: "Move Northwind Machines to trash" }).click();
  await page.getByText("Known brand").waitFor({ state: "detached" });
  await toast(page, "Northwind Machines moved to trash").getByRole("button", { name: "Undo" }).click();
  await page.getByText("Known brand").waitFor();
});

const shown = await deal("Shown everywhere", { amount: 88_000_000, probability: 65, next_step: "Send the offer" });
const SCREENS = [
  ["board", "/app/deals?layout=board", "[data-card]"],
  ["deal", `/app/deals/${shown.id}`, ".stage-needs"],
  ["pipelines", "/app/settings/pipelines", ".stages"],
  ["competitors", "/app/settings/competitors", ".rival-line"],
];

everywhere(app, "pipelines", {}, async (page, { theme, language }) => {
  for (const [name, path, sign] of SCREENS) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `pipelines-${name}-${theme}-${language}`);
  }
});

journey(app, "pipelines on a phone", { phone: true, language: "id" }, async (page) => {
  for (const [name, path, sign] of SCREENS) {
    await page.goto(path);
    await page.locator(sign).first().waitFor();
    await fits(page);
    await accessible(page);
    await screenshot(page, `pipelines-${name}-phone`);
  }
  await page.goto("/app/deals?layout=board");
  const mine = card(page, "Shown everywhere");
  await mine.getByRole("button").tap();
  await page.getByRole("menuitem", { name: new RegExp(qualified.name) }).tap();
  const dialog = page.getByRole("dialog", { name: `Sebelum ${qualified.name}` });
  await dialog.waitFor();
  await fits(page);
  await screenshot(page, "pipelines-asks-phone");
});
