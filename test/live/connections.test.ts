// Twelve tools that connect, each to an address that answers, one that refuses, one that is silent, and one where large
// packets are lost: `pktwhy run` in front of each tells which it was. A few of them by default, all under `npm run test:long`.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { howMany } from "../how-long.ts";
import { ConnectionWorld, FARES, type Fares, TOOLS, whyNoConnections } from "./connection-world.ts";
import { pktwhyLive } from "./run-world.ts";

const EXPECTED: Readonly<Record<Fares, { readonly tcp: string; readonly udp: string }>> = {
  worked: { tcp: "connected", udp: "connected" },
  refused: { tcp: "port-other-address", udp: "port-other-address" },
  silent: { tcp: "nft-forward-drop", udp: "nft-forward-drop" },
  stalled: { tcp: "tcp-stall-pmtu", udp: "pmtu-blackhole" },
};

const all = TOOLS.flatMap((tool, at) => FARES.map((fares, n) => ({ tool, fares, often: (at + n * 3) % 24 === 0 })));

describe.skipIf(whyNoConnections() !== null)("pktwhy run in front of a tool", () => {
  let world: ConnectionWorld;
  const table: string[] = [];
  beforeAll(() => {
    world = new ConnectionWorld();
    return world.begin();
  });
  afterAll(() => {
    world.remove();
    if (table.length > 4) console.log(table.join("\n"));
  });

  it.each(all.filter(({ often }) => often || howMany(0, 1) === 1))("$tool $fares", async ({ tool, fares }) => {
    const argv = world.command(tool, fares);
    const done = await pktwhyLive(["run", "--json", "--", "ip", "netns", "exec", world.asker, ...argv]);
    const { answer } = done.stdout.includes("{") ? JSON.parse(done.stdout) : { answer: null };
    table.push(`${tool.padEnd(13)} ${fares.padEnd(8)} ${answer?.code} ${answer?.certainty} exit ${done.status}`);
    const said = `${done.stderr}\n${answer?.headline ?? done.stdout}`;
    const expected = EXPECTED[fares][tool === "nslookup" ? "udp" : "tcp"];
    expect(answer?.code, said).toBe(expected);
    expect(answer.certainty, said).toBe("certain");
    // busybox's telnet ends with 1 where the far side closes, and a command that failed is no success.
    expect(done.status).toBe(fares === "worked" && tool !== "telnet" ? 0 : 1);
    expect(JSON.stringify(answer)).not.toMatch(/echo request|ping /);
  });
});
