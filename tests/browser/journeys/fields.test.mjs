// Fields of one's own: defined in the settings, then filled, shown, filtered and changed like any other.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { context, everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();
const api = app.api;
const PASSWORD = "hujan turun di bogor";

const define = (members) => api.post("custom-fields", { object: "contact", kind: "text", ...members });
const line = (page, name) => page.locator(".settings-lines > li").filter({ hasText: name });
const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const label = (within) => within.getByLabel(/^Label( \(|$)/);
const open = async (page) => {
  await page.goto("/app/settings/fields");
  await page.locator(".settings-add").waitFor();
};
/** Removes every field, so that journeys do not see each other's. */
const clean = async () => {
  const { items } = await api.get("custom-fields");
  for (const one of items) await api.send("DELETE", `custom-fields/${one.id}`, undefined, { "if-match": `"${one.version}"` });
};

journey(app, "a field is defined, changed, moved, deleted and brought back", {}, async (page) => {
  await open(page);
  await page.getByText("No fields have been added to this yet.").waitFor();
  await page.getByRole("button", { name: "Add a field" }).click();
  const sheet = page.getByRole("dialog", { name: "New field" });
  await sheet.getByRole("button", { name: "Add field" }).click();
  await sheet.locator(".field-error").first().waitFor();
  await label(sheet).fill("Tier");
  await sheet.getByLabel("Type").selectOption({ label: "Choice" });
  await sheet.getByLabel("Choice 1").fill("Gold");
  await sheet.getByLabel("Choice 2").fill("Silver");
  await sheet.getByRole("button", { name: "Add a choice" }).click();
  await sheet.getByLabel("Choice 3").fill("Bronze");
  await sheet.getByLabel("Default for new records").selectOption({ label: "Silver" });
  await sheet.getByText("In other languages").click();
  await sheet.getByLabel("Label in Indonesian").fill("Tingkat");
  await sheet.getByLabel("Help text in English").fill("How much they buy");
  await accessible(page);
  await screenshot(page, "fields-sheet");
  await sheet.getByRole("button", { name: "Add field" }).click();
  await page.getByText("Added: Tier").waitFor();
  await line(page, "Tier").getByText("In the API: custom.tier").waitFor();
  const [tier] = (await api.get("custom-fields")).items;
  assert.deepEqual(
    tier.options.map((option) => option.code),
    ["gold", "silver", "bronze"],
  );
  assert.deepEqual([tier.labels, tier.help, tier.default_value], [{ id: "Tingkat" }, { en: "How much they buy" }, "silver"]);

  await page.getByRole("button", { name: "Add a field" }).click();
  await label(sheet).fill("Card number");
  await sheet.getByLabel("Unique").check();
  await sheet.getByRole("button", { name: "Add field" }).click();
  await line(page, "Card number").getByText("Unique").waitFor();
  await page.getByRole("button", { name: "Move Card number up" }).click();
  await page.getByText("Card number is now at place 1").waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector(".settings-lines > li")?.textContent.includes("Card number"));

  await page.getByRole("button", { name: "Change Tier" }).click();
  const change = page.getByRole("dialog", { name: "Change Tier" });
  assert.equal(await change.getByLabel("Choice 2").inputValue(), "Silver");
  assert.equal(await change.getByLabel("Default for new records").inputValue(), "silver");
  await label(change).fill("Customer tier");
  await change.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved: Customer tier").waitFor();
  const changed = await api.get(`custom-fields/${tier.id}`);
  assert.deepEqual([changed.label, changed.default_value, changed.options.length], ["Customer tier", "silver", 3]);

  await page.getByRole("button", { name: "Delete Customer tier" }).click();
  await page.getByText("Deleted: Customer tier").waitFor();
  await line(page, "Card number").waitFor();
  await page.getByText("Deleted fields").click();
  await screenshot(page, "fields-deleted");
  await accessible(page);
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByText("Restored: Customer tier").waitFor();
  await line(page, "Customer tier").getByText("In the API").waitFor();
  await clean();
});

journey(app, "a field is defined, filled, shown as a column, filtered by and changed on the page", {}, async (page) => {
  await clean();
  await open(page);
  await page.getByRole("button", { name: "Add a field" }).click();
  const sheet = page.getByRole("dialog", { name: "New field" });
  await label(sheet).fill("Favourite roast");
  await sheet.getByLabel("Type").selectOption({ label: "Several choices" });
  await sheet.getByLabel("Choice 1").fill("Light");
  await sheet.getByLabel("Choice 2").fill("Dark");
  await sheet.getByRole("button", { name: "Add field" }).click();
  await page.getByText("Added: Favourite roast").waitFor();
  await page.getByRole("button", { name: "Add a field" }).click();
  await label(sheet).fill("Cups a day");
  await sheet.getByLabel("Type").selectOption({ label: "Number" });
  await sheet.getByRole("checkbox", { name: "Required" }).check();
  await sheet.getByText("In other languages").click();
  await sheet.getByLabel("Help text in English").fill("On a working day");
  await sheet.getByRole("button", { name: "Add field" }).click();
  await page.getByText("Added: Cups a day").waitFor();

  // No reload: the app knows them.
  await page.locator('a[href="/app/contacts"]').first().click();
  await page.locator(".page-bar").getByRole("button", { name: "New contact" }).click();
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel(/^Name/).fill("Siti Rahmawati");
  await dialog.getByText("On a working day").waitFor();
  await dialog.getByLabel("Dark").check();
  await page.keyboard.press("Control+Enter");
  await dialog.locator(".field-error").waitFor();
  await dialog.getByLabel("Cups a day").fill("2,5");
  await accessible(page);
  await screenshot(page, "fields-contact-form");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Siti Rahmawati created").waitFor();
  await api.post("contacts", { full_name: "Budi Santoso", custom: { cups_a_day: 4, favourite_roast: ["light"] } });

  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Favourite roast" }).check();
  await page.getByRole("checkbox", { name: "Cups a day" }).check();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Cups a day" }).waitFor();
  await page.reload();
  await page.getByRole("columnheader", { name: "Cups a day" }).waitFor();
  await row(page, "Siti Rahmawati").getByText("Dark").waitFor();
  await row(page, "Siti Rahmawati").getByText("2.5").waitFor();
  await row(page, "Budi Santoso").getByText("Light").waitFor();
  await accessible(page);
  await screenshot(page, "fields-list");
  await page.getByRole("columnheader", { name: "Cups a day" }).getByRole("button").click();
  await page.waitForURL("**s=custom.cups_a_day**");

  await page.keyboard.press("f");
  await page.getByRole("dialog").getByRole("button", { name: "Favourite roast", exact: true }).click();
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL("**f=custom.favourite_roast**");
  await row(page, "Budi Santoso").waitFor({ state: "detached" });
  await row(page, "Siti Rahmawati").waitFor();
  await page.reload();
  await row(page, "Siti Rahmawati").waitFor();
  assert.equal(await row(page, "Budi Santoso").count(), 0);
  await page.locator(".pill").filter({ hasText: "Dark" }).waitFor();
  await screenshot(page, "fields-filter");

  await row(page, "Siti Rahmawati").getByRole("link", { name: "Siti Rahmawati" }).click();
  await page.locator(".fact").filter({ hasText: "Favourite roast" }).getByText("Dark").waitFor();
  await page.locator('[data-field="custom.cups_a_day"]').click();
  await page.locator(".fact-editor input").fill("3");
  await page.locator(".fact-editor input").press("Enter");
  await page.locator(".fact").filter({ hasText: "Cups a day" }).getByText("3", { exact: true }).waitFor();
  await page.locator('[data-field="custom.favourite_roast"]').click();
  await page.locator(".fact-editor").getByLabel("Light").check();
  await screenshot(page, "fields-page");
  await accessible(page);
  const saved = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.locator(".fact-editor").getByRole("button", { name: "Save" }).click();
  assert.equal((await saved).status(), 200);
  await page.locator(".fact").filter({ hasText: "Favourite roast" }).getByText("Light").waitFor();
  const { items } = await api.get("contacts?filter=full_name = \"Siti Rahmawati\"");
  assert.deepEqual(items[0].custom, { cups_a_day: 3, favourite_roast: ["dark", "light"] });
  await clean();
});

journey(app, "a field of activities is filled in the form, the log and the tasks, and filtered by", {}, async (page) => {
  await clean();
  await define({ object: "company", label: "Area" });
  const company = await api.post("companies", { name: "PT Kopi Tubruk", custom: { area: "Dago" } });
  const wati = await api.post("contacts", { full_name: "Wati Kusuma", company_id: company.id });
  await open(page);
  await page.getByLabel("Fields of").selectOption({ label: "Activity" });
  await page.getByRole("button", { name: "Add a field" }).click();
  const sheet = page.getByRole("dialog", { name: "New field" });
  await label(sheet).fill("Room");
  await sheet.getByRole("button", { name: "Add field" }).click();
  await page.getByText("Added: Room").waitFor();
  await line(page, "Room").getByText("In the API: custom.room").waitFor();

  // No reload: the app knows it.
  await page.locator('a[href="/app/tasks"]').first().click();
  await page.locator(".page-bar").getByRole("button", { name: "New task" }).click();
  const task = page.getByRole("dialog", { name: "New task" });
  await task.getByLabel("Subject").fill("Taste the harvest");
  await task.getByLabel("Room").fill("Melati");
  await accessible(page);
  await screenshot(page, "fields-task-form");
  await task.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved: Taste the harvest").waitFor();

  await page.goto(`/app/contacts/${wati.id}`);
  await page.getByRole("heading", { name: "Wati Kusuma" }).first().waitFor();
  const composer = page.locator(".record-middle .composer");
  assert.equal(await composer.getByLabel("Room").count(), 0, "a note is written quickly");
  await page.keyboard.press("l");
  await page.keyboard.type("Asked for a tasting");
  await composer.getByLabel("Room").fill("Anggrek");
  await accessible(page);
  await screenshot(page, "fields-log");
  await composer.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Call saved").waitFor();
  // The words about it come a moment before the form is made anew, empty.
  await page.waitForFunction(() => {
    const fields = [...document.querySelectorAll(".record-middle .composer input")];
    return fields.length > 0 && fields.every((field) => field.type === "checkbox" || field.type === "radio" || field.value !== "Anggrek");
  });
  const { items } = await api.get("activities?sort=subject");
  assert.deepEqual(
    items.map((one) => one.custom),
    [{ room: "Anggrek" }, { room: "Melati" }],
  );

  // What must be there is asked for in a note as well.
  await define({ object: "activity", label: "Channel", required: true });
  await page.reload();
  await page.getByRole("heading", { name: "Wati Kusuma" }).first().waitFor();
  await composer.getByLabel("Channel").waitFor();
  await composer.locator("textarea").fill("Likes it strong");
  await composer.getByRole("button", { name: "Save", exact: true }).click();
  await composer.locator(".field-error").waitFor();
  await composer.getByLabel("Channel").fill("Fair");
  await composer.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Note saved").waitFor();

  await page.goto("/app/activities");
  await row(page, "Taste the harvest").waitFor();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Room" }).check();
  await page.keyboard.press("Escape");
  await row(page, "Taste the harvest").getByText("Melati").waitFor();
  await screenshot(page, "fields-activities");
  await accessible(page);
  // Fields of the company's own stand beside those of the activity.
  await page.keyboard.press("f");
  await page.getByRole("dialog").getByRole("button", { name: "Company › Area", exact: true }).click();
  await page.getByRole("dialog").getByRole("textbox").last().fill("Dago");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL("**company.custom.area**");
  await row(page, "Taste the harvest").waitFor({ state: "detached" });
  await row(page, "Asked for a tasting").waitFor();
  await clean();
});

journey(app, "a field that marks duplicates says so while a form is filled", {}, async (page) => {
  await clean();
  await define({ label: "Card number", marks_duplicates: true });
  await api.post("contacts", { full_name: "Putri Ayu", custom: { card_number: "K-77" } });
  await page.goto("/app/contacts");
  await row(page, "Putri Ayu").waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel(/^Name/).fill("Someone Else");
  await dialog.getByLabel("Card number").fill("k-77");
  await dialog.getByRole("status").getByRole("link", { name: "Putri Ayu" }).waitFor();
  await dialog.getByText("Card number: same").waitFor();
  await accessible(page);
  await screenshot(page, "fields-alike");
  await clean();
});

everywhere(app, "a field of activities in the log", {}, async (page, { theme, language }) => {
  await clean();
  await define({ object: "activity", label: "Room", labels: { id: "Ruang", th: "ห้อง" }, help: { en: "Where it was", id: "Di mana", th: "ที่ไหน" } });
  const { items } = await api.get("contacts?limit=1");
  await page.goto(`/app/contacts/${items[0].id}`);
  await page.locator(".record-middle .composer").waitFor();
  await page.keyboard.press("l");
  await page.locator(".record-middle .composer .log-fields").waitFor();
  await page.locator(".record-middle .composer").getByLabel({ en: "Room", id: "Ruang", th: "ห้อง" }[language]).waitFor();
  await accessible(page);
  await screenshot(page, `fields-log-${theme}-${language}`);
});

everywhere(app, "fields in the settings", {}, async (page, { theme, language }) => {
  await clean();
  await define({ label: "Card number", labels: { id: "Nomor kartu", th: "หมายเลขบัตร" }, is_unique: true, private: true });
  await define({ label: "Paid", kind: "money", currency: "IDR", required: true });
  await open(page);
  await page.locator(".settings-lines > li").nth(1).waitFor();
  assert.equal(await page.getAttribute("html", "lang"), language);
  await accessible(page);
  await screenshot(page, `fields-${theme}-${language}`);
  await page.locator(".settings-add .btn").click();
  await page.locator("dialog[open] form").waitFor();
  await page.locator("dialog[open] summary").last().click();
  await accessible(page);
  await screenshot(page, `fields-sheet-${theme}-${language}`);
});

journey(app, "fields on a phone", { phone: true, language: "th" }, async (page) => {
  await open(page);
  await page.locator(".settings-lines > li").nth(1).waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, "fields-phone");
  await page.locator(".settings-add .btn").click();
  await page.locator("dialog[open] form").waitFor();
  await fits(page);
  await screenshot(page, "fields-sheet-phone");
});

journey(app, "who may not change settings looks at the fields", { signedIn: false }, async () => {
  const invited = await api.post("invitations", { email: "rudi@kopi.example", role: "member" });
  await api.post(`invitations/${invited.token}/accept`, { full_name: "Rudi Hartono", password: PASSWORD, language: "en" });
  const made = await context({ address: app.address });
  try {
    await signIn(made, "rudi@kopi.example", PASSWORD);
    const page = await made.newPage();
    await open(page);
    await page.getByText("Your role may look at this, not change it.").waitFor();
    await line(page, "Card number").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add a field" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Change Card number" }).count(), 0);
  } finally {
    await made.close();
  }
});
