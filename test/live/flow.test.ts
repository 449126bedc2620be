// Flows of traffic that the running kernel makes now: a failed ARP, a reply by lo, and a router between two hosts.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FlowTracker } from "../../src/flow/tracker.ts";
import { drained } from "../../src/lab/drained.ts";
import type { Flow } from "../../src/model/flow.ts";
import { ip } from "../flow/packets.ts";
import { type Recorded, recordedPackets } from "../flow/recorded.ts";

const able =
  process.getuid?.() === 0 &&
  ["ip -V", "tcpdump --version", "ping -V"].every((line) => {
    const [tool = "", option = ""] = line.split(" ");
    return spawnSync(tool, [option]).status === 0;
  });
if (!able) {
  if (process.env.PKTWHY_REQUIRE_ALL === "1")
    throw new Error("flows cannot be tested here: root, ip, tcpdump and ping are needed");
  console.warn("SKIPPED: flows of live traffic need root, ip, tcpdump and ping");
}

const space = (name: string) => `pwflow${process.pid.toString(36)}${name}`;

describe.skipIf(!able)("flows of live traffic", () => {
  let folder = "";
  let made: string[] = [];
  let captures: { child: ChildProcess; recorded: Recorded }[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pwflow"));
  });
  afterEach(() => {
    for (const { child } of captures) child.kill("SIGKILL");
    for (const name of made) spawnSync("ip", ["netns", "del", name]);
    rmSync(folder, { recursive: true, force: true });
    made = [];
    captures = [];
  });

  function build(names: readonly string[], commands: string): void {
    for (const name of names) {
      made.push(space(name));
      execFileSync("ip", ["netns", "add", space(name)]);
      inside(name, "ip link set lo up");
    }
    for (const line of commands.split("\n").map((l) => l.trim())) {
      if (line === "") continue;
      const [name = "", command = ""] = line.split(": ");
      inside(
        name,
        command.replace(/\{(\w+)\}/g, (_, other: string) => space(other)),
      );
    }
  }

  function inside(name: string, command: string): void {
    execFileSync("ip", ["netns", "exec", space(name), ...command.split(" ")]);
  }

  async function listen(name: string): Promise<void> {
    const file = join(folder, `${name}.pcap`);
    const options = "-Z root -p -n -i any -y LINUX_SLL2 --immediate-mode -U -s 256 -B 4096 --time-stamp-precision=nano";
    const child = spawn("ip", [
      "netns",
      "exec",
      space(name),
      "tcpdump",
      ...options.split(" "),
      "-w",
      file,
      "arp or icmp",
    ]);
    const links = JSON.parse(
      execFileSync("ip", ["netns", "exec", space(name), "ip", "-j", "link"], { encoding: "utf8" }),
    ) as { ifindex: number; ifname: string }[];
    captures.push({
      child,
      recorded: { file, netns: name, names: new Map(links.map((l) => [l.ifindex, l.ifname])) },
    });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", () => reject(new Error("tcpdump ended")));
      child.stderr?.on("data", (text: Buffer) => {
        if (text.includes("listening on")) resolve();
      });
    });
  }

  function ping(name: string, options: string): void {
    spawnSync("ip", ["netns", "exec", space(name), "ping", ...options.split(" ")]);
  }

  async function flows(): Promise<Flow[]> {
    await Promise.all(captures.map(({ child }) => drained(child)));
    await Promise.all(
      captures.map(
        ({ child }) =>
          new Promise((resolve) => {
            child.removeAllListeners("exit");
            child.once("exit", resolve);
            child.kill("SIGINT");
          }),
      ),
    );
    const tracker = new FlowTracker();
    for (const packet of recordedPackets(captures.map((c) => c.recorded))) tracker.push(packet);
    return tracker.finish();
  }

  const PAIR = `
    a: ip link add veth0 type veth peer name veth1
    a: ip addr add 192.168.2.11/24 dev veth0
    a: ip link set veth0 up
    a: ip link set veth1 up`;

  it("an ARP that nobody answers belongs to the ping it fails", async () => {
    build(["a"], PAIR);
    await listen("a");
    ping("a", "-c 4 -W 5 192.168.2.1");
    const [flow, ...others] = await flows();
    expect(others).toEqual([]);
    expect(flow).toMatchObject({
      kind: "ping",
      netns: "a",
      src: ip("192.168.2.11"),
      dst: ip("192.168.2.1"),
      replies: 0,
    });
    expect(flow?.errors).toBeGreaterThan(0);
    const round = flow?.arpOutcomes[0]?.first;
    expect(round).toMatchObject({ kind: "arp", purpose: "resolve", requests: { length: 3 }, replies: [] });
  });

  it("requests cross the pair and replies come by lo", async () => {
    const settings = ["all", "veth0", "veth1"].map(
      (i) => `net.ipv4.conf.${i}.rp_filter=0 net.ipv4.conf.${i}.accept_local=1`,
    );
    build(["a"], `${PAIR}\n a: ip addr add 192.168.2.1/24 dev veth1\n a: sysctl -qw ${settings.join(" ")}`);
    await listen("a");
    ping("a", "-c 3 -i 0.2 -I veth0 192.168.2.1");
    const [flow, ...others] = await flows();
    expect(others).toEqual([]);
    expect(flow).toMatchObject({ kind: "ping", netns: "a", requests: 3, replies: 3, duplicates: 0, errors: 0 });
    expect(flow?.echoOutcomes).toMatchObject([{ count: 3, first: { replies: [{ sightings: { length: 1 } }] } }]);
    expect(flow?.rttMs?.min).toBeGreaterThan(0);
  });

  it("a packet is followed through a router, and a router's failed ARP belongs to the ping", async () => {
    build(
      ["a", "r", "b"],
      `a: ip link add eth0 type veth peer name eth1 netns {r}
       b: ip link add eth0 type veth peer name eth2 netns {r}
       a: ip addr add 10.1.0.1/24 dev eth0
       b: ip addr add 10.2.0.2/24 dev eth0
       r: ip addr add 10.1.0.254/24 dev eth1
       r: ip addr add 10.2.0.254/24 dev eth2
       a: ip link set eth0 up
       b: ip link set eth0 up
       r: ip link set eth1 up
       r: ip link set eth2 up
       a: ip route add default via 10.1.0.254
       b: ip route add default via 10.2.0.254
       r: sysctl -qw net.ipv4.ip_forward=1`,
    );
    for (const name of ["a", "r", "b"]) await listen(name);
    ping("a", "-c 2 -i 0.2 -s 2000 10.2.0.2");
    ping("a", "-c 1 -W 20 10.2.0.77");
    const [answered, failed, ...others] = (await flows()) as [Flow, Flow, ...Flow[]];
    expect(others).toEqual([]);
    expect(answered).toMatchObject({ kind: "ping", netns: "a", requests: 2, replies: 2 });
    expect(answered.arpOutcomes.length).toBe(2);
    const echo = answered.echoOutcomes[0]?.first;
    expect(echo).toMatchObject({ fragments: [{}, {}] });
    const seenAt = echo?.kind === "echo" ? echo.request?.sightings.map((s) => s.frame.vantage.netns) : [];
    expect(seenAt).toEqual(["a", "r", "r", "b"]);
    expect(failed).toMatchObject({ netns: "a", dst: ip("10.2.0.77"), requests: 1, replies: 0, errors: 1 });
    expect(failed.arpOutcomes[0]?.first).toMatchObject({ target: ip("10.2.0.77"), replies: [] });
  });
});
