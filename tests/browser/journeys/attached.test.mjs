// What members keep with a record: files, comments with mentions, and following it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { accessible, fits } from "../lib/accessible.mjs";
import { context, everywhere, journey, relasi, screenshot, signIn } from "../lib/journey.mjs";

const app = await relasi();

// One pixel.
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const SCRIPT = "<!DOCTYPE html><script>document.title = 'owned'</script>";

const contact = (name) => app.api.post("contacts?duplicates=allow", { full_name: name });
/** The address of a new member. */
const mate = async (name) => {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@relasi.example`;
  const { path } = await app.api.post("invitations", { email, role: "member" });
  await app.api.post(`invitations/${path.split("/").pop()}/accept`, { full_name: name, language: "en", password: "kopi gayo pagi hari" });
  return email;
};
const card = (page, name) => page.locator(".file-card", { hasText: name });
const choose = (page, files) => page.getByLabel("Add files").setInputFiles(files);
/** Lets fall something on the files. */
const drop = async (page, name, text) => {
  const data = await page.evaluateHandle(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    return data;
  }, [name, text]);
  await page.dispatchEvent(".files", "dragover", { dataTransfer: data });
  await page.dispatchEvent(".files", "drop", { dataTransfer: data });
};

journey(app, "files are chosen, dropped, pasted, renamed, saved, removed and brought back", {}, async (page) => {
  const siti = await contact("Siti Rahmawati");
  await page.goto(`/app/contacts/${siti.id}`);
  await page.getByText("No files yet. Drop, paste or choose one.").waitFor();
  await choose(page, [{ name: "logo.png", mimeType: "image/png", buffer: PICTURE }, { name: "ใบเสนอราคา.txt", mimeType: "text/plain", buffer: Buffer.from("satu") }]);
  await card(page, "logo.png").waitFor();
  await card(page, "ใบเสนอราคา.txt").waitFor();
  // Pictures below the fold are not fetched.
  await card(page, "logo.png").scrollIntoViewIfNeeded();
  const drawn = await card(page, "logo.png").locator("img").evaluate((img) => img.decode().then(() => img.naturalWidth));
  assert.equal(drawn, 1, "the picture is shown");
  await page.locator(".entry", { hasText: "logo.png added" }).waitFor();
  await drop(page, "dropped.csv", "a,b\n1,2\n");
  await card(page, "dropped.csv").waitFor();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "pasted.txt"));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, "pasted");
  await card(page, "pasted.txt").waitFor();
  await accessible(page);
  await screenshot(page, "attached-files");

  await card(page, "pasted.txt").getByRole("button", { name: "Actions for this file" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByLabel("Name", { exact: true }).fill("notes.png");
  await page.keyboard.press("Enter");
  await page.getByText("The content is text/plain, which is not what the name's ending says.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("notes.txt");
  await page.keyboard.press("Enter");
  await card(page, "notes.txt").waitFor();

  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "ใบเสนอราคา.txt" }).click()]);
  assert.equal(file.suggestedFilename(), "ใบเสนอราคา.txt");
  assert.equal(await readFile(await file.path(), "utf8"), "satu");
  assert.match(page.url(), /\/app\/contacts\//, "the page stays");

  await card(page, "dropped.csv").getByRole("button", { name: "Actions for this file" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await card(page, "dropped.csv").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await card(page, "dropped.csv").waitFor();
});

journey(app, "a file has versions", {}, async (page) => {
  const budi = await contact("Budi Santoso");
  await page.goto(`/app/contacts/${budi.id}`);
  await choose(page, { name: "offer.txt", mimeType: "text/plain", buffer: Buffer.from("one") });
  await card(page, "offer.txt").getByRole("button", { name: "Actions for this file" }).click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  const dialog = page.getByRole("dialog", { name: "offer.txt" });
  await dialog.locator("input[type=file]").setInputFiles({ name: "offer.txt", mimeType: "text/plain", buffer: Buffer.from("two") });
  await card(page, "offer.txt").getByText("Version 2").waitFor();
  await card(page, "offer.txt").getByRole("button", { name: "Actions for this file" }).click();
  await page.getByRole("menuitem", { name: "Versions" }).click();
  await dialog.getByText("Version 1").waitFor();
  await accessible(page);
  await screenshot(page, "attached-versions");
  const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Download Version 1" }).click()]);
  assert.equal(await readFile(await file.path(), "utf8"), "one");
});

journey(app, "a page that would run is saved and does not run", {}, async (page) => {
  const rina = await contact("Rina Wati");
  await page.goto(`/app/contacts/${rina.id}`);
  await choose(page, { name: "page.html", mimeType: "text/html", buffer: Buffer.from(SCRIPT) });
  await card(page, "page.html").waitFor();
  const { items } = await app.api.get(`contacts/${rina.id}/files`);
  const opened = await page.context().newPage();
  const [file] = await Promise.all([opened.waitForEvent("download"), opened.goto(items[0].content_url).catch(() => undefined)]);
  assert.equal(file.suggestedFilename(), "page.html");
  assert.notEqual(await opened.title(), "owned");
  await choose(page, { name: "fake.png", mimeType: "image/png", buffer: Buffer.from(SCRIPT) });
  await page.getByText("fake.png: The content is text/html, which is not what the name's ending says.").waitFor();
  await card(page, "fake.png").waitFor({ state: "detached" });
});

journey(app, "a comment names a member, who is told and answers", {}, async (page) => {
  const andi = await mate("Andi Wijaya");
  const malee = await contact("Malee Suksan");
  await page.goto(`/app/contacts/${malee.id}`);
  const box = page.getByLabel("Comment", { exact: true });
  await box.click();
  await page.keyboard.type("Please **call** @");
  await page.getByRole("dialog", { name: "Mention somebody" }).getByLabel("Mention somebody").fill("andi");
  await page.getByRole("button", { name: "Andi Wijaya" }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.type("today");
  assert.equal(await box.inputValue(), "Please **call** @Andi Wijaya today");
  await page.keyboard.press("Control+Enter");
  const comment = page.locator(".comment", { hasText: "Please call" });
  await comment.locator(".mention", { hasText: "@Andi Wijaya" }).waitFor();
  assert.equal(await comment.locator("strong", { hasText: "call" }).count(), 1);
  assert.equal(await box.inputValue(), "");
  await accessible(page);
  await screenshot(page, "attached-comments");

  const theirs = await context(app);
  await signIn(theirs, andi);
  const other = await theirs.newPage();
  await other.goto("/app/notifications");
  await other.getByRole("button", { name: "Mentions" }).click();
  await other.getByRole("button", { name: /Dewi Lestari mentioned you on Malee Suksan: Please \*\*call\*\* @Andi Wijaya today/ }).click();
  await other.waitForURL(/\/app\/contacts\//);
  await other.locator(".comment", { hasText: "Please call" }).waitFor();
  assert.equal(await other.getByRole("button", { name: "Actions for this comment" }).count(), 0, "nobody changes what others said");
  await other.getByLabel("Comment", { exact: true }).fill("Done");
  await other.getByRole("button", { name: "Comment", exact: true }).click();
  await other.locator(".comment", { hasText: "Done" }).waitFor();
  await theirs.close();

  await page.reload();
  await page.locator(".comment", { hasText: "Done" }).waitFor();
  await comment.getByRole("button", { name: "Actions for this comment" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const edited = page.locator(".comment textarea");
  assert.equal(await edited.inputValue(), "Please **call** @Andi Wijaya today");
  await edited.fill("Please write to @Andi Wijaya");
  await page.locator(".comment").getByRole("button", { name: "Save" }).click();
  await page.locator(".comment", { hasText: "Please write to" }).getByText("changed").waitFor();
  await page.locator(".comment", { hasText: "Please write to" }).getByRole("button", { name: "Actions for this comment" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.locator(".comment", { hasText: "Please write to" }).waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await page.locator(".comment", { hasText: "Please write to" }).locator(".mention").waitFor();
});

journey(app, "who follows a record is told what others do with it", {}, async (page) => {
  const dian = await mate("Dian Permata");
  const made = await contact("Agus Setiawan");
  await signIn(page.context(), dian);
  await page.goto(`/app/contacts/${made.id}`);
  await page.getByRole("button", { name: "Follow" }).click();
  await page.getByText("You are told what others do here").waitFor();
  await page.getByRole("button", { name: /Stop following · followed by Dian Permata/ }).waitFor();
  await app.api.patch(`contacts/${made.id}`, 1, { city: "Solo", job_title: "Buyer" });
  await app.api.post("activities", { kind: "call", subject: "Wants samples", contact_id: made.id });
  await page.goto("/app/notifications");
  await page.getByRole("button", { name: "Following" }).click();
  await page.getByRole("button", { name: /^Agus Setiawan ?2/ }).click();
  const about = page.getByRole("list", { name: "Agus Setiawan" });
  await about.getByText(/Dewi Lestari changed Agus Setiawan: /).waitFor();
  await about.getByText("Dewi Lestari logged on Agus Setiawan: Wants samples").waitFor();
  await accessible(page);
  await screenshot(page, "attached-following");
});

journey(app, "nothing in a text becomes HTML", {}, async (page) => {
  const made = await contact("Eko Prasetyo");
  const attacks = [
    "<script>window.owned = 1</script>", "<img src=x onerror='window.owned = 1'>", "[a](javascript:window.owned=1)", "![a](https://a.example/x.png)",
    "<svg/onload=window.owned=1>", "[a](data:text/html,<script>window.owned=1</script>)", "<a href='javascript:window.owned=1'>b</a>", "[x](/app/settings)",
    "`<b>`", "<https://ok.example>", "see https://plain.example/a_b.", "[**go**](https://good.example 'title')",
  ];
  await app.api.post(`contacts/${made.id}/comments`, { body: attacks.join("\n\n") });
  await app.api.post("activities", { kind: "note", subject: "n", body: attacks.join("\n\n"), contact_id: made.id });
  await page.goto(`/app/contacts/${made.id}`);
  await page.locator(".comment .markdown").waitFor();
  await page.locator(".entry .markdown a").first().waitFor();
  for (const place of [".comment .markdown", ".entry-body .markdown"]) {
    const drawn = page.locator(place).first();
    assert.equal(await drawn.locator("script, img, svg, iframe, [onerror], [onload]").count(), 0, place);
    const links = await drawn.locator("a").evaluateAll((all) => all.map((a) => [a.getAttribute("href"), a.rel, a.target]));
    assert.deepEqual(links.map((link) => link[0]).sort(), ["https://a.example/x.png", "https://good.example", "https://ok.example", "https://plain.example/a_b"], place);
    assert.ok(links.every((link) => link[1].includes("noopener") && link[2] === "_blank"), place);
  }
  assert.equal(await page.evaluate(() => window.owned), undefined);
});

journey(app, "who may only read writes and attaches nothing", {}, async (page) => {
  const made = await contact("Tono");
  await app.api.post(`contacts/${made.id}/comments`, { body: "Read me" });
  const { path } = await app.api.post("invitations", { email: "pembaca@relasi.example", role: "read_only" });
  await app.api.post(`invitations/${path.split("/").pop()}/accept`, { full_name: "Rina Pembaca", language: "en", password: "kopi gayo pagi hari" });
  await signIn(page.context(), "pembaca@relasi.example");
  await page.goto(`/app/contacts/${made.id}`);
  await page.locator(".comment", { hasText: "Read me" }).waitFor();
  assert.equal(await page.getByLabel("Comment", { exact: true }).count(), 0);
  assert.equal(await page.getByLabel("Add files").count(), 0);
});

const filled = async (name) => {
  const made = await contact(name);
  await app.api.post(`contacts/${made.id}/comments`, { body: `Ask @[Dewi Lestari](user:${(await app.api.get("me")).user.id}) about **120 kg** https://kopi.example` });
  for (const [file, bytes] of [["logo.png", PICTURE], ["ใบเสนอราคา-penawaran-2026.txt", "satu"]]) {
    await app.api.send("POST", `contacts/${made.id}/files?name=${encodeURIComponent(file)}`, bytes, { "content-type": "application/octet-stream" });
  }
  return made;
};

everywhere(app, "comments and files", {}, async (page, { theme, language }) => {
  const made = await filled(`Siti ${theme} ${language}`);
  await page.goto(`/app/contacts/${made.id}`);
  await page.locator(".comment .mention").waitFor();
  await card(page, "logo.png").waitFor();
  await accessible(page);
  await screenshot(page, `attached-${theme}-${language}`);
});

everywhere(app, "comments and files on a phone", { phone: true }, async (page, { theme, language }) => {
  const made = await filled(`Budi ${theme} ${language}`);
  await page.goto(`/app/contacts/${made.id}`);
  await page.locator(".record-tabs [role=tab]").nth(2).click();
  await page.locator(".comment .mention").waitFor();
  await page.locator(".file-camera").waitFor();
  await fits(page);
  await accessible(page);
  await screenshot(page, `attached-phone-${theme}-${language}`);
});
