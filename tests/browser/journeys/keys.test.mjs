// Letters of one's own: changed, refused, switched off, shown wherever a key is told.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { journey, relasi, screenshot } from "../lib/journey.mjs";

const app = await relasi();
await app.api.post("contacts", { full_name: "Siti Rahmawati" });

const open = async (page) => {
  await page.goto("/app/settings/profile");
  const own = page.getByText("Letters of your own");
  await own.waitFor();
  // Folded while nothing is changed.
  if (!(await page.getByLabel("New record").isVisible())) await own.click();
};
const dialog = (page) => page.getByRole("dialog", { name: "New contact" });

journey(app, "a letter is changed and the old one is free", {}, async (page) => {
  await open(page);
  const create = page.getByLabel("New record");
  await create.focus();
  await page.keyboard.press("b");
  assert.equal(await create.inputValue(), "B");
  await accessible(page);
  await fits(page);
  await screenshot(page, "settings-letters", { fullPage: true });

  await page.goto("/app/contacts");
  const button = page.getByRole("button", { name: "New contact" });
  await button.waitFor();
  assert.equal(await button.getAttribute("aria-keyshortcuts"), "B");
  await page.getByText("Siti Rahmawati").waitFor();
  await page.keyboard.press("c");
  assert.equal(await dialog(page).isVisible(), false, "the app's own letter does nothing any more");
  await page.keyboard.press("b");
  await dialog(page).waitFor();
  // No key is lost in the moment in which a dialog goes.
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.locator("div", { hasText: /^New contactB$/ }).first().waitFor();
  // Places keep their letter behind G.
  await help.locator("div", { hasText: /^ContactsG C$/ }).first().waitFor();
  await screenshot(page, "key-help-own");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await page.waitForURL(/\/app\/?$/);
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/app/contacts");
});

journey(app, "a letter that is taken is refused", {}, async (page) => {
  await open(page);
  const create = page.getByLabel("New record");
  await create.focus();
  await page.keyboard.press("f");
  await page.getByText("F is taken: Add filter. Press another key.").waitFor();
  assert.equal(await create.inputValue(), "C");
  await page.keyboard.press("1");
  await page.getByText("1 is taken: Parts of a page. Press another key.").waitFor();
  await accessible(page);
  await screenshot(page, "settings-letters-refused");
  // A Thai keyboard types another letter on the same key.
  await create.evaluate((input) =>
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "ิ", code: "KeyB", bubbles: true, cancelable: true })),
  );
  await page.waitForFunction(() => [...document.querySelectorAll(".letter input")].some((input) => input.value === "B"));
  await page.getByRole("button", { name: "Use the letters of Relasi again" }).click();
  await page.waitForFunction(() => ![...document.querySelectorAll(".letter input")].some((input) => input.value === "B"));
});

journey(app, "one letter or all of them are switched off", {}, async (page) => {
  await open(page);
  await page.getByLabel("New record").focus();
  await page.keyboard.press("Backspace");
  assert.equal(await page.getByLabel("New record").inputValue(), "");
  await page.goto("/app/contacts");
  const row = page.getByRole("row").filter({ hasText: "Siti Rahmawati" });
  await row.waitFor();
  assert.equal(await page.getByRole("button", { name: "New contact" }).getAttribute("aria-keyshortcuts"), null);
  await page.keyboard.press("c");
  assert.equal(await dialog(page).isVisible(), false);

  await open(page);
  await page.getByLabel("Single keys such as C or G H do things").uncheck();
  await page.goto("/app/contacts");
  await row.getByRole("gridcell").nth(1).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("?");
  assert.equal(await page.getByRole("toolbar").count(), 0);
  assert.equal(await page.getByRole("dialog", { name: "Keys" }).isVisible(), false);
  // What needs Ctrl goes on.
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").first().waitFor();
});
