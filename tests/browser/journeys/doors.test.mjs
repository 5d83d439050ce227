// Files in and out: a workbook of two sheets, cards, another program's export, a workbook out, the whole workspace.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";
import { workbook } from "../lib/workbook.mjs";

const app = await relasi();
const { api } = app;

const BOOK = {
  name: "Pelanggan.xlsx",
  mimeType: "",
  buffer: workbook({
    Orang: [["Full name", "Email", "Company", "Phone"], ["Siti Rahmawati", "siti@kopi.example", "PT Kopi", 6281255550141], ["Budi", "budi@kopi.example", "PT Kopi", ""]],
    Perusahaan: [["Company name", "Employees"], ["PT Kopi", 1200], ["CV Teh", 12]],
  }),
};

const CARDS = {
  name: "kontak.vcf",
  mimeType: "text/vcard",
  buffer: Buffer.from(
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:สมชาย ใจดี\r\nTEL;TYPE=CELL:081-234-5678\r\nORG:กาแฟไทย\r\nEND:VCARD\r\n" +
      "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE:Ani =C3=89lise\r\nEMAIL:ani@kopi.example\r\nEND:VCARD\r\n",
  ),
};

const EXPORT = {
  name: "all-contacts.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(
    "Record ID,First Name,Last Name,Email,Contact owner,Lifecycle Stage,Associated Company\n" +
      "1,Cici,Paramida,cici@gula.example,Somebody Else,Sales Qualified Lead,PT Gula\n",
  ),
};

async function upload(page, file) {
  await page.goto("/app/import");
  await page.locator("input[type=file]").setInputFiles(file);
  await page.waitForURL(/\/app\/import\/[0-9a-f-]{36}/);
  await page.locator(".import-preview").waitFor();
}

async function run(page, rows) {
  await page.getByRole("button", { name: "Check rows" }).click();
  await page.getByRole("button", { name: `Import ${rows} rows` }).click({ timeout: 60_000 });
  await page.getByText("The import is done.").waitFor({ timeout: 60_000 });
}

const target = (page, heading) => page.getByLabel(`${heading} goes to`).evaluate((select) => select.value);

journey(app, "a workbook, one sheet after the other", {}, async (page) => {
  await upload(page, BOOK);
  await page.getByText("2 rows, XLSX").waitFor();
  assert.equal(await target(page, "Phone"), "phones");
  await page.getByRole("cell", { name: "6281255550141" }).first().waitFor();
  assert.equal(await page.getByLabel("Cells are parted by").count(), 0, "a workbook has no delimiter");
  await page.getByLabel("Sheet").selectOption("Perusahaan");
  await page.getByLabel("Employees goes to").waitFor();
  await page.getByLabel("Sheet").selectOption("Orang");
  await page.getByLabel("Email goes to").waitFor();
  await screenshot(page, "doors-sheets");
  await run(page, 2);
  const others = page.locator(".import-sheets");
  await others.getByLabel("Each row becomes").selectOption("company");
  await accessible(page);
  await screenshot(page, "doors-other-sheets");
  await others.getByRole("button", { name: "Match this sheet" }).click();
  await page.getByLabel("Employees goes to").waitFor();
  await run(page, 2);
  const { items } = await api.get("companies?sort=-employees");
  assert.deepEqual(items.map((one) => [one.name, one.employees]), [["PT Kopi", 1200], ["CV Teh", 12]]);
  assert.equal((await api.get("contacts/count")).count, 2);
});

journey(app, "cards of an address book", {}, async (page) => {
  await upload(page, CARDS);
  await page.getByText("2 rows, vCard").waitFor();
  assert.equal(await target(page, "Mobile phone"), "phones");
  await run(page, 2);
  const [somchai] = (await api.get("contacts?q=" + encodeURIComponent("สมชาย"))).items;
  assert.deepEqual(somchai.phones, [{ value: "081-234-5678", label: "mobile" }]);
  assert.equal((await api.get("contacts?q=" + encodeURIComponent("Élise"))).items.length, 1);
});

journey(app, "the export of another program, known and switched off", {}, async (page) => {
  await upload(page, EXPORT);
  await page.getByText("This looks like an export of HubSpot.").waitFor();
  assert.equal(await target(page, "Contact owner"), "");
  await screenshot(page, "doors-preset");
  await page.getByRole("button", { name: "Match columns by their names instead" }).click();
  await page.getByText("It is read as a file of your own.").waitFor();
  assert.equal(await target(page, "Contact owner"), "owner_id");
  await page.getByRole("button", { name: "Use the matching for this program" }).click();
  await page.getByText("Its columns are matched for you.").waitFor();
  assert.equal(await target(page, "Contact owner"), "");
  await accessible(page);
  await page.getByRole("button", { name: "Check rows" }).click();
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await page.getByText("The import is done.").waitFor({ timeout: 60_000 });
  assert.equal((await api.get("contacts?q=Paramida")).items[0].lifecycle_stage, "sql");
});

journey(app, "people out as a workbook and as cards", {}, async (page) => {
  await page.goto("/app/contacts");
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  for (const [format, ending, begin] of [["xlsx", "xlsx", "PK"], ["vcard", "vcf", "BEGIN:VCARD"]]) {
    await page.getByRole("toolbar").getByRole("button", { name: "Export" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("File").selectOption(format);
    await screenshot(page, `doors-export-${format}`);
    await accessible(page);
    await dialog.getByRole("button", { name: "Export" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click({ timeout: 60_000 }),
    ]);
    assert.ok(file.suggestedFilename().endsWith(`.${ending}`), file.suggestedFilename());
    assert.ok((await readFile(await file.path(), "utf8")).startsWith(begin));
    await page.getByRole("button", { name: "Dismiss" }).click();
  }
});

journey(app, "the whole workspace in one file", {}, async (page) => {
  await page.goto("/app/settings/data");
  await page.getByRole("button", { name: "Write a new file" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the file" }).click({ timeout: 60_000 }),
  ]);
  assert.equal(file.suggestedFilename(), "workspace.relasi");
  const bytes = await readFile(await file.path());
  assert.ok(bytes.includes("manifest.json") && bytes.includes("contacts.jsonl"));
  await accessible(page);
});

everywhere(app, "doors", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/data");
  await page.getByRole("heading", { level: 2 }).nth(2).waitFor();
  await accessible(page);
  await screenshot(page, `doors-data-${theme}-${language}`, { fullPage: true });
  await upload(page, BOOK);
  await accessible(page);
  await screenshot(page, `doors-match-${theme}-${language}`);
  await upload(page, EXPORT);
  await accessible(page);
  await screenshot(page, `doors-preset-${theme}-${language}`);
});

journey(app, "doors on a phone", { phone: true }, async (page) => {
  await page.goto("/app/settings/data");
  await page.getByRole("heading", { level: 2 }).nth(2).waitFor();
  await fits(page);
  await screenshot(page, "doors-data-phone", { fullPage: true });
  await upload(page, BOOK);
  await fits(page);
  await screenshot(page, "doors-match-phone", { fullPage: true });
  await upload(page, EXPORT);
  await fits(page);
  await screenshot(page, "doors-preset-phone");
});
