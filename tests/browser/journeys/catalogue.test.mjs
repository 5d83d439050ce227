// Products, prices and rates out of files; lines pasted from a sheet with their margins; a quote that goes by e-mail.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, launch, relasi, screenshot, until } from "../lib/journey.mjs";
import { startSink } from "../lib/smtp.mjs";

const sink = await startSink();
const app = await relasi({ environment: { RELASI_MAIL_ALLOW: "127.0.0.0/8", RELASI_JOB_LEASE: "3" } });
const { api } = app;
const port = Number(new URL(sink.url.replace("smtp:", "http:")).port);

async function imported(page, object, rows, button) {
  await page.goto(`/app/import?object=${object}`);
  assert.equal(await page.getByLabel("Each row becomes").inputValue(), object);
  const buffer = Buffer.from(rows.join("\r\n"), "utf8");
  await page.locator("input[type=file]").setInputFiles({ name: `${object}.csv`, mimeType: "text/csv", buffer });
  await page.waitForURL(/\/app\/import\/[0-9a-f-]{36}/);
  await page.getByRole("button", { name: "Check rows" }).click();
  await page.getByRole("button", { name: button }).click({ timeout: 60_000 });
  await page.getByText("The import is done.").waitFor({ timeout: 60_000 });
}

journey(app, "products, prices and rates come in by files", {}, async (page) => {
  await api.post("price-books", { name: "Retail", currency: "THB" });
  const products = ["Kode;Nama Produk;Harga;Mata uang;Harga pokok", "GY-1;Gayo 1 kg;60.000,00;THB;31.000,00", "TR-1;Toraja;70.000,00;THB;40.000,00"];
  await imported(page, "product", products, "Import 2 rows");
  await page.getByRole("link", { name: "Open products" }).click();
  await page.getByText("Gayo 1 kg").first().waitFor();
  await imported(page, "product", ["Kode;Nama Produk", "gy-1;Gayo Organik 1 kg"], "Import 1 row");
  assert.deepEqual((await api.get("products?sort=name")).items.map((one) => one.name), ["Gayo Organik 1 kg", "Toraja"]);

  await page.goto("/app/settings/prices");
  await page.getByRole("link", { name: "Import from a file" }).click();
  await page.getByLabel("Each row becomes").waitFor();
  await imported(page, "price", ["Price book,SKU,Unit price,From quantity,Cost", "Retail,GY-1,58000.00,,30000.00", "Nobody,GY-1,1,,"], "Import 1 row");
  const [price] = (await api.get("prices")).items;
  assert.deepEqual([price.unit_price, price.unit_cost, price.currency], [5800000, 3000000, "THB"]);
  await page.getByRole("button", { name: "Download rows with problems" }).waitFor();
  await screenshot(page, "catalogue-import-done");

  await imported(page, "exchange_rate", ["Currency,Day,Rate", "USD,2026-11-01,15850.125", "EUR,2026-11-01,17000"], "Import 2 rows");
  await page.getByRole("button", { name: "Undo import" }).click();
  await page.getByText("The import is undone").waitFor({ timeout: 60_000 });
  assert.equal((await api.get("exchange-rates/count")).count, 0);
});

journey(app, "rows of a sheet become lines that know what they earn", {}, async (page) => {
  const quote = await api.post("quotes", { name: "Pasted", currency: "THB" });
  await page.goto(`/app/quotes/${quote.id}`);
  await page.getByRole("button", { name: "Edit lines" }).click();
  const dialog = page.getByRole("dialog", { name: "Lines" });
  await dialog.getByText("Several rows from a sheet").first().click();
  const area = dialog.getByRole("textbox", { name: "Several rows from a sheet" });
  await area.fill("GY-1\tmany");
  await dialog.getByRole("button", { name: "Add rows" }).click();
  await dialog.getByText(/Row 1 is no line/).waitFor();
  await area.fill("Item\tQty\tPrice\tDiscount\nGY-1\t10\t\t\nOngkos kirim\t1\t1500.50\t10%");
  await dialog.getByRole("button", { name: "Add rows" }).click();
  await dialog.locator(".line-edit").nth(1).waitFor();
  assert.equal(await dialog.locator(".line-edit").count(), 2, "the empty line is gone");
  await screenshot(page, "catalogue-pasted");
  await dialog.getByRole("button", { name: "Save lines" }).click();
  await dialog.waitFor({ state: "hidden" });
  const table = page.locator("table.lines");
  await table.getByRole("columnheader", { name: "Margin" }).waitFor();
  await table.locator("tr", { hasText: "Gayo Organik 1 kg" }).getByText("280,000.00").waitFor();
  await page.getByText("Margin of lines with a known cost").waitFor();
  await screenshot(page, "catalogue-margin");
});

async function offer(name) {
  const contact = await api.post("contacts", { full_name: `Malee ${name}`, emails: [{ value: `${name.toLowerCase()}@siam.example` }] });
  const quote = await api.post("quotes", { name, currency: "THB", contact_id: contact.id, language: "th" });
  await api.send("PUT", `quotes/${quote.id}/lines`, { lines: [{ name: "Gayo", quantity: 2, unit_price: 58000 }] }, { "if-match": '"1"' });
  return quote;
}

journey(app, "a quote goes to its person by e-mail", {}, async (page) => {
  await api.post("email-accounts", { address: "kantor@kopi.example", sender_name: "Kopi Gayo", is_default: true, smtp: { host: "127.0.0.1", port, tls: "none" } });
  const quote = await offer("Contract");
  await page.goto(`/app/quotes/${quote.id}`);
  await page.getByRole("button", { name: "Send link" }).click();
  const dialog = page.getByRole("dialog", { name: "Send link" });
  await dialog.getByRole("button", { name: "Write an e-mail" }).click();
  await dialog.getByLabel("Text").waitFor();
  assert.match(await dialog.getByLabel("Text").inputValue(), /เรียนคุณ Malee Contract[^]*\{link\}/);
  await dialog.getByLabel("Language").selectOption("en");
  await until(page, async () => /^Dear Malee/.test(await dialog.getByLabel("Text").inputValue()), "the text is in English");
  await accessible(page);
  await screenshot(page, "catalogue-mail");
  await dialog.getByRole("button", { name: "Send e-mail" }).click();
  await dialog.waitFor({ state: "hidden" });
  const path = await sink.link("contract@siam.example", "q");
  await page.locator(".record-marks", { hasText: "Sent" }).waitFor();
  await page.locator(".related-card", { hasText: "contract@siam.example" }).waitFor();

  const made = await (await launch()).newContext({ javaScriptEnabled: false });
  const customer = await made.newPage();
  await customer.goto(new URL(path, app.address).href);
  await customer.getByText("Gayo").first().waitFor();
  await made.close();
  await page.reload();
  await page.locator(".record-marks", { hasText: "Viewed" }).waitFor();
  await page.getByText(/^Viewed /).first().waitFor();
  await screenshot(page, "catalogue-mailed");
});

const shown = await offer("Shown");

everywhere(app, "catalogue screens", {}, async (page, { theme, language }) => {
  await page.goto("/app/import?object=price");
  await page.locator(".import-file").waitFor();
  await accessible(page);
  await screenshot(page, `catalogue-import-${theme}-${language}`);
  await page.goto(`/app/quotes/${shown.id}`);
  await page.locator("table.lines").waitFor();
  await accessible(page);
  await screenshot(page, `catalogue-quote-${theme}-${language}`);
});

journey(app, "catalogue on a phone", { phone: true, language: "th" }, async (page) => {
  await page.goto("/app/import?object=exchange_rate");
  await page.locator(".import-file").waitFor();
  await fits(page);
  await page.goto(`/app/quotes/${shown.id}`);
  await page.locator("table.lines").waitFor({ state: "attached" });
  await fits(page);
  await screenshot(page, "catalogue-quote-phone", { fullPage: true });
});

journey(app, "the PDF file of a quote stands beside its lines", {}, async (page) => {
  await page.goto(`/app/quotes/${shown.id}`);
  await page.locator("table.lines").waitFor();
  const [file] = await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith(`/quotes/${shown.id}/pdf`)),
    page.getByRole("button", { name: "Preview", exact: true }).click(),
  ]);
  assert.equal(file.headers()["content-type"], "application/pdf");
  const frame = page.locator(".quote-preview iframe");
  await frame.waitFor({ state: "attached" });
  assert.match(await frame.getAttribute("src"), /^blob:/);
  await page.getByRole("button", { name: "Close preview" }).click();
  await frame.waitFor({ state: "detached" });
});
