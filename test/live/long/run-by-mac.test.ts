// Captures of single interfaces: where the destination MAC address decides, and where tcpdump is too old for whole namespaces.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withLab } from "../../../src/lab/runner.ts";
import type { Scenario } from "../../../src/lab/scenario.ts";
import { scenarios } from "../../../src/lab/scenarios.ts";
import { insteadOf } from "../other-tool.ts";
import { LiveWorld, pktwhyLive, startPktwhy, twoNamespaces, whyNoCaptures } from "../run-world.ts";

interface Told {
  readonly answer: { readonly code: string; readonly certainty: string };
  readonly inputs: readonly {
    readonly netns: string;
    readonly interface: string;
    readonly linkType: string;
    readonly packets: number;
  }[];
  readonly flows: readonly {
    readonly requests: number;
    readonly causes: readonly { readonly evidence: readonly { readonly text: string; readonly frame?: string }[] }[];
  }[];
}

const skip = whyNoCaptures() !== null;

describe.skipIf(skip)("where the destination MAC address decides", () => {
  it.concurrent.each([
    "neigh-wrong-mac",
    "neigh-stale-mac-changed",
    "noarp-sender",
    "bridge-fdb-wrong-port",
    "bridge-fdb-local-mac",
    "bridge-fdb-ingress-port",
    "duplicate-mac",
  ])("%s", async (name) => {
    const scenario = scenarios.find((one) => one.name === name) as Scenario;
    await withLab(scenario, async (realNameOf) => {
      const [command] = scenario.commands;
      const words = ["ip", "netns", "exec", realNameOf(command.netns), ...command.argv];
      const done = await pktwhyLive(["run", "--json", "-v", "--", ...words]);
      const report: Told = JSON.parse(done.stdout);
      expect(report.answer, done.stderr).toMatchObject({ code: scenario.expected[0], certainty: "certain" });
      const asker = report.inputs.filter((one) => one.interface === "veth0");
      // One capture shows it, and one only: no packet is counted twice.
      expect(asker.map((one) => one.linkType)).toEqual(["EN10MB"]);
      expect(done.stderr).toMatch(/watching .*; with MAC addresses, which decide there: \S*:veth0/);
      expect(done.stderr).toMatch(/MAC addresses decide because /);
      expect(report.flows[0]?.requests).toBe(Number(command.argv[2]));
      const told = report.flows[0]?.causes[0]?.evidence.map((one) => one.text).join("\n");
      if (name !== "bridge-fdb-ingress-port") expect(told).toMatch(/the frames are addressed to/);
    });
  });

  it("follows a macvlan through the device below it, by which it sends with its own address", async () => {
    const world = new LiveWorld(["host", "wire", "guest"]);
    try {
      world.run(
        "host",
        "ip link add up0 type veth peer name x0 netns {wire}",
        "ip link add mv0 link up0 type macvlan mode bridge",
        "ip link set up0 up",
        "ip link set mv0 netns {guest}",
      );
      world.run("wire", "ip link set x0 up", "ip addr add 10.7.1.1/24 dev x0");
      world.run("guest", "ip link set mv0 up", "ip addr add 10.7.1.2/24 dev mv0");
      const words = ["run", "--json", "--", "ip", "netns", "exec", world.name("wire"), "ping", "-c", "1", "10.7.1.2"];
      const done = await pktwhyLive(words);
      const report: Told = JSON.parse(done.stdout);
      expect(report.answer, done.stderr).toMatchObject({ code: "answered", certainty: "certain" });
      const lower = report.inputs.find((one) => one.interface === "up0");
      expect(lower).toMatchObject({ linkType: "EN10MB", packets: 4 });
    } finally {
      world.remove();
    }
  });

  it("needs no such capture where ARP has just told the address", async () => {
    const world = twoNamespaces();
    try {
      const words = ["run", "--json", "--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "1", "10.7.0.2"];
      await pktwhyLive(words);
      // The second finds the entries that the first has left.
      const done = await pktwhyLive(words);
      expect(done.stderr).not.toMatch(/MAC/);
      const report: Told = JSON.parse(done.stdout);
      expect(report.inputs.every((one) => one.linkType === "LINUX_SLL2")).toBe(true);
    } finally {
      world.remove();
    }
  });
});

// What libpcap before 1.10 says to -y LINUX_SLL2; everything else is the real one.
const OLD_TCPDUMP = `#!/bin/sh
case " $* " in *" LINUX_SLL2 "*) echo "tcpdump: invalid data link type LINUX_SLL2" >&2; exit 1 ;; esac
exec REAL "$@"
`;

describe.skipIf(skip)("a tcpdump without LINUX_SLL2", () => {
  let world: LiveWorld;
  let directory: string;
  let through: readonly string[];
  beforeAll(() => {
    world = twoNamespaces();
    directory = mkdtempSync(join(tmpdir(), "pktwhy-old-"));
    through = insteadOf("tcpdump", OLD_TCPDUMP, directory);
  });
  afterAll(() => {
    world.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it("captures the chosen interfaces one by one, and says so", async () => {
    const words = ["run", "--json", "--", "ip", "netns", "exec", world.name("a"), "ping", "-c", "2", "10.7.0.2"];
    const done = await pktwhyLive(words, { through });
    const report: Told = JSON.parse(done.stdout);
    expect(report.answer, done.stderr).toMatchObject({ code: "answered", certainty: "certain" });
    expect(report.inputs.map((one) => `${one.netns}:${one.interface} ${one.linkType}`).sort()).toEqual(
      [
        `${world.name("a")}:lo EN10MB`,
        `${world.name("a")}:veth0 EN10MB`,
        `${world.name("b")}:lo EN10MB`,
        `${world.name("b")}:veth1 EN10MB`,
      ].sort(),
    );
    expect(done.stderr).toMatch(/too old to tell the interfaces of a namespace apart.* 4 interfaces .*one by one/);
  });

  it("watches so too", async () => {
    // Two exchanges are told: no ARP may come between, such as a host's question 5 s after it answered.
    world.run("a", "ping -c 1 10.7.0.2", "ip neigh change 10.7.0.2 dev veth0 nud permanent");
    world.run("b", "ip neigh change 10.7.0.1 dev veth1 nud permanent");
    const words = ["watch", "-i", `any@${world.name("a")}`, "-i", `any@${world.name("b")}`, "-c", "2"];
    const running = startPktwhy(words, { through });
    await running.said(/watching /);
    world.run("a", "ping -c 2 -i 0.2 10.7.0.2");
    const done = await running.done;
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/ping 10\.7\.0\.1 > 10\.7\.0\.2 #2/);
    expect(done.stdout).toMatch(/one by one/);
  });
});
