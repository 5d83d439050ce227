// One person in two workspaces.
import { accessible, fits } from "../lib/accessible.mjs";
import { OWNER, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";
import { command } from "../lib/server.mjs";

const HOME = "CV Kopi Nusantara";
const OTHER = "Gudang Bandung";
const app = await relasi({
  setUp: false,
  prepare(folder) {
    const place = ["--owner", OWNER.email, "--currency", "IDR", "--time-zone", "Asia/Jakarta"];
    command(folder, ["workspace", "add", HOME, ...place, "--owner-name", OWNER.full_name], `${PASSWORD}\n`);
    command(folder, ["workspace", "add", OTHER, ...place]);
  },
});

const here = (page, name) => page.locator(".settings-line", { hasText: name }).locator(".tag");
const open = async (page, name) => {
  await page.goto("/app/settings/workspaces");
  await page.locator(".settings-line", { hasText: name }).waitFor();
};

everywhere(app, "workspaces", {}, async (page, { theme, language }) => {
  await open(page, OTHER);
  await accessible(page);
  await screenshot(page, `workspaces-${theme}-${language}`);
});

journey(app, "workspaces on a phone", { phone: true }, async (page) => {
  await open(page, OTHER);
  await fits(page);
  await screenshot(page, "workspaces-phone");
});

journey(app, "from one workspace into another, and other tabs follow", {}, async (page) => {
  await open(page, HOME);
  // Where somebody signs in who is in several is the server's choice.
  const from = (await here(page, HOME).isVisible()) ? HOME : OTHER;
  const to = from === HOME ? OTHER : HOME;
  const second = await page.context().newPage();
  await second.goto("/app/contacts");
  await second.getByText("No contacts yet.").waitFor();

  await page.getByRole("button", { name: `Go to ${to}` }).click();
  await page.waitForURL("**/app");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await open(page, to);
  await here(page, to).getByText("You are here").waitFor();

  // What the other tab was about to write belongs to the former workspace; it begins anew instead.
  await second.keyboard.press("c");
  const dialog = second.getByRole("dialog", { name: "New contact" });
  await dialog.getByLabel("Name", { exact: false }).first().fill("Rahasia Dapur");
  await second.keyboard.press("Control+Enter");
  await second.waitForURL("**/app");
  await open(second, to);
  await here(second, to).getByText("You are here").waitFor();
  await second.goto("/app/contacts");
  await second.getByText("No contacts yet.").waitFor();
  await second.getByRole("link", { name: "Settings" }).first().waitFor();
});
