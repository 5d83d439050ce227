// Codes of an authenticator app, as RFC 6238 has them.
import { createHmac } from "node:crypto";

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const bytes = (secret) => {
  const bits = [...secret.replaceAll(/[^A-Z2-7]/g, "")].map((sign) => SIGNS.indexOf(sign).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
};

/** The code of a secret in base32, so many steps from now. */
export function code(secret, steps = 0) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", bytes(secret)).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Waits until the code of the step before is still good for some seconds. */
export async function earlyInStep() {
  while (Date.now() % 30_000 > 22_000) await new Promise((done) => setTimeout(done, 200));
}
