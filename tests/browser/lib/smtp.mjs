// A mail server that keeps what it is given.
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

function parts(raw) {
  const decoded = (kind) => {
    const from = raw.split(`Content-Type: ${kind}`)[1];
    if (!from) return "";
    const [head, ...rest] = from.split("\r\n\r\n");
    const body = rest.join("\r\n\r\n").split("\r\n--")[0];
    if (head.includes("base64")) return Buffer.from(body, "base64").toString("utf8");
    if (!head.includes("quoted-printable")) return body;
    const bytes = body.replaceAll("=\r\n", "").replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  };
  return { text: decoded("text/plain"), html: decoded("text/html") };
}

/** Listens on a port of its own. `refuse` holds the codes by which the next messages are refused. */
export async function startSink() {
  const received = [];
  const refuse = [];
  const server = createServer((line) => {
    let [rest, data, to] = ["", null, ""];
    const say = (text) => line.write(`${text}\r\n`);
    const heard = (text) => {
      if (data !== null) {
        if (text !== ".") return data.push(text.replace(/^\./, ""));
        received.push({ to, raw: data.join("\r\n"), ...parts(data.join("\r\n")) });
        data = null;
        return say("250 taken");
      }
      const verb = text.slice(0, 4).toUpperCase();
      if (verb === "RCPT") {
        to = text.split(/[<>]/)[1];
        const code = refuse.shift();
        return say(code ? `${code} no such mailbox` : "250 ok");
      }
      if (verb === "DATA") {
        data = [];
        return say("354 go on");
      }
      if (verb === "QUIT") return line.end("221 bye\r\n");
      return say("250 ok");
    };
    line.on("error", () => {});
    line.on("data", (bytes) => {
      const lines = (rest + bytes.toString("latin1")).split("\r\n");
      rest = lines.pop();
      lines.forEach(heard);
    });
    say("220 sink");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  /** Waits for the newest message to an address that links to a page; the path of the link. */
  const link = async (to, page) => {
    for (let turn = 0; turn < 600; turn += 1) {
      const found = received.filter((one) => one.to === to).map((one) => one.text.match(`/${page}/[\\w-]+`)).filter(Boolean);
      if (found.length > 0) return found.at(-1)[0];
      await pause(50);
    }
    throw new Error(`no link to ${page} for ${to}: ${JSON.stringify(received.map((one) => one.to))}`);
  };
  return { url: `smtp://127.0.0.1:${server.address().port}?tls=none`, received, refuse, link };
}
