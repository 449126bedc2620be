// Child of the live bench: sends small UDP datagrams at a steady rate for a bounded time, or takes them and reads none.
// `send ADDRESS PORT RATE SECONDS` says "ready", starts at the first byte of its standard input and ends with one line
// of JSON; `take ADDRESS PORT` says "ready" and holds the port until it is killed.

import { createSocket, type Socket } from "node:dgram";

const MOST_SECONDS = 5;
const MOST_RATE = 200_000;
// With headers 60 bytes: the smallest Ethernet frame.
const PAYLOAD = new Uint8Array(18);
// Enough sockets and datagrams under way that no system call waits for another, and little to lose at the end.
const SOCKETS = 4;
const MOST_PENDING = 512;
const MOST_AT_ONCE = 256;

const [mode, address = "", port = "", rate = "", seconds = ""] = process.argv.slice(2);
if (mode === "take") take(address, Number(port));
else await send(address, Number(port), Math.min(Number(rate), MOST_RATE), Math.min(Number(seconds), MOST_SECONDS));

// A port that nobody holds would answer with ICMP errors, which the default filter takes.
function take(at: string, own: number): void {
  const socket = createSocket("udp4");
  socket.bind(own, at, () => {
    process.stdout.write("ready\n", () => {
      // The kernel fills the socket's buffer once and drops the rest: taking costs no CPU.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });
  });
}

async function send(to: string, there: number, perSecond: number, length: number): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => connected(to, there)));
  process.stdout.write("ready\n");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  let sent = 0;
  let failed = 0;
  let pending = 0;
  const done = (error: Error | null): void => {
    pending--;
    if (error !== null) failed++;
  };
  const begun = performance.now();
  const step = (): void => {
    const now = (performance.now() - begun) / 1000;
    if (now >= length) {
      if (pending > 0) setTimeout(step, 1);
      else process.stdout.write(`${JSON.stringify({ sent: sent - failed, seconds: now })}\n`, () => process.exit());
      return;
    }
    const due = Math.floor(now * perSecond);
    for (let burst = 0; burst < MOST_AT_ONCE && sent < due && pending < MOST_PENDING; burst++) {
      pending++;
      sockets[sent++ % SOCKETS]?.send(PAYLOAD, done);
    }
    setImmediate(step);
  };
  step();
}

function connected(to: string, there: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("error", () => {});
  return new Promise((resolve) => socket.connect(there, to, () => resolve(socket)));
}
