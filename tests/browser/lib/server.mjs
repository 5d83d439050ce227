// The program as a child process with a data folder of its own.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

function program() {
  const path = process.env.RELASI_BIN ?? join(root, "target/debug/relasi");
  if (!existsSync(path)) throw new Error(`${path} is missing: scripts/build.sh debug`);
  return path;
}

// A port below the range that the system hands out by itself.
async function freePort() {
  for (;;) {
    const port = 10000 + Math.floor(Math.random() * 20000);
    const free = await new Promise((resolve) => {
      const probe = createServer().once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** What a command of the program says that works on a server's folder while no server does. */
export function command(folder, args, input = "") {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const env = { ...inherited, RELASI_DATA_DIR: join(folder, "data") };
  return execFileSync(program(), args, { env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] }).trim();
}

/** Starts `relasi serve` in a folder that `prepare` may fill; `stop` ends it and removes the folder. */
export async function startServer(environment = {}, prepare = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "relasi-browser-"));
  prepare(folder);
  const listen = `127.0.0.1:${await freePort()}`;
  const log = join(folder, "server.log");
  const file = openSync(log, "a");
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(program(), ["serve"], {
    env: { ...inherited, RELASI_DATA_DIR: join(folder, "data"), RELASI_LISTEN: listen, ...environment },
    stdio: ["ignore", file, file],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const address = `http://${listen}`;
  const stop = async () => {
    kill();
    await ended;
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const limit = Date.now() + 60_000;
  while (!(await fetch(`${address}/readyz`).then((r) => r.ok, () => false))) {
    if (child.exitCode !== null || Date.now() > limit) {
      const said = readFileSync(log, "utf8");
      await stop();
      throw new Error(`the server is not ready:\n${said}`);
    }
    await pause(20);
  }
  return { address, folder, stop, log: () => readFileSync(log, "utf8") };
}
