// Webhooks: an address is added, told, looked at, paused; everything arrives at a server that listens.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after } from "node:test";
import { accessible, fits } from "../lib/accessible.mjs";
import { everywhere, journey, relasi, screenshot } from "../lib/journey.mjs";

const received = [];
let status = 200;
const receiver = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(status).end("thank you");
  });
});
await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
after(() => receiver.close());
const address = `http://127.0.0.1:${receiver.address().port}/hook`;

const app = await relasi({ environment: { RELASI_WEBHOOK_ALLOW: "127.0.0.1/32" } });
const { api } = app;
const made = await api.post("webhook-endpoints", { url: `${address}/shop`, description: "Online shop", kinds: ["contact.*", "deal.won"] });
const stopped = await api.post("webhook-endpoints", { url: `${address}/books`, description: "Bookkeeping" });
await api.patch(`webhook-endpoints/${stopped.id}`, 1, { state: "paused" });
await api.post("contacts", { full_name: "Siti Rahmawati" });
await api.post(`webhook-endpoints/${made.id}/test`, {});
for (;;) {
  const { items } = await api.get(`webhook-endpoints/${made.id}/deliveries?state=delivered`);
  if (items.length === 2) break;
}

const open = async (page) => {
  await page.goto("/app/settings/webhooks");
  await page.locator(".webhook-line").first().waitFor();
};
const line = (page, name) => page.locator(".webhook-line").filter({ hasText: name });
const choose = async (page, name, action) => {
  await line(page, name).getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: action }).click();
};
/** A request that came, once it has. */
const come = async (fits) => {
  for (;;) {
    const found = received.find((one) => fits(JSON.parse(one.body), one));
    if (found) return found;
    await new Promise((later) => setTimeout(later, 20));
  }
};
const isSigned = ({ headers, body }, secret) => {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64");
  return headers["webhook-signature"].split(" ").includes(`v1,${signed}`);
};

for (const phone of [false, true]) {
  everywhere(app, `webhooks${phone ? " on a phone" : ""}`, { phone }, async (page, { theme, language }) => {
    const picture = (part) => screenshot(page, `webhooks-${part}-${phone ? "phone-" : ""}${theme}-${language}`);
    await open(page);
    await accessible(page);
    await fits(page);
    await picture("list");
    await line(page, "Online shop").getByRole("button").first().click();
    await page.locator(".delivery").first().waitFor();
    await accessible(page);
    await fits(page);
    await picture("deliveries");
    await page.keyboard.press("Escape");
    await page.locator(".settings-page > .row > .btn").first().click();
    await page.locator("dialog[open] input").first().waitFor();
    await accessible(page);
    await fits(page);
    await picture("form");
  });
}

journey(app, "an address is added, its secret shown once, and tried out", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill("https://10.0.0.1/hook");
  await dialog.getByLabel("Events").fill("tag.*, nothing");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByText("This address lies in a private network.").waitFor();
  await dialog.getByText("Kinds of events look like").waitFor();
  await dialog.getByLabel("Address").fill(`${address}/new`);
  await dialog.getByLabel("What it is for").fill("Newsletter");
  await dialog.getByLabel("Events").fill("tag.*");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const secret = await dialog.getByLabel("Secret").inputValue();
  assert.match(secret, /^whsec_/);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await line(page, "Newsletter").getByText("Active").waitFor();

  await choose(page, "Newsletter", "Send a test");
  const delivery = page.locator(".delivery").first();
  await delivery.getByText("Arrived").waitFor();
  await delivery.getByText("HTTP 200").waitFor();
  const test = await come((body) => body.type === "webhook.test" && body.data.id !== made.id);
  assert.ok(isSigned(test, secret));
  const count = received.length;
  await delivery.getByRole("button", { name: "Send again" }).click();
  await come((_, one) => received.indexOf(one) >= count && one.headers["webhook-id"] === test.headers["webhook-id"]);
  await page.keyboard.press("Escape");

  await choose(page, "Newsletter", "Make a new secret");
  const next = await page.getByRole("dialog").getByLabel("Secret").inputValue();
  assert.notEqual(next, secret);
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  const tag = await api.post("tags", { name: "Wholesale" });
  const told = await come((body) => body.data.id === tag.id);
  assert.ok(isSigned(told, secret) && isSigned(told, next), "both sign for a day");
  assert.equal(JSON.parse(told.body).data.record.name, "Wholesale");
});

journey(app, "a webhook is paused, goes on, is changed and deleted", {}, async (page) => {
  const one = await api.post("webhook-endpoints", { url: `${address}/brief`, description: "Short-lived", kinds: ["company.*"] });
  await open(page);
  await choose(page, "Short-lived", "Pause");
  await line(page, "Short-lived").getByText("Paused").waitFor();
  const company = await api.post("companies", { name: "CV Kopi" });
  await choose(page, "Short-lived", "Activate");
  await line(page, "Short-lived").getByText("Active").waitFor();
  await come((body) => body.data.id === company.id);
  await choose(page, "Short-lived", "Edit");
  await page.getByRole("dialog").getByLabel("Events").fill("");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await line(page, "Short-lived").getByText("All events").waitFor();
  const count = received.length;
  await choose(page, "Short-lived", "Send again since…");
  await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
  await page.locator(".toast").filter({ hasText: "gets everything since then again" }).waitFor();
  await come((body, sent) => received.indexOf(sent) >= count && body.data.id === company.id);
  await choose(page, "Short-lived", "Delete");
  await line(page, "Short-lived").waitFor({ state: "detached" });
  const log = await api.get(`audit-entries?record_id=${one.id}`);
  assert.deepEqual(log.items.map((entry) => entry.action), ["deleted", "replayed", "updated", "updated", "updated", "created"]);
});

journey(app, "one that wants no more is disabled, and said so", {}, async (page) => {
  const one = await api.post("webhook-endpoints", { url: `${address}/gone`, description: "Gone soon", kinds: ["company.*"] });
  status = 410;
  await api.post(`webhook-endpoints/${one.id}/test`, {});
  for (;;) {
    const { state } = await api.get(`webhook-endpoints/${one.id}`);
    if (state === "disabled") break;
  }
  status = 200;
  await page.goto("/app/notifications");
  await page.getByText("The webhook to 127.0.0.1 was disabled").first().click();
  await line(page, "Gone soon").getByText("Disabled", { exact: true }).waitFor();
  await line(page, "Gone soon").getByText("wants no more").waitFor();
});
