// E-mail with contacts: an account in the settings, a message from the composer, what came of it, the list of addresses.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";
import { startSink } from "../lib/smtp.mjs";

const sink = await startSink();
const app = await relasi({ environment: { RELASI_MAIL_ALLOW: "127.0.0.0/8", RELASI_JOB_LEASE: "3", RELASI_DNS: "127.0.0.1:9" } });
const port = new URL(sink.url.replace("smtp:", "http:")).port;
const account = { address: "kantor@kopi.example", sender_name: "Kopi Gayo", is_default: true, smtp: { host: "127.0.0.1", port: Number(port), tls: "none" } };

async function contact(name) {
  const email = `${name.toLowerCase()}@warung.example`;
  return app.api.post("contacts", { full_name: `${name} Rahayu`, emails: [{ value: email }] });
}

journey(app, "an account is added, tried out and paused", {}, async (page) => {
  await page.goto("/app/settings/email-accounts");
  await page.getByText("There is no account yet").waitFor();
  await page.getByRole("button", { name: "Add an account" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Address").fill("kantor");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await form.getByText(/name of a server/).first().waitFor();
  await form.getByLabel("Address").fill("toko@kopi.example");
  await form.getByLabel("Sender's name").fill("Toko Kopi");
  await form.getByLabel("Server").first().fill("127.0.0.1");
  await form.getByLabel("Port").first().fill(port);
  await form.getByLabel("Encryption").first().selectOption("none");
  await accessible(page);
  await screenshot(page, "email-account-form");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await form.waitFor({ state: "hidden" });
  const line = page.locator(".email-account", { hasText: "toko@kopi.example" });
  await line.getByText("Active").waitFor();
  await line.getByRole("button", { name: /More for/ }).click();
  await page.getByRole("menuitem", { name: "Send a test to me" }).click();
  await page.getByText("The test has been sent to you.").waitFor({ timeout: 60_000 });
  await line.getByRole("button", { name: /More for/ }).click();
  await page.getByRole("menuitem", { name: "Sign messages (DKIM)" }).click();
  await page.getByText(/v=DKIM1; k=rsa; p=/).waitFor({ timeout: 60_000 });
  await screenshot(page, "email-dkim");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await line.getByRole("button", { name: /More for/ }).click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await line.getByText("Paused").waitFor();
});

journey(app, "a message goes from the composer to the timeline", {}, async (page) => {
  await app.api.post("email-accounts", account);
  const siti = await contact("Siti");
  await page.goto(`/app/contacts/${siti.id}`);
  await page.locator(".record-middle .composer").getByRole("button", { name: "E-mail", exact: true }).click();
  await page.getByLabel("By", { exact: true }).waitFor();
  await page.getByLabel("Subject").fill("Pesanan kopi");
  await page.locator(".record-middle .composer textarea").fill("Halo Siti,\nkopi sudah siap.");
  await screenshot(page, "email-composer");
  await page.locator(".record-middle .composer").getByRole("button", { name: "Send" }).click();
  const entry = page.locator(".entry", { hasText: "Pesanan kopi" });
  await entry.getByText(/Sent/).waitFor({ timeout: 60_000 });
  await accessible(page);
  await screenshot(page, "email-timeline");
  await entry.getByRole("button", { name: "Read the message" }).click();
  await page.getByRole("dialog").getByText("kopi sudah siap.").waitFor();
  await screenshot(page, "email-letter");
  await page.getByRole("dialog").getByRole("button", { name: "Answer" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.equal(await page.getByLabel("Subject").inputValue(), "Re: Pesanan kopi");
  const mail = sink.received.find((one) => one.to === "siti@warung.example");
  assert.ok(mail && mail.text.includes("kopi sudah siap."), "it arrived");
});

journey(app, "a message takes files along", {}, async (page) => {
  if ((await app.api.get("email-accounts")).items.length === 0) await app.api.post("email-accounts", account);
  const budi = await contact("Budi");
  await page.goto(`/app/contacts/${budi.id}`);
  const composer = page.locator(".record-middle .composer");
  await composer.getByRole("button", { name: "E-mail", exact: true }).click();
  await page.getByLabel("Subject").fill("Penawaran kopi");
  await composer.locator("textarea").fill("Penawaran terlampir.");
  const files = composer.locator(".mail-files");
  await files.getByText(/18 MB at most/).waitFor();
  const choose = files.locator("input[type=file]");
  await choose.setInputFiles({ name: "besar.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(19 << 20) });
  await page.getByText(/besar.bin: The files of a message may have 18 MB together/).waitFor();
  await choose.setInputFiles([
    { name: "penawaran.txt", mimeType: "text/plain", buffer: Buffer.from("seratus ribu") },
    { name: "tidak jadi.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
  ]);
  await files.getByRole("button", { name: "Leave out tidak jadi.txt" }).click();
  await files.locator(".mail-file", { hasText: "tidak jadi.txt" }).waitFor({ state: "detached" });
  // It is kept with the contact, and offered again.
  await files.getByRole("button", { name: "Files of this contact" }).click();
  await page.getByRole("menuitem", { name: /tidak jadi.txt/ }).waitFor();
  await page.keyboard.press("Escape");
  await files.locator(".mail-file", { hasText: "penawaran.txt" }).waitFor();
  await accessible(page);
  await screenshot(page, "email-files");
  await composer.getByRole("button", { name: "Send" }).click();
  const entry = page.locator(".entry", { hasText: "Penawaran kopi" });
  await entry.getByText(/Sent/).waitFor({ timeout: 60_000 });
  await entry.getByRole("button", { name: "Read the message" }).click();
  const letter = page.getByRole("dialog");
  const download = page.waitForEvent("download");
  await letter.getByRole("button", { name: "penawaran.txt" }).click();
  assert.equal((await download).suggestedFilename(), "penawaran.txt");
  await screenshot(page, "email-letter-files");
  const mail = sink.received.find((one) => one.to === "budi@warung.example");
  assert.ok(mail.raw.includes(Buffer.from("seratus ribu").toString("base64")), mail.raw);
});

everywhere(app, "files of a message on a phone", { phone: true }, async (page, { theme, language }) => {
  if ((await app.api.get("email-accounts")).items.length === 0) await app.api.post("email-accounts", account);
  const rudi = await contact(`Rudi${language}${theme}`);
  await page.goto(`/app/contacts/${rudi.id}`);
  await page.locator(".composer").getByRole("button", { name: /E-mail|Email|อีเมล/ }).first().click();
  const name = "daftar harga kopi gayo dan kopi toraja untuk bulan desember.txt";
  await page.locator(".mail-files input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("x") });
  await page.locator(".mail-file", { hasText: "daftar harga" }).waitFor();
  await accessible(page);
  await fits(page);
  await screenshot(page, `email-files-phone-${theme}-${language}`);
});

journey(app, "the page of a stranger is shown in a frame where nothing runs", {}, async (page) => {
  if ((await app.api.get("email-accounts")).items.length === 0) await app.api.post("email-accounts", account);
  const dewi = await contact("Dewi");
  const sent = await app.api.post(`contacts/${dewi.id}/emails`, { subject: "Selamat pagi", text: "Halo" });
  // As if it had come in.
  const json = { ...sent, direction: "inbound", state: "received", html: "<p>Saya mau <b>dua</b> kilo</p>" };
  await page.route(`**/api/v1/emails/${sent.id}`, (route) => route.fulfill({ json }));
  await page.goto(`/app/contacts/${dewi.id}`);
  await page.locator(".entry", { hasText: "Selamat pagi" }).getByRole("button", { name: "Read the message" }).click();
  await page.frameLocator(".letter-page").getByText("dua").waitFor();
  await screenshot(page, "email-page");
  const allowed = await page.locator(".letter-page").getAttribute("sandbox");
  assert.equal(allowed, "allow-popups", "no scripts, no forms, no origin");
});

journey(app, "addresses that nothing is sent to are listed and removed", {}, async (page) => {
  await page.goto("/app/settings/email-accounts");
  const list = page.locator(".email-suppressions");
  await list.getByLabel("Address").fill("tidak@warung.example");
  await list.getByRole("button", { name: "Add", exact: true }).click();
  await list.getByText("tidak@warung.example").waitFor();
  await list.getByText("Added by hand").waitFor();
  await screenshot(page, "email-suppressions");
  await list.getByRole("button", { name: "Remove" }).click();
  await list.getByText("No address is on the list.").waitFor();
});

journey(app, "a new account warms up by a plan that is told before", {}, async (page) => {
  await app.api.post("email-accounts", { ...account, address: "baru@kopi.example", is_default: false });
  await page.goto("/app/settings/email-accounts");
  const line = page.locator(".email-account", { hasText: "baru@kopi.example" });
  await line.getByText("0 of 2,000 messages sent today").waitFor();
  await line.getByRole("button", { name: /More for/ }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Messages a minute to one mail domain").fill("120");
  await form.getByLabel(/Warm up/).check();
  await form.getByLabel("Messages on the first day").fill("20");
  await form.getByLabel("Percent more each day").fill("100");
  await form.getByText(/20 on the first day, 40 on the second, all 2,000 from .* on/).waitFor();
  await form.getByText(/20 on the first day/).scrollIntoViewIfNeeded();
  await accessible(page);
  await screenshot(page, "email-warm-up");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "hidden" });
  await line.getByText(/0 of 20 messages sent today · warming up until/).waitFor();
});

/** What the DNS could say, one of each standing. */
const check = {
  domain: "kopi.example",
  checked_at: "2026-11-30T03:00:00Z",
  records: [
    { kind: "spf", name: "kopi.example", type: "TXT", wanted: "v=spf1 a:mail.kopi.example include:_spf.kedai.example ~all", found: ["v=spf1 include:_spf.kedai.example ~all"], state: "unclear", code: "spf_by_others" },
    { kind: "dkim", name: "relasi2026._domainkey.kopi.example", type: "TXT", wanted: `v=DKIM1; k=rsa; p=${"MIIBIjANBgkqhkiG".repeat(20)}`, found: [`v=DKIM1; k=rsa; p=${"MIIBIjANBgkqhkiH".repeat(20)}`], state: "wrong", code: "dkim_other_key" },
    { kind: "dmarc", name: "_dmarc.kopi.example", type: "TXT", wanted: "v=DMARC1; p=none; rua=mailto:kantor@kopi.example", found: [], state: "missing", code: null },
    { kind: "mx", name: "kopi.example", type: "MX", wanted: null, found: ["10 mail.kopi.example."], state: "good", code: null },
  ],
};

for (const phone of [false, true]) {
  everywhere(app, `what the DNS says${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    const all = await app.api.get("email-accounts");
    if (all.items.length === 0) await app.api.post("email-accounts", account);
    await page.goto("/app/settings/email-accounts");
    const open = async () => {
      await page.locator(".email-account").first().getByRole("button").last().click();
      await page.getByRole("menuitem", { name: /DNS/ }).click();
    };
    if (!phone && language === "en" && theme === "light") {
      await open();
      await page.getByText("The DNS did not answer. Try again in a while.").first().waitFor({ timeout: 60_000 });
      await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    }
    await page.route("**/domain", (route) => route.fulfill({ json: check }));
    await open();
    await page.locator(".dns-record").nth(3).waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `email-domain-${phone ? "phone-" : ""}${theme}-${language}`);
    await page.unroute("**/domain");
    await page.route("**/domain", (route) => route.fulfill({ json: { ...check, records: check.records.slice(3) } }));
    await page.getByRole("dialog").locator(".row > button.btn").first().click();
    await page.locator(".dns-record").nth(1).waitFor({ state: "detached" });
  });
}

for (const phone of [false, true]) {
  everywhere(app, `e-mail accounts${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    const all = await app.api.get("email-accounts");
    if (all.items.length === 0) await app.api.post("email-accounts", account);
    await page.goto("/app/settings/email-accounts");
    await page.locator(".email-account").first().waitFor();
    await accessible(page);
    await fits(page);
    await screenshot(page, `email-accounts-${phone ? "phone-" : ""}${theme}-${language}`);
  });
}
