// A scenario through the client that is generated from openapi/openapi.json; tsc checks every path, parameter and member.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "../out/schema.js";

type Schemas = components["schemas"];

const baseUrl = process.env["RELASI_URL"] ?? "http://127.0.0.1:7300";
const password = "kopi gayo pagi hari";
const api = createClient<paths>({ baseUrl });

function bearer(token: string): Middleware {
  return {
    onRequest({ request }) {
      request.headers.set("authorization", `Bearer ${token}`);
      return request;
    },
  };
}

/** The body of a success; what the server said otherwise. */
function got<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.ok(answer.data !== undefined, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

const version = (record: { version: number }) => `"${record.version}"`;

before(async () => {
  got(
    await api.POST("/api/v1/setup", {
      body: {
        workspace_name: "TypeScript",
        language: "en",
        currency: "IDR",
        time_zone: "Asia/Jakarta",
        full_name: "Dewi Lestari",
        email: "dewi@relasi.example",
        password,
        sample_data: false,
      },
    }),
  );
  const session = got(await api.POST("/api/v1/sessions", { body: { email: "dewi@relasi.example", password } }));
  assert.ok("access_token" in session, "nobody here has a second factor, which would be asked for first");
  api.use(bearer(session.access_token));
});

test("the workspace knows who is calling", async () => {
  const me = got(await api.GET("/api/v1/me"));
  assert.equal(me.user.email, "dewi@relasi.example");
});

test("a company and its contact are made, found and changed", async () => {
  const company = got(await api.POST("/api/v1/companies", { body: { name: "CV Kopi Nusantara", industry: "Retail" } }));
  const draft: Schemas["NewContact"] = {
    full_name: "Siti Rahmawati",
    emails: [{ value: "siti@kopi.example", label: "work" }],
    city: "Bandung",
    company_id: company.id,
  };
  const contact = got(await api.POST("/api/v1/contacts", { body: draft }));
  assert.equal(contact.version, 1);

  const page = got(
    await api.GET("/api/v1/contacts", {
      params: { query: { filter: 'city = "bandung" and company.industry = retail', sort: "full_name", include: "company" } },
    }),
  );
  assert.deepEqual(page.items.map((one) => one.id), [contact.id]);
  assert.equal(page.next_cursor, null);
  assert.deepEqual(page.included["companies"], [{ id: company.id, title: "CV Kopi Nusantara" }]);

  const path = { id: contact.id };
  const changed = got(
    await api.PATCH("/api/v1/contacts/{id}", {
      params: { path, header: { "If-Match": version(contact) } },
      body: { job_title: "Buyer" },
    }),
  );
  assert.equal(changed.version, 2);
  assert.equal(changed.job_title, "Buyer");

  const stale = await api.PATCH("/api/v1/contacts/{id}", {
    params: { path, header: { "If-Match": version(contact) } },
    body: { job_title: "Owner" },
  });
  assert.equal(stale.response.status, 412);
  assert.equal(stale.error?.code, "stale_version");
  assert.equal(stale.error?.status, 412);
});

test("every fault of a record is named", async () => {
  const answer = await api.POST("/api/v1/contacts", {
    body: { full_name: "", emails: [{ value: "no address" }], country: "XXX" },
  });
  assert.equal(answer.response.status, 422);
  const pointers = (answer.error?.errors ?? []).map((fault) => fault.pointer);
  assert.ok(pointers.includes("/full_name") && pointers.includes("/emails/0"), JSON.stringify(answer.error));
});

test("a deal moves over the board and is won", async () => {
  const [pipeline] = got(await api.GET("/api/v1/pipelines")).items;
  assert.ok(pipeline, "a new workspace has a pipeline");
  const stages = got(
    await api.GET("/api/v1/stages", { params: { query: { filter: `pipeline_id = "${pipeline.id}"`, sort: "position" } } }),
  ).items.filter((stage) => stage.kind === "open");
  const [first, second] = stages;
  assert.ok(first && second);
  const deal = got(
    await api.POST("/api/v1/deals", {
      body: { name: "Roastery contract", pipeline_id: pipeline.id, stage_id: first.id, amount: 3_600_000_00, currency: "IDR" },
    }),
  );
  const moved = got(
    await api.POST("/api/v1/deals/{id}/move", {
      params: { path: { id: deal.id }, header: { "If-Match": version(deal) } },
      body: { stage_id: second.id },
    }),
  );
  assert.equal(moved.stage_id, second.id);
  const won = got(
    await api.POST("/api/v1/deals/{id}/win", {
      params: { path: { id: deal.id }, header: { "If-Match": version(moved) } },
      body: {},
    }),
  );
  assert.equal(won.status, "won");
});
