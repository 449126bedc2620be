// Captures on a kernel that does what it likes meanwhile: links come and go, processes are killed, and nothing is missed.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CapturePlace, closeCaptures, DEFAULT_FILTER, openCaptures } from "../../src/capture/backend.ts";
import { tcpdump } from "../../src/capture/tcpdump.ts";
import { SavefileReader } from "../../src/savefile/reader.ts";
import { howMany } from "../how-long.ts";
import { longIt } from "../only-long.ts";
import {
  descendants,
  isAlive,
  type LiveWorld,
  pktwhyLive,
  startPktwhy,
  twoNamespaces,
  until,
  whyNoCaptures,
} from "./run-world.ts";

// PKTWHY_ROUNDS=1000 looks harder still.
const ROUNDS = Number(process.env.PKTWHY_ROUNDS ?? howMany(8, 150));
const SETTINGS = { filter: DEFAULT_FILTER, snapLength: 256 };

describe.skipIf(whyNoCaptures() !== null)("captures", () => {
  let world: LiveWorld;
  beforeEach(() => {
    world = twoNamespaces();
  });
  afterEach(() => world.remove());

  const place = (space: string, name: string | null = null): CapturePlace => ({
    netns: world.name(space),
    path: `/run/netns/${world.name(space)}`,
    interface: name,
  });
  const inA = (...words: readonly string[]) => ["ip", "netns", "exec", world.name("a"), ...words];

  it(`see a ping that starts the instant they are ready, ${ROUNDS} times of ${ROUNDS}`, async () => {
    const missed: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const captures = await openCaptures(tcpdump, [place("a"), place("b")], SETTINGS, ["pipe", "pipe"]);
      const counts = captures.map((capture) => countPackets(capture.bytes as AsyncIterable<Uint8Array>));
      const [file = "", ...words] = inA("ping", "-c", "1", "-W", "20", "10.7.0.2");
      const pinged = spawnSync(file, words).status;
      const ends = await closeCaptures(captures);
      const seen = await Promise.all(counts);
      expect(ends.map((end) => end.dropped)).toEqual([0, 0]);
      // Question and answer at both ends; the first round also asks by ARP.
      if (pinged !== 0 || seen.some((count) => count < 2)) missed.push(round);
    }
    expect(missed).toEqual([]);
  });

  it("say what stands in the way, and leave nothing running", async () => {
    const before = descendants(process.pid).filter(({ words }) => words.includes("tcpdump")).length;
    const faults: [CapturePlace, string | null, string][] = [
      [{ ...place("a"), path: "/run/netns/pwlivenone" }, null, "no-such-namespace"],
      [place("a", "veth7"), null, "no-such-interface"],
      [place("a"), "icmp and", "bad-filter"],
      [place("a"), "host 1.2.3.4.5", "bad-filter"],
      [place("a"), "tcp host x6::1", "bad-filter"],
    ];
    for (const [at, filter, kind] of faults) {
      const settings = { ...SETTINGS, filter };
      const failure = await openCaptures(tcpdump, [place("b"), at], { ...settings }, ["pipe", "pipe"]).catch((e) => e);
      expect(failure.problem?.kind, failure.problem?.text.en).toBe(kind);
      expect(failure.problem.text.zh).toMatch(/\p{Script=Han}/u);
    }
    expect(descendants(process.pid).filter(({ words }) => words.includes("tcpdump"))).toHaveLength(before);
  });

  longIt("follow a link that is deleted and made again under the same name", async () => {
    const again = [
      "ping -c 1 -W 20 10.7.0.2",
      "ip link del veth0",
      `ip link add veth0 type veth peer name veth1 netns ${world.name("b")}`,
      "ip addr add 10.7.0.1/24 dev veth0",
      "ip link set veth0 up",
      `nsenter --net=/run/netns/${world.name("b")} ip addr add 10.7.0.2/24 dev veth1`,
      `nsenter --net=/run/netns/${world.name("b")} ip link set veth1 up`,
      "ping -c 1 -W 20 10.7.0.2",
    ].join(" && ");
    // Beside a ping, so that there is a way to look at; both questions must show at both ends.
    const done = await pktwhyLive(["run", "--json", ...anywhere(), "--", ...inA("sh", "-c", again)]);
    const inputs = JSON.parse(done.stdout).inputs as { netns: string; interface: string; packets: number }[];
    for (const [space, name] of [
      ["a", "veth0"],
      ["b", "veth1"],
    ] as const) {
      const own = inputs.filter((one) => one.netns === world.name(space) && one.interface === name);
      expect(own, done.stderr).toHaveLength(1);
      expect(own[0]?.packets).toBeGreaterThanOrEqual(8);
    }
    expect(inputs.filter((one) => /^if\d/.test(one.interface))).toEqual([]);
  });

  longIt("go on when a link is set down and up", async () => {
    const script = "ping -c 1 10.7.0.2; ip link set veth0 down; sleep 0.3; ip link set veth0 up; ping -c 1 10.7.0.2";
    for (const names of [anywhere(), ["-i", `veth0@${world.name("a")}`]]) {
      const done = await pktwhyLive(["run", "--json", ...names, "--", ...inA("sh", "-c", script)]);
      const report = JSON.parse(done.stdout);
      const own = report.inputs.find((one: { interface: string }) => one.interface === "veth0");
      expect(own.packets, done.stderr).toBeGreaterThanOrEqual(4);
      expect(report.flows[0]).toMatchObject({ dst: "10.7.0.2", replies: expect.any(Number) });
    }
  });

  longIt.each([
    ["deleted", "ip link del veth0"],
    ["moved", "ip link set veth0 netns {b}"],
  ])("explain what a single interface showed before it was %s", async (_, change) => {
    const directory = mkdtempSync(join(tmpdir(), "pktwhy-gone-"));
    const kept = `${directory}/case/${world.name("a")}.pcapng`;
    const script = [
      "ping -c 1 10.7.0.2",
      // What lies in the ring when the interface goes is lost with it: tcpdump must have had its turn.
      `until tcpdump -n -r ${kept} 2>/dev/null | grep -q "echo reply"; do sleep 0.1; done`,
      change.replace("{b}", world.name("b")),
      "while pidof tcpdump >/dev/null; do sleep 0.1; done",
    ].join("\n");
    const done = await pktwhyLive([
      ...["run", "--json", "-i", `veth0@${world.name("a")}`, "-w", `${directory}/case/`],
      ...["--", ...inA("timeout", "100", "sh", "-c", script)],
    ]);
    rmSync(directory, { recursive: true, force: true });
    const report = JSON.parse(done.stdout);
    expect(report.inputs[0].problems.join(" "), done.stderr).toMatch(/was deleted or moved away/);
    expect(report.inputs[0].packets).toBeGreaterThanOrEqual(2);
    expect(report.flows[0]).toMatchObject({ dst: "10.7.0.2", requests: 1, replies: 1 });
  });

  it("explain what was seen before a capture was killed, and say so", async () => {
    const running = startPktwhy(["run", "--json", "--", ...inA("ping", "-c", "6", "-i", "0.3", "10.7.0.2")]);
    await running.said(/icmp_seq=2/);
    const captures = descendants(running.child.pid as number).filter(({ words }) => words.startsWith("tcpdump"));
    expect(captures).toHaveLength(2);
    const victim = captures.find(({ pid }) => inNamespace(pid, world.name("b")));
    process.kill(victim?.pid as number, "SIGKILL");
    const done = await running.done;
    const report = JSON.parse(done.stdout);
    const own = report.inputs.find((one: { interface: string }) => one.interface === "veth1");
    expect(own.problems.join(" "), done.stderr).toMatch(/ended from outside \(SIGKILL\)/);
    expect(own.droppedByKernel).toBeNull();
    expect(done.stderr).toMatch(/ended from outside/);
    expect(report.flows[0]).toMatchObject({ requests: 6, replies: 6 });
    await until(() => captures.every(({ pid }) => !isAlive(pid)), 60, "captures end");
  });

  longIt("end with a pktwhy that is killed", async () => {
    const running = startPktwhy(["run", "--", ...inA("ping", "-i", "0.3", "10.7.0.2")]);
    await running.said(/icmp_seq=2/);
    const all = descendants(running.child.pid as number);
    expect(all.filter(({ words }) => words.startsWith("tcpdump"))).toHaveLength(2);
    expect(all.some(({ words }) => words.startsWith("ping"))).toBe(true);
    expect(all.some(({ words }) => words.includes("live-explainer"))).toBe(true);
    running.child.kill("SIGKILL");
    await until(() => all.every(({ pid }) => !isAlive(pid)), 60, `${JSON.stringify(all)} end`);
  });

  longIt("do not disturb each other", async () => {
    const [good, bad] = await Promise.all([
      pktwhyLive(["run", "--json", "--", ...inA("ping", "-c", "3", "-i", "0.3", "10.7.0.2")]),
      pktwhyLive(["run", "--json", "--", ...inA("ping", "-c", "2", "-W", "1", "10.7.0.8")]),
    ]);
    expect(JSON.parse(good.stdout).answer, good.stderr).toMatchObject({ code: "answered", verdict: "worked" });
    expect(JSON.parse(bad.stdout).answer, bad.stderr).toMatchObject({ code: "arp-no-local-owner", verdict: "failed" });
  });

  function anywhere(): string[] {
    return ["-i", `any@${world.name("a")}`, "-i", `any@${world.name("b")}`];
  }
});

async function countPackets(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const reader = new SavefileReader("live");
  let count = 0;
  for await (const chunk of chunks) {
    reader.append(chunk);
    for (let record = reader.next(); record !== null; record = reader.next()) if (record.type === "packet") count++;
  }
  return count;
}

function inNamespace(pid: number, name: string): boolean {
  const inode = (path: string) => spawnSync("stat", ["-L", "-c", "%i", path], { encoding: "utf8" }).stdout.trim();
  return inode(`/proc/${pid}/ns/net`) === inode(`/run/netns/${name}`);
}
