// The page of the API: an operation is tried as who is signed in, with a key, and without either.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
await app.api.post("contacts", { full_name: "Siti Rahmawati" });

const open = async (page, operation, words) => {
  const box = page.locator(`details[data-operation='${operation}']`);
  await box.locator("> summary").click();
  const calling = box.locator("details.calling");
  await calling.locator("> summary", { hasText: words }).click();
  return calling;
};

journey(app, "an operation is tried by the session of the browser", {}, async (page) => {
  await page.goto("/api/docs");
  await page.getByText("Calls are made as Dewi Lestari in CV Kopi Nusantara.").waitFor();
  const list = await open(page, "list_contacts", "Try it");
  await list.getByLabel("limit").fill("1");
  await list.getByRole("button", { name: "Send" }).click();
  await list.getByText(/^200/).waitFor();
  assert.match(await list.locator(".answer-body").innerText(), /Siti Rahmawati/);
  await accessible(page);
  await screenshot(page, "docs-try");

  const create = await open(page, "create_contact", "Try it");
  const body = create.getByLabel("Body, application/json");
  assert.ok("full_name" in JSON.parse(await body.inputValue()), "the body is filled in with what must be there");
  await body.fill("{");
  await create.getByRole("button", { name: "Send" }).click();
  await create.getByText(/^The body is not JSON/).waitFor();
  await body.fill('{"full_name": "Budi Santoso"}');
  await create.getByRole("button", { name: "Send" }).click();
  await create.getByText(/^201/).waitFor();
  const found = await app.api.get("contacts?q=Budi");
  assert.equal(found.items.length, 1);

  const get = await open(page, "get_contact", "Try it");
  await get.getByRole("button", { name: "Send" }).click();
  await get.getByText("Fill in id.").waitFor();
  await get.getByLabel("id *", { exact: true }).fill(found.items[0].id);
  await get.getByRole("button", { name: "Send" }).click();
  await get.getByText(/^200/).waitFor();
});

journey(app, "with a key, or with nothing at all", { signedIn: false }, async (page) => {
  const key = await app.api.post("api-keys", { name: "Coba", scopes: ["see"] });
  await page.goto("/api/docs");
  await page.getByText("Nobody is signed in: calls go out without a token.").waitFor();
  const list = await open(page, "list_contacts", "Try it");
  await list.getByRole("button", { name: "Send" }).click();
  await list.getByText(/^401/).waitFor();
  await page.locator("#key").fill(key.token);
  await page.getByText("Calls are made with the API key below.").waitFor();
  await list.getByRole("button", { name: "Send" }).click();
  await list.getByText(/^200/).waitFor();
  await list.getByText("Headers").click();
  await list.getByText(/ratelimit: "key"/).waitFor();
  assert.equal(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]).includes("rlk_")), false);
});

everywhere(app, "the page of the API on a phone", { phone: true }, async (page, { theme, language }) => {
  const words = { en: "Try it", id: "Coba", th: "ลองเรียก" }[language];
  await page.goto("/api/docs");
  await page.getByText(/Dewi Lestari/).waitFor();
  const list = await open(page, "list_contacts", words);
  await list.getByRole("button").first().click();
  await list.getByText(/^200/).waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `docs-${theme}-${language}`);
});
