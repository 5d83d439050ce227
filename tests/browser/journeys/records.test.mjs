// Record pages: facts in place, log, next step, timeline, roles, neighbours, company, deal, trash.
import assert from "node:assert/strict";
import { accessible, fits, within } from "../lib/accessible.mjs";
import { LANGUAGES, everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const kopi = await api.post("companies", { name: "CV Kopi Nusantara", city: "Bandung", industry: "Coffee" });
const branch = await api.post("companies", { name: "Kopi Nusantara Bali", city: "Denpasar", parent_id: kopi.id });
const person = (full_name, more = {}) =>
  api.post("contacts", {
    full_name,
    company_id: kopi.id,
    job_title: "Procurement lead",
    emails: [{ value: `${full_name.split(" ")[0].toLowerCase()}@kopi.example`, label: "work" }],
    phones: [{ value: "+6281255500141" }],
    lifecycle_stage: "customer",
    preferred_channel: "whatsapp",
    ...more,
  });
const siti = await person("Siti Rahmawati");
const { items: pipelines } = await api.get("pipelines");
const { items: stages } = await api.get(`stages?sort=position&filter=${encodeURIComponent(`pipeline_id = "${pipelines[0].id}"`)}`);
const openStages = stages.filter((stage) => stage.kind === "open");
const deal = (name, more = {}) =>
  api.post("deals", {
    name,
    pipeline_id: pipelines[0].id,
    stage_id: openStages[0].id,
    amount: 3_600_000_000,
    currency: "IDR",
    close_date: "2027-12-15",
    company_id: kopi.id,
    contact_id: siti.id,
    ...more,
  });
const contract = await deal("Roastery contract 2026");
const day = 86_400_000;
const activity = (kind, subject, more = {}) =>
  api.post("activities", { kind, subject, contact_id: siti.id, done_at: new Date(Date.now() - day).toISOString(), ...more });
await activity("call", "Asked for 120 kg", { body: "Wants delivery to Bandung.", outcome: "reached", duration_minutes: 12 });
await activity("note", "Likes Gayo beans");
await activity("task", "Send the price list", { done_at: null, due_at: new Date(Date.now() + 2 * day).toISOString() });
await api.post("contact-roles", { contact_id: siti.id, company_id: kopi.id, role: "Buyer", from_date: "2024-01-01" });

const toast = (page, text) => page.locator(".toast").filter({ hasText: text });
const fact = (page, label) => page.locator(".record-facts .fact").filter({ has: page.locator("dt").getByText(label, { exact: true }) });
const entry = (page, text) => page.locator(".timeline .entry").filter({ hasText: text });
const open = async (page, path, name) => {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).waitFor();
};

for (const [kind, path, name] of [
  ["contact", `/app/contacts/${siti.id}`, "Siti Rahmawati"],
  ["company", `/app/companies/${kopi.id}`, "CV Kopi Nusantara"],
  ["deal", `/app/deals/${contract.id}`, "Roastery contract 2026"],
]) {
  everywhere(app, `${kind} page`, {}, async (page, { theme, language }) => {
    await open(page, path, name);
    await page.locator(".timeline .entry, .empty").first().waitFor();
    await page.locator(".related-card").first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    await accessible(page);
    await fits(page);
    assert.match(await page.title(), new RegExp(`^${name} – .+ – Relasi$`));
    await screenshot(page, `${kind}-${theme}-${language}`);
  });

  for (const width of [320, 390, 1024]) {
    journey(app, `${kind} page at ${width} px`, { size: { width, height: 844 } }, async (page) => {
      await open(page, path, name);
      await page.locator(".timeline .entry, .empty").first().waitFor();
      await fits(page);
      await screenshot(page, `${kind}-${width}-timeline`);
      if (width < 760) {
        await page.getByRole("tab", { name: "Facts" }).click();
        await page.locator(".record-facts dl").waitFor();
        await fits(page);
        await screenshot(page, `${kind}-${width}-facts`);
      }
      await page.getByRole("tab", { name: "Related" }).click();
      await page.locator(".related-card").first().waitFor();
      await accessible(page);
      await fits(page);
      await screenshot(page, `${kind}-${width}-related`);
    });
  }
}

for (const language of LANGUAGES) {
  journey(app, `what can be written and read is not cut off on a phone (${language})`, { phone: true, language }, async (page) => {
    for (const path of [`/app/contacts/${siti.id}`, `/app/deals/${contract.id}`]) {
      await page.goto(path);
      await page.locator(".timeline .entry, .empty").first().waitFor();
      await within(page.locator(".composer-head .segmented button"));
      await within(page.locator(".timeline-head .segmented button"));
    }
    await screenshot(page, `deal-phone-${language}`);
  });
}

journey(app, "what a number is for, in the reader's language", { language: "id" }, async (page) => {
  const ida = await person("Ida Ayu", { phones: [{ value: "+6281255500142", label: "mobile" }] });
  await open(page, `/app/contacts/${ida.id}`, "Ida Ayu");
  await fact(page, "Email").getByText("Kantor").waitFor();
  const phones = fact(page, "Telepon");
  await phones.getByText("Seluler").waitFor();
  await phones.hover();
  await phones.getByRole("button").first().click();
  const purpose = page.getByLabel("Telepon: untuk apa");
  assert.equal(await purpose.inputValue(), "Seluler");
  await purpose.fill("rumah");
  await page.keyboard.press("Enter");
  await phones.getByText("Rumah").waitFor();
  assert.equal((await api.get(`contacts/${ida.id}`)).phones[0].label, "home");
});

journey(app, "a fact is changed in place and undone", {}, async (page) => {
  const ani = await person("Ani Wijaya", { city: "Bandung" });
  await open(page, `/app/contacts/${ani.id}`, "Ani Wijaya");
  await fact(page, "City").hover();
  await page.getByRole("button", { name: "Change City" }).click();
  await page.locator(".fact-editor input").fill("Surabaya");
  await page.keyboard.press("Enter");
  await fact(page, "City").getByText("Surabaya").waitFor();
  await toast(page, "Changed: City").waitFor();
  assert.equal((await api.get(`contacts/${ani.id}`)).city, "Surabaya");
  await page.keyboard.press("Control+z");
  await fact(page, "City").getByText("Bandung").waitFor();
  assert.equal((await api.get(`contacts/${ani.id}`)).city, "Bandung");

  // Esc keeps the old value; the folded fields come out.
  await fact(page, "City").hover();
  await page.getByRole("button", { name: "Change City" }).click();
  await page.locator(".fact-editor input").fill("Medan");
  await page.keyboard.press("Escape");
  await fact(page, "City").getByText("Bandung").waitFor();
  await page.getByRole("button", { name: /empty fields/ }).click();
  await page.getByRole("button", { name: "Change Website" }).waitFor({ state: "detached" });
  await fact(page, "Nickname").hover();
  await page.getByRole("button", { name: "Change Nickname" }).click();
  await page.locator(".fact-editor input").fill("Ani");
  await page.keyboard.press("Enter");
  await toast(page, "Changed: Nickname").waitFor();

  // A choice is saved by choosing.
  await fact(page, "Lifecycle stage").hover();
  await page.getByRole("button", { name: "Change Lifecycle stage" }).click();
  await page.locator(".fact-editor select").selectOption({ label: "Lead" });
  await page.locator(".page-bar .tag", { hasText: "Lead" }).waitFor();

  // What the server refuses stays in the field, with the reason.
  await fact(page, "E-mail").hover();
  await page.getByRole("button", { name: "Change E-mail" }).click();
  await page.locator(".fact-editor input").first().fill("nobody");
  await page.keyboard.press("Enter");
  await page.locator(".fact-editor .field-error, .fact-editor .banner").first().waitFor();
  assert.equal(await page.locator(".fact-editor input").first().inputValue(), "nobody");
});

journey(app, "two people change a contact", {}, async (page) => {
  const rudi = await person("Rudi Hartono", { city: "Bandung" });
  await open(page, `/app/contacts/${rudi.id}`, "Rudi Hartono");
  const edit = async (label, text, meanwhile) => {
    await fact(page, label).hover();
    await page.getByRole("button", { name: `Change ${label}` }).click();
    await page.locator(".fact-editor input").fill(text);
    // What others do is not shown while somebody writes.
    await meanwhile();
    await page.keyboard.press("Enter");
  };
  await fact(page, "City").getByText("Bandung").waitFor();
  await edit("City", "Bogor", () => api.patch(`contacts/${rudi.id}`, 1, { source: "Fair" }));
  await toast(page, "Changed: City").waitFor();
  const merged = await api.get(`contacts/${rudi.id}`);
  assert.deepEqual([merged.city, merged.source], ["Bogor", "Fair"], "different fields merge");

  await edit("City", "Cirebon", async () => {
    await api.patch(`contacts/${rudi.id}`, merged.version, { city: "Depok" });
    // Longer than the page waits with what it hears.
    await page.waitForTimeout(2_000);
  });
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Depok").waitFor();
  await dialog.getByText("Cirebon").waitFor();
  await accessible(page, { within: "dialog[open]" });
  await dialog.getByRole("button", { name: "Keep mine" }).click();
  await fact(page, "City").getByText("Cirebon").waitFor();
  await toast(page, "Changed: City").nth(1).waitFor();
  assert.equal((await api.get(`contacts/${rudi.id}`)).city, "Cirebon");
});

journey(app, "log a call and plan the next step", {}, async (page) => {
  const budi = await person("Budi Santoso");
  await open(page, `/app/contacts/${budi.id}`, "Budi Santoso");
  await page.getByText("No next step yet.").waitFor();
  await page.keyboard.press("l");
  await page.keyboard.type("Wants 120 kg for December");
  await page.keyboard.press("Control+Enter");
  await toast(page, "Call saved").waitFor();
  await entry(page, "Wants 120 kg for December").getByText("Call").waitFor();

  await page.locator("h1").click();
  await page.keyboard.press("t");
  await page.keyboard.type("Send a sample");
  await page.getByLabel("Due").fill("besok 10.00");
  await page.locator(".log-fields .field-hint").getByText("10:00").waitFor();
  await accessible(page);
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const banner = page.locator(".next-step");
  await banner.getByText("Next step: Send a sample").waitFor();
  await banner.getByText("Tomorrow").waitFor();
  const { items } = await api.get(`activities?filter=${encodeURIComponent(`contact_id = "${budi.id}" and kind = task`)}`);
  const due = new Date(items[0].due_at).toLocaleTimeString("en-GB", { timeZone: "Asia/Jakarta" });
  assert.equal(due, "10:00:00");

  await banner.getByRole("button", { name: "Snooze" }).click();
  await page.getByRole("menuitem", { name: "+1 week" }).click();
  await toast(page, "Next step moved to").waitFor();
  await banner.getByText("Tomorrow").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await banner.getByText("Tomorrow").waitFor();

  await banner.getByRole("button", { name: "Done" }).click();
  await page.getByText("No next step yet.").waitFor();
  await entry(page, "Send a sample").waitFor();
  await toast(page, "Done: Send a sample").getByRole("button", { name: "Undo" }).click();
  await banner.getByText("Next step: Send a sample").waitFor();

  // Only calls, then notes; a draft stays over a reload.
  await page.locator(".timeline-head").getByRole("button", { name: "Call" }).click();
  await entry(page, "Wants 120 kg for December").waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".timeline .entry").length === 1);
  await page.locator("h1").click();
  await page.keyboard.press("n");
  await page.keyboard.type("Half a thought");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Budi Santoso" }).waitFor();
  assert.equal(await page.locator(".record-middle .composer textarea").inputValue(), "Half a thought");
});

journey(app, "roles at companies begin, end and come back", {}, async (page) => {
  const andi = await person("Andi Saputra");
  await open(page, `/app/contacts/${andi.id}`, "Andi Saputra");
  await page.getByText("No roles at companies yet.").waitFor();
  await page.getByRole("button", { name: "Add a role" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Company").fill("Bali");
  await page.getByRole("option", { name: /Kopi Nusantara Bali/ }).click();
  await dialog.getByLabel("Role").fill("Finance");
  await dialog.getByLabel("From").fill("1/2/2024");
  await accessible(page, { within: "dialog[open]" });
  await dialog.getByRole("button", { name: "Save" }).click();
  const card = page.locator(".related-card").filter({ hasText: "Finance" });
  await card.getByText("since Feb 1, 2024").waitFor();
  await card.getByRole("button", { name: "Actions for this role" }).click();
  await page.getByRole("menuitem", { name: "End today" }).click();
  await toast(page, "Role Finance ended").waitFor();
  await card.getByText("Feb 1, 2024 –").waitFor();
  await page.keyboard.press("Control+z");
  await card.getByText("since Feb 1, 2024").waitFor();
  await page.goto(`/app/companies/${branch.id}`);
  await page.locator(".related-card").filter({ hasText: "Andi Saputra" }).getByText("Finance").waitFor();
  await page.locator(".tree").first().getByRole("link", { name: "CV Kopi Nusantara", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "CV Kopi Nusantara" }).waitFor();
});

journey(app, "a deal moves, is won, opened again and lost", {}, async (page) => {
  const racks = await deal("Racks for the shop");
  await open(page, `/app/deals/${racks.id}`, "Racks for the shop");
  const bar = page.locator(".stage-bar");
  const current = bar.locator("[aria-current=step]");
  await current.getByText(openStages[0].name).waitFor();
  await bar.getByRole("button", { name: openStages[1].name }).click();
  await current.getByText(openStages[1].name).waitFor();
  await toast(page, `Moved to ${openStages[1].name}`).waitFor();
  await entry(page, `Moved to ${openStages[1].name}`).waitFor();
  await page.keyboard.press("Control+z");
  await current.getByText(openStages[0].name).waitFor();

  await page.locator("h1").click();
  await page.keyboard.press("w");
  await toast(page, "Deal won").waitFor();
  assert.equal((await api.get(`deals/${racks.id}`)).status, "won");
  await page.getByRole("button", { name: "Reopen" }).click();
  await current.getByText(openStages.at(-1).name).waitFor();
  await page.locator(".record-actions").getByRole("button", { name: "Lost" }).waitFor();

  await page.locator("h1").click();
  await page.keyboard.press("q");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await dialog.getByText("Write or choose a reason.").waitFor();
  await dialog.getByRole("button", { name: "Too expensive" }).click();
  await accessible(page, { within: "dialog[open]" });
  await dialog.getByRole("button", { name: "Mark as lost" }).click();
  await toast(page, "Deal lost").waitFor();
  const lost = await api.get(`deals/${racks.id}`);
  assert.deepEqual([lost.status, lost.lost_reason], ["lost", "Too expensive"]);
  await fact(page, "Reason lost").getByText("Too expensive").waitFor();

  await fact(page, "Amount").hover();
  await page.getByRole("button", { name: "Change Amount", exact: true }).click();
  await page.locator(".fact-editor input").fill("1.2M");
  await page.keyboard.press("Enter");
  await fact(page, "Amount").getByText("1,200,000").waitFor();
});

journey(app, "a new deal from a person, and a person to the trash and back", {}, async (page) => {
  const dina = await person("Dina Kusuma");
  await open(page, `/app/contacts/${dina.id}`, "Dina Kusuma");
  await page.getByRole("button", { name: "Add a deal" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Grinder upgrade");
  await dialog.getByRole("button", { name: "Create deal" }).click();
  await page.locator(".related-card").getByRole("link", { name: "Grinder upgrade" }).waitFor();
  const { items } = await api.get(`deals?filter=${encodeURIComponent(`contact_id = "${dina.id}"`)}`);
  assert.deepEqual([items[0].company_id, items[0].status], [kopi.id, "open"]);

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Move to trash" }).click();
  await page.waitForURL(/\/app\/contacts(\?.*)?$/);
  await toast(page, "Dina Kusuma moved to trash").getByRole("button", { name: "Undo" }).click();
  await toast(page, "Undone").waitFor();
  assert.equal((await api.get(`contacts/${dina.id}`)).deleted_at, null);
});

journey(app, "J and K walk through the list one came from", {}, async (page) => {
  await page.goto("/app/contacts");
  const rows = page.locator(".table-rows [role=row]");
  await rows.nth(1).waitFor();
  await page.locator(".table-rows a").nth(0).click();
  await page.waitForURL(/\/app\/contacts\/[0-9a-f-]+/);
  await page.locator(".neighbours").waitFor();
  const first = page.url();
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.href !== first);
  await page.keyboard.press("k");
  await page.waitForURL((url) => url.href === first);
});
