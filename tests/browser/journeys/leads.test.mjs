// Leads: entered, qualified, handed over, accepted, converted and converted back; the checklist of the workspace; figures.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
const { api } = app;
const now = (lead) => api.get(`leads/${lead.id}`);
const toast = (page, text) => page.locator(".toast").filter({ hasText: text });
const section = (page, title) => page.locator(".related-section").filter({ has: page.getByRole("heading", { name: title }) });
const open = async (page, path, name) => {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name }).waitFor();
};

const shown = await api.post("leads", {
  name: "Dewi Lestari",
  company_name: "Kopi Senja",
  job_title: "Pemilik",
  emails: [{ value: "dewi@senja.example" }],
  phones: [{ value: "+62 812-5550-1234" }],
  source: "Trade fair",
  campaign: "Kopi Expo",
  city: "Bandung",
});
await api.post("leads", { name: "วราภรณ์ ทองดี", company_name: "คาเฟ่หน้าบ้าน", source: "Chat", city: "ขอนแก่น" });
await api.post("leads", { name: "Hannah Lindqvist", company_name: "Nordlys Cafe", source: "Website" });

journey(app, "a workspace says what it asks of a lead", {}, async (page) => {
  await open(page, "/app/settings/lead-qualification", "Lead qualification");
  await page.getByRole("button", { name: "Add item" }).first().click();
  const item = page.getByRole("textbox", { name: "Item" });
  await item.fill("Has a budget");
  await page.getByRole("button", { name: "Add item" }).last().click();
  await item.last().fill("Can be reached");
  await page.getByRole("button", { name: "Write as text" }).last().click();
  await page.getByLabel("Filter").last().fill("colour = red");
  await page.getByRole("button", { name: "Save checklist" }).click();
  await page.locator("[aria-invalid='true']").waitFor();
  await page.getByLabel("Filter").last().fill("emails is not empty");
  await page.getByRole("button", { name: "Save checklist" }).click();
  await toast(page, "Checklist saved").waitFor();
  const { items } = await api.get("lead-checklist");
  assert.deepEqual(items.map((item) => [item.stage, item.label, item.filter]), [["mql", "Has a budget", null], ["sql", "Can be reached", "emails is not empty"]]);
});

journey(app, "a lead is entered, qualified, handed over, accepted, converted and converted back", {}, async (page) => {
  await open(page, "/app/leads", "Leads");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Arif Rahman");
  await dialog.getByRole("textbox", { name: "Company" }).fill("Roti Arif");
  await dialog.getByLabel("E-mail").first().fill("arif@roti.example");
  await dialog.getByRole("button", { name: "New lead" }).click();
  await toast(page, "Arif Rahman").waitFor();
  const { items } = await api.get(`leads?filter=${encodeURIComponent('name = "Arif Rahman"')}`);
  const [lead] = items;
  await open(page, `/app/leads/${lead.id}`, "Arif Rahman");
  // What is required is named as long as it is open.
  const card = section(page, "Checklist");
  await card.getByRole("button", { name: "Qualify for marketing" }).click();
  await toast(page, "Has a budget").waitFor();
  await card.getByLabel("Has a budget").check();
  await card.getByRole("button", { name: "Qualify for marketing" }).click();
  await card.getByText("Qualified by marketing").waitFor();
  // Over to sales.
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Hand to sales" }).click();
  await dialog.getByRole("button", { name: "Hand to sales" }).click();
  await dialog.locator("[aria-invalid='true']").waitFor();
  await dialog.getByLabel("To a person").click();
  await page.getByRole("option").first().click();
  await dialog.getByLabel("Note").fill("Ready for a call");
  await dialog.getByRole("button", { name: "Hand to sales" }).click();
  await page.getByRole("button", { name: "Accept lead" }).click();
  await toast(page, "Lead accepted").waitFor();
  assert.equal((await now(lead)).status, "working");
  await card.getByRole("button", { name: "Qualify for sales" }).click();
  await card.getByText("Qualified by sales").waitFor();
  // A contact, with company and deal.
  await page.getByRole("button", { name: "Convert", exact: true }).click();
  await dialog.getByLabel("Make a deal as well").check();
  await dialog.getByRole("button", { name: "Convert lead" }).click();
  await page.getByRole("heading", { level: 1, name: "Arif Rahman" }).waitFor();
  await page.waitForURL(/\/app\/contacts\//);
  await page.locator(".timeline .entry").filter({ hasText: "Converted to a contact" }).first().waitFor();
  const done = await now(lead);
  assert.ok(done.contact_id && done.company_id && done.deal_id);
  await toast(page, "Arif Rahman is a contact now").getByRole("button", { name: "Undo" }).click();
  await toast(page, "Conversion undone").waitFor();
  assert.equal((await now(lead)).status, "qualified");
  await open(page, `/app/leads/${lead.id}`, "Arif Rahman");
  await page.getByRole("button", { name: "Convert", exact: true }).waitFor();
});

journey(app, "a lead comes back with a reason, and one is given up", {}, async (page) => {
  const lead = await api.post("leads", { name: "Bella Hartono" });
  await api.send("POST", `leads/${lead.id}/hand-off`, { owner_id: lead.owner_id }, { "if-match": '"1"' });
  await open(page, `/app/leads/${lead.id}`, "Bella Hartono");
  await page.getByRole("button", { name: "Return lead" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Return lead" }).click();
  await dialog.getByText("Write or choose a reason.").waitFor();
  await dialog.getByRole("button", { name: "Too early" }).click();
  await dialog.getByRole("button", { name: "Return lead" }).click();
  await page.getByText("Returned: Too early").waitFor();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Disqualify" }).click();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Closed down");
  await dialog.getByRole("button", { name: "Disqualify" }).click();
  await page.getByText("Unqualified: Closed down").waitFor();
  await page.getByRole("button", { name: "Reopen" }).click();
  await toast(page, "Open again").waitFor();
  assert.equal((await now(lead)).status, "working");
  // The figures know of it.
  await open(page, "/app/leads", "Leads");
  await page.getByRole("button", { name: "Hand-offs" }).click();
  await dialog.getByRole("link", { name: "Bella Hartono" }).waitFor();
  await dialog.getByText("Returned: Too early").waitFor();
  await accessible(page);
  await screenshot(page, "leads-hand-offs");
});

journey(app, "cards of the board go from state to state", {}, async (page) => {
  const lead = await api.post("leads", { name: "Citra Board" });
  await page.goto("/app/leads");
  await page.getByRole("heading", { level: 1, name: "Leads" }).waitFor();
  await page.getByRole("radio", { name: "Board" }).or(page.getByRole("tab", { name: "Board" })).or(page.getByRole("button", { name: "Board" })).first().click();
  const card = page.locator("li.card[data-card]").filter({ hasText: "Citra Board" });
  await card.waitFor();
  await card.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await toast(page, "Moved to Working").waitFor();
  assert.equal((await now(lead)).status, "working");
});

for (const phone of [false, true]) {
  const name = phone ? "phone-" : "";
  everywhere(app, `list of leads${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    await page.goto("/app/leads");
    await page.getByText("Kopi Senja").first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `leads-list-${name}${theme}-${language}`);
  });
  everywhere(app, `page of a lead${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    await open(page, `/app/leads/${shown.id}`, "Dewi Lestari");
    await page.locator(".timeline .entry").first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `leads-page-${name}${theme}-${language}`);
    if (phone) await page.getByRole("tab").last().click();
    await page.locator(".related-section h2").nth(1).waitFor();
    await screenshot(page, `leads-related-${name}${theme}-${language}`);
  });
}

everywhere(app, "settings of lead qualification", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/lead-qualification");
  await page.locator(".checklist-item, .settings-form h2").first().waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `leads-settings-${theme}-${language}`);
});
