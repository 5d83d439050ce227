// with-server.mjs COMMAND... - runs a command with RELASI_URL set to a fresh server; ends with the command's status.
import { spawnSync } from "node:child_process";
import { startServer } from "../browser/lib/server.mjs";

const [command, ...rest] = process.argv.slice(2);
const server = await startServer();
// The command uses the server's own process, so waiting for it may block this one.
const { status } = spawnSync(command, rest, { stdio: "inherit", env: { ...process.env, RELASI_URL: server.address } });
if (status !== 0) process.stderr.write(server.log().slice(-4000));
await server.stop();
process.exitCode = status ?? 1;
