// Messages by e-mail: forgotten passwords, new addresses, invitations, and what the settings show of them.
import assert from "node:assert/strict";
import { accessible, fits } from "../lib/accessible.mjs";
import { Api, OWNER, PASSWORD } from "../lib/api.mjs";
import { everywhere, journey, relasi, screenshot, until } from "../lib/journey.mjs";
import { startSink } from "../lib/smtp.mjs";

const sink = await startSink();
const environment = {
  RELASI_SMTP_URL: sink.url,
  RELASI_MAIL_FROM: "Relasi <crm@relasi.example>",
  RELASI_PUBLIC_URL: "https://crm.relasi.example",
};
const app = await relasi({ environment });
const silent = await relasi();
const stranger = { signedIn: false };
const NEW = "hujan di bulan juni";

/** Somebody of the journey's own. */
async function person(name) {
  const email = `${name}@relasi.example`;
  const invited = await app.api.post("invitations", { email, role: "member" });
  const answer = { full_name: `${name} Santoso`, password: PASSWORD, language: "en" };
  await new Api(app.address).post(`invitations/${invited.token}/accept`, answer);
  return email;
}

async function signIn(page, email, password) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

journey(app, "a forgotten password is set anew", stranger, async (page) => {
  const email = await person("lupa");
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("a message with a link is on its way").waitFor();
  await screenshot(page, "mail-forgot-sent");
  const link = await sink.link(email, "reset-password");
  await page.goto(link);
  await page.getByLabel("New password").fill("pendek");
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText(/at least 15/i).first().waitFor();
  await accessible(page);
  await screenshot(page, "mail-reset-password");
  await page.getByLabel("New password").fill(NEW);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByText("The new password is set").waitFor();
  await page.goto(link);
  await page.getByText("This link is no longer valid").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, email, NEW);
  await page.waitForURL(/\/app/);
});

journey(app, "a new address is confirmed", stranger, async (page) => {
  const email = await person("pindah");
  await page.goto("/login?next=/app/settings/profile");
  await signIn(page, email, PASSWORD);
  await page.waitForURL(/settings\/profile/);
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByLabel("New address").fill("pindah.baru@relasi.example");
  await page.getByLabel("Your password").fill("salah salah salah");
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("The password is wrong.").waitFor();
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Send link" }).click();
  await page.getByText("A link is on its way to pindah.baru@relasi.example").waitFor();
  await screenshot(page, "mail-change-address");
  await page.goto(await sink.link("pindah.baru@relasi.example", "confirm-email"));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("The new address is confirmed").waitFor();
  await screenshot(page, "mail-confirmed");
  assert.ok(sink.received.some((one) => one.to === email && one.text.includes("pindah.baru@relasi.example")));
});

journey(app, "an invitation comes by e-mail, and again", {}, async (page) => {
  await page.goto("/app/settings/members");
  await page.getByRole("button", { name: "Invite" }).first().click();
  await page.getByRole("dialog").getByLabel("E-mail").fill("tamu@relasi.example");
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByText("The link also goes to tamu@relasi.example by e-mail.").waitFor();
  const first = await sink.link("tamu@relasi.example", "invite");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  const line = page.locator(".settings-line", { hasText: "tamu@relasi.example" });
  await line.getByRole("button", { name: "Send again" }).click();
  await page.getByText("The link also goes to tamu@relasi.example by e-mail.").waitFor();
  await screenshot(page, "mail-invited-again");
  let second;
  await until(page, async () => (second = await sink.link("tamu@relasi.example", "invite")) !== first, "another link comes");
  await page.goto(second);
  await page.getByText("invites you to").waitFor();
});

journey(app, "a refused message is tried again", {}, async (page) => {
  sink.refuse.push(550);
  await page.goto("/app/settings/mail");
  await page.getByRole("button", { name: "Send a test to me" }).click();
  const line = page.locator(".mail-messages .settings-line").first();
  const looksAgain = (state) =>
    until(
      page,
      async () => {
        await page.getByRole("button", { name: "Refresh" }).click();
        return (await line.textContent()).includes(state);
      },
      `the message is ${state}`,
    );
  await looksAgain("Failed");
  await line.getByText("The mail server refused it.").waitFor();
  await screenshot(page, "mail-refused");
  await line.getByRole("button", { name: "Try again" }).click();
  await page.getByText("The message is on its way again.").waitFor();
  await looksAgain("Sent");
  assert.ok(sink.received.some((one) => one.to === OWNER.email));
});

everywhere(app, "messages in the settings", {}, async (page, { theme, language }) => {
  await page.goto("/app/settings/mail");
  await page.locator(".mail-messages .settings-line").first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await accessible(page);
  await screenshot(page, `mail-${theme}-${language}`);
});

journey(app, "messages on a phone", { phone: true, language: "th" }, async (page) => {
  await page.goto("/app/settings/mail");
  await page.locator(".mail-messages .settings-line").first().waitFor();
  await fits(page);
  await screenshot(page, "mail-phone");
  await page.goto("/forgot-password");
  await fits(page);
  await screenshot(page, "mail-phone-forgot");
});

journey(silent, "without a mail account the screens say whom to ask", stranger, async (page) => {
  await page.goto("/login");
  await page.getByText("Whoever runs the server can set a new one.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Forgot your password?" }).count(), 0);
});
