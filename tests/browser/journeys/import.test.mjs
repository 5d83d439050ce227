// A file of 1,000 people from Thailand and Indonesia: matched, checked, imported, undone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();

const ROWS = 1000;
const WRONG = 7;

// Semicolons between cells, days before months, Buddhist years in the Thai rows, a semicolon inside quotes.
function people(prefix, wrong = WRONG) {
  const lines = ["Nama Lengkap;E-mail;No HP;Perusahaan;Tanggal lahir;Kota;Alamat"];
  for (let n = 0; n < ROWS; n++) {
    const thai = n % 2 === 1;
    const name = thai ? `ณัฐพล ศรีสุข ${n}` : `Siti Rahmawati ${n}`;
    const mail = n < wrong ? "bukan alamat" : `${prefix}${n}@kopi${n % 10}.example`;
    const phone = thai ? `081 555 ${String(n).padStart(4, "0")}` : `0812 5550 ${String(n).padStart(4, "0")}`;
    const company = thai ? `บริษัท กาแฟสยาม ${n % 10} จำกัด` : `CV Kopi Nusantara ${n % 10}`;
    const birthday = thai ? "25/12/2533" : "9/8/1990";
    lines.push([name, mail, phone, company, birthday, thai ? "เชียงใหม่" : "Bandung", `"Jl. Braga ${n}; lantai 2"`].join(";"));
  }
  return { name: `${prefix}.csv`, mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n"), "utf8") };
}

const contacts = async () => (await app.api.get("contacts/count")).count;

async function upload(page, file) {
  await page.goto("/app/import");
  await page.locator("input[type=file]").setInputFiles(file);
  await page.waitForURL(/\/app\/import\/[0-9a-f-]{36}/);
}

/** The figures of the cards in their order: rows, new, updated, skipped, with problems, new companies. */
async function counts(page) {
  const cards = page.locator(".import-counts .kpi-value");
  await cards.first().waitFor({ timeout: 60_000 });
  return (await cards.allTextContents()).map((text) => Number(text.replace(/\D/g, "")));
}

async function target(page, heading) {
  return page.getByLabel(`${heading} goes to`).evaluate((select) => select.value);
}

journey(app, "import of 1,000 people", {}, async (page, t) => {
  await upload(page, people("first"));
  assert.equal(await target(page, "Nama Lengkap"), "full_name");
  assert.equal(await target(page, "E-mail"), "emails");
  assert.equal(await target(page, "No HP"), "phones");
  assert.equal(await target(page, "Perusahaan"), "company_id");
  assert.equal(await target(page, "Tanggal lahir"), "birth_date");
  // The first seven rows can't be taken; the first that can has a year of the Buddhist era.
  await page.getByText("25/12/2533 is read as Dec 25, 1990").waitFor();
  await page.getByRole("cell", { name: "Dec 25, 1990" }).first().waitFor();
  await page.getByText("1,000 rows, UTF-8").waitFor();

  await t.test("two columns can't go to one field", async () => {
    await page.getByLabel("Kota goes to").selectOption("full_name");
    await page.locator(".import-column .field-error").first().waitFor();
    await page.getByLabel("Kota goes to").selectOption("city");
    await page.locator(".import-column .field-error").first().waitFor({ state: "detached" });
  });

  await page.getByRole("button", { name: "Check rows" }).click();
  assert.deepEqual(await counts(page), [ROWS, ROWS - WRONG, 0, 0, WRONG, 10]);
  await page.getByText("1,000 rows = 993 new + 0 updated + 0 skipped + 7 with problems").waitFor();
  await page.locator(".import-problems tbody tr").nth(WRONG - 1).waitFor();
  assert.equal(await contacts(), 0, "a check writes nothing");
  await screenshot(page, "import-check");

  await t.test("rows with problems as a file", async () => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download rows with problems" }).click(),
    ]);
    assert.equal(file.suggestedFilename(), "first-problems.csv");
    const text = readFileSync(await file.path(), "utf8");
    assert.ok(text.startsWith("\u{feff}Nama Lengkap,E-mail,"), text.slice(0, 80));
    assert.equal(text.trim().split("\r\n").length, WRONG + 1);
    assert.match(text, /bukan alamat.*Must be an e-mail address/);
  });

  await page.getByRole("button", { name: "Import 993 rows" }).click();
  await page.getByText("The import is done.").waitFor({ timeout: 60_000 });
  assert.deepEqual(await counts(page), [ROWS, ROWS - WRONG, 0, 0, WRONG, 10]);
  assert.equal(await contacts(), ROWS - WRONG);
  const [thai] = (await app.api.get("contacts?limit=1&q=" + encodeURIComponent("ศรีสุข 501"))).items;
  assert.deepEqual([thai.birth_date, thai.city, thai.address], ["1990-12-25", "เชียงใหม่", "Jl. Braga 501; lantai 2"]);
  await screenshot(page, "import-done");

  await page.getByRole("button", { name: "Undo import" }).click();
  await page.getByText("The import is undone").waitFor({ timeout: 60_000 });
  assert.equal(await contacts(), 0);

  await page.getByRole("link", { name: "Import another file" }).click();
  const line = page.getByRole("row", { name: /first\.csv/ });
  await line.getByText("Undone").waitFor();
  await line.getByText("993 new, 0 updated, 7 with problems").waitFor();
});

journey(app, "a second file updates the same people", {}, async (page) => {
  for (const [round, shown] of [["new", [ROWS, ROWS, 0, 0, 0]], ["updated", [ROWS, 0, ROWS, 0, 0]]]) {
    await upload(page, people("second", 0));
    await page.getByRole("button", { name: "Check rows" }).click();
    assert.deepEqual((await counts(page)).slice(0, 5), shown, round);
    await page.getByRole("button", { name: "Import 1,000 rows" }).click();
    await page.getByText("The import is done.").waitFor({ timeout: 60_000 });
  }
  assert.equal(await contacts(), ROWS);
  await page.goto("/app/jobs");
  await page.getByRole("cell", { name: "Check of an import" }).first().waitFor();
  await screenshot(page, "jobs");
  await accessible(page);
});

journey(app, "rows are pasted, a damaged workbook is refused with the reason", {}, async (page) => {
  await page.goto("/app/import");
  await page.locator("input[type=file]").setInputFiles({ name: "a.xlsx", mimeType: "", buffer: Buffer.from("PK\x03\x04rest") });
  await page.getByText("The file is damaged or incomplete.").waitFor();
  await page.getByLabel("Or paste rows from a sheet").fill("Name\tPhone\nRudi Hartono\t0812 5550 0141");
  await page.getByRole("button", { name: "Use pasted rows" }).click();
  await page.waitForURL(/\/app\/import\/[0-9a-f-]{36}/);
  assert.equal(await target(page, "Phone"), "phones");
  await page.getByRole("cell", { name: "Rudi Hartono" }).first().waitFor();
});

everywhere(app, "import", {}, async (page, { theme, language }) => {
  await page.goto("/app/import");
  await page.locator(".import-file").waitFor();
  await accessible(page);
  await page.locator("input[type=file]").setInputFiles(people(`look-${theme}-${language}`));
  await page.locator(".import-preview").waitFor();
  assert.equal(await page.getAttribute("html", "lang"), language);
  await accessible(page);
  await screenshot(page, `import-match-${theme}-${language}`);
});

journey(app, "import on a phone", { phone: true }, async (page) => {
  await page.goto("/app/import");
  await page.locator(".import-file").waitFor();
  await fits(page);
  await page.locator("input[type=file]").setInputFiles(people("phone"));
  await page.locator(".import-preview").waitFor();
  await fits(page);
  await screenshot(page, "import-match-phone", { fullPage: true });
  await page.getByRole("button", { name: "Check rows" }).click();
  await counts(page);
  await fits(page);
  await screenshot(page, "import-check-phone");
});
