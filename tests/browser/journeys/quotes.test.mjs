// Product, price book, lines of a deal, quote, approval, link, and the page on which the customer accepts.
import assert from "node:assert/strict";
import { accessible, fits, within } from "../lib/accessible.mjs";
import { Api, PASSWORD } from "../lib/api.mjs";
import { houseStyle } from "../lib/house.mjs";
import { context, everywhere, journey, launch, relasi, screenshot, signIn, until } from "../lib/journey.mjs";

const app = await relasi({ environment: {} });
const { api } = app;
const pipeline = (await api.get("pipelines?sort=position")).items[0];
const stages = (await api.get("stages?sort=position")).items.filter((stage) => stage.pipeline_id === pipeline.id);
const company = await api.post("companies", { name: "CV Siam Krua", city: "Chiang Mai" });
const contact = await api.post("contacts", { full_name: "Malee Srisuk", company_id: company.id });
const deal = await api.post("deals", {
  name: "Roastery contract", currency: "THB", pipeline_id: pipeline.id, stage_id: stages[0].id,
  company_id: company.id, contact_id: contact.id,
});
const vat = await api.post("tax-rates", { name: "VAT", percent: "7" });

const toast = (page, words) => page.locator(".toast", { hasText: words }).last().waitFor();

/** A quote that is ready to be sent. */
async function ready(name, discount = 0) {
  const quote = await api.post("quotes", { name, currency: "THB", company_id: company.id, contact_id: contact.id });
  const lines = [
    { name: "กาแฟกาโย่ คั่วกลาง น้ำหนักสุทธิ", quantity: 120, unit: "kg", unit_price: 42000, discount_percent: discount, tax_rate_id: vat.id },
    { name: "Delivery to Chiang Mai", quantity: 1, unit_price: 150000 },
  ];
  await api.send("PUT", `quotes/${quote.id}/lines`, { lines }, { "if-match": '"1"' });
  return api.get(`quotes/${quote.id}`);
}

journey(app, "from a product to a won deal", {}, async (page) => {
  await page.goto("/app/products");
  await page.getByRole("button", { name: "New product" }).first().click();
  let dialog = page.getByRole("dialog", { name: "New product" });
  await dialog.getByLabel("Name").fill("Gayo 1 kg");
  await dialog.getByLabel("Code (SKU)").fill("GY-1");
  await dialog.getByLabel("Unit").fill("bag");
  await page.keyboard.press("Control+Enter");
  await toast(page, "Gayo 1 kg");
  const product = (await api.get("products")).items[0];
  await api.patch(`products/${product.id}`, 1, { tax_rate_id: vat.id });

  // A price book with a price.
  await page.goto("/app/settings/prices");
  await page.getByRole("button", { name: "Add price book" }).click();
  dialog = page.getByRole("dialog", { name: "Add price book" });
  await dialog.getByLabel("Name").fill("Retail 2026");
  await dialog.getByLabel("Currency").fill("THB");
  await page.keyboard.press("Control+Enter");
  await page.locator(".settings-line", { hasText: "Retail 2026" }).waitFor();
  const book = (await api.get("price-books")).items[0];
  await api.post("prices", { price_book_id: book.id, product_id: product.id, unit_price: 42000 });

  // Lines of the deal.
  await page.goto(`/app/deals/${deal.id}`);
  await page.getByRole("button", { name: "Edit lines" }).click();
  dialog = page.getByRole("dialog", { name: "Lines" });
  await dialog.getByLabel("Item").fill("Gayo");
  await page.getByRole("option", { name: /Gayo 1 kg/ }).first().click();
  await dialog.getByLabel("Quantity").fill("120");
  await dialog.getByLabel("Discount %").fill("5");
  await dialog.getByRole("button", { name: "Save lines" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText("120 × Gayo 1 kg").waitFor();

  // Its quote has them, at the price of the book.
  await page.getByRole("button", { name: "New quote" }).click();
  await page.waitForURL(/\/app\/quotes\/[0-9a-f-]{36}/);
  const row = page.locator("table.lines tbody tr");
  await row.filter({ hasText: "Gayo 1 kg" }).waitFor();
  await page.locator(".lines-sums", { hasText: "51,231.60" }).waitFor();

  await page.getByRole("button", { name: "Send link" }).click();
  dialog = page.getByRole("dialog", { name: "Send link" });
  await dialog.getByRole("button", { name: "Make link" }).click();
  const link = dialog.getByLabel("Link for the customer");
  await link.waitFor();
  const address = await link.inputValue();
  assert.match(address, /\/q\/[\w-]{64}$/);
  await page.keyboard.press("Escape");

  // The customer has no session, and no scripts.
  const made = await (await launch()).newContext({ javaScriptEnabled: false });
  const customer = await made.newPage();
  await customer.goto(address);
  await customer.getByText("Gayo 1 kg").waitFor();
  await customer.getByLabel("Full name").fill("Malee Srisuk");
  await customer.getByLabel(/Comment/).fill("See you on Monday");
  await customer.getByRole("button", { name: "Accept quote" }).click();
  await customer.getByText("Accepted by Malee Srisuk").waitFor();
  await made.close();

  await page.reload();
  await page.locator(".record-marks", { hasText: "Accepted" }).waitFor();
  await page.getByText("Accepted by Malee Srisuk").waitFor();
  await page.getByText("See you on Monday").waitFor();
  assert.equal((await api.get(`deals/${deal.id}`)).status, "won");
  await page.goto("/app/notifications");
  await page.getByText(/Malee Srisuk accepted/).waitFor();
});

journey(app, "a discount is approved further up", {}, async (page) => {
  await page.goto("/app/settings/quotes");
  await page.getByLabel("Administrator: up to, in per cent").fill("10");
  await page.getByLabel("Administrator: up to, in per cent").blur();
  await until(page, async () => (await api.get("quote-settings")).discount_limits.admin === 10, "the limit is kept");
  const invited = await api.post("invitations", { email: "admin@relasi.example", role: "admin" });
  const open = new Api(app.address);
  await open.post(`invitations/${invited.token}/accept`, { full_name: "Rudi Hartono", password: PASSWORD, language: "en" });

  const quote = await ready("Bulk order", 20);
  const theirs = await context({ address: app.address });
  await signIn(theirs, "admin@relasi.example");
  const desk = await theirs.newPage();
  await desk.goto(`/app/quotes/${quote.id}`);
  await desk.getByRole("button", { name: "Send link" }).click();
  await desk.getByRole("button", { name: "Make link" }).click();
  await desk.getByText(/20% is above what your role may give/).waitFor();
  await desk.getByRole("button", { name: "Ask for approval" }).click();
  await desk.locator(".record-marks", { hasText: "Waiting for approval" }).waitFor();

  await page.goto("/app/notifications");
  await page.getByText(/Rudi Hartono asks you to approve/).click();
  await page.waitForURL(/\/app\/quotes\//);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.locator(".record-marks", { hasText: "Approved" }).waitFor();

  await desk.reload();
  await desk.getByRole("button", { name: "Send link" }).click();
  await desk.getByRole("button", { name: "Make link" }).click();
  await desk.getByLabel("Link for the customer").waitFor();
  await theirs.close();
});

journey(app, "exchange rates come one by one and several at once", {}, async (page) => {
  await page.goto("/app/settings/exchange-rates");
  await page.getByRole("button", { name: "Add rate" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add rate" });
  await dialog.getByLabel("Currency").fill("USD");
  await dialog.getByLabel("From").fill("2026-11-01");
  await dialog.getByLabel("Rate").fill("15850");
  await page.keyboard.press("Control+Enter");
  await page.locator(".settings-line", { hasText: "USD" }).waitFor();
  await page.getByText("Several at once").first().click();
  const area = page.getByRole("textbox", { name: "Several at once" });
  await area.fill("currency,day,rate\nJPY,2026-11-01,104.5\nEUR,2026-11-01,zero");
  await page.getByRole("button", { name: "Add rate" }).last().click();
  await page.getByText(/Line 3:/).waitFor();
  assert.equal(await area.inputValue(), "EUR,2026-11-01,zero");
  await page.locator(".settings-line", { hasText: "JPY" }).waitFor();
});

const shown = await ready("สัญญาโรงคั่ว 2026", 5);
const sent = await api.send("POST", `quotes/${shown.id}/send`, {}, { "if-match": `"${shown.version}"` });
const SCREENS = [
  ["products", "/app/products", ".table"],
  ["quotes", "/app/quotes", ".table"],
  ["quote", `/app/quotes/${shown.id}`, "table.lines"],
  ["deal lines", `/app/deals/${deal.id}`, ".related-section"],
  ["prices", "/app/settings/prices", ".settings-part"],
  ["quote settings", "/app/settings/quotes", ".settings-part"],
  ["customer", new URL(sent.link).pathname, "table"],
];

everywhere(app, "commerce screens", {}, async (page, { theme, language }) => {
  for (const [name, path, ready] of SCREENS) {
    const at = name === "customer" ? `${path}?lang=${language}` : path;
    await page.goto(at);
    await page.locator(ready).first().waitFor();
    await accessible(page);
    await screenshot(page, `commerce-${name}-${theme}-${language}`);
  }
});

journey(app, "commerce on a phone", { phone: true, language: "th" }, async (page) => {
  for (const [name, path, ready] of SCREENS) {
    await page.goto(name === "customer" ? `${path}?lang=th` : path);
    await page.locator(ready).first().waitFor({ state: "attached" });
    await fits(page);
    await screenshot(page, `commerce-${name}-phone`);
  }
});

everywhere(app, "a customer reads every amount on a phone", { phone: true }, async (page, { theme, language }) => {
  await page.goto(`${new URL(sent.link).pathname}?lang=${language}`);
  await houseStyle(page, theme);
  await within(page.locator("tbody .n:not(:empty), tfoot .n, tfoot th"));
  await within(page.locator("tbody .name"));
  const [name] = await page.locator("tbody .name").all();
  assert.ok((await name.boundingBox()).width > 300, "the item has the whole line");
  await page.locator(".total .n", { hasText: /THB/ }).waitFor();
  await accessible(page);
  await screenshot(page, `commerce-customer-phone-${theme}-${language}`);
});
