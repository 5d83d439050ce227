// A small client to arrange what a journey needs; the journeys themselves go through the screens.
export const PASSWORD = "kopi gayo pagi hari";

export const OWNER = {
  workspace_name: "CV Kopi Nusantara",
  language: "en",
  currency: "IDR",
  time_zone: "Asia/Jakarta",
  full_name: "Dewi Lestari",
  email: "dewi@relasi.example",
  password: PASSWORD,
  sample_data: false,
};

export class Api {
  constructor(address, token = null) {
    this.address = address;
    this.token = token;
  }

  /** The parsed answer; throws with the whole problem when the status is not a success. */
  async send(method, path, body, headers = {}) {
    const raw = body instanceof Uint8Array || typeof body === "string";
    const answer = await fetch(`${this.address}/api/v1/${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": raw ? "application/octet-stream" : "application/json" }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined || raw ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  get(path) {
    return this.send("GET", path);
  }

  post(path, body) {
    return this.send("POST", path, body);
  }

  patch(path, version, body) {
    return this.send("PATCH", path, body, { "if-match": `"${version}"` });
  }

  /** Sets up the workspace (once per server) and keeps the owner's token. */
  async setUp(changes = {}) {
    const session = await this.post("setup", { ...OWNER, ...changes });
    this.token = session.access_token;
    return session;
  }
}
