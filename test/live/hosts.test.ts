// Several hosts in one case, live: real sshd in hosts of their own, faults on each of them and between them, and what
// becomes of a host that is killed, refuses, or of a disk that is full.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, type ExpectStatic, it } from "vitest";
import { reportOf } from "../../src/case/read-report.ts";
import type { Report } from "../../src/model/report.ts";
import { renderJson } from "../../src/render/json.ts";
import { longIt } from "../only-long.ts";
import { HostsWorld, whyNoHosts } from "./hosts-world.ts";

interface Told {
  readonly answer: { readonly code: string; readonly certainty: string; readonly flow: number };
  readonly hosts: readonly string[];
  readonly flows: readonly {
    readonly id: number;
    readonly causes: readonly {
      readonly code: string;
      readonly host: string | null;
      readonly netns: string | null;
      readonly fixes: readonly { readonly command: string; readonly proof: string; readonly outcome?: string }[];
    }[];
  }[];
  readonly notes?: readonly { readonly text: string }[];
}

interface Fault {
  readonly code: string;
  /** Host, and a namespace there. */
  readonly at: readonly [host: string, netns: string];
  readonly make: string;
  readonly undo: string;
  readonly ping?: string;
  /** Where the fault is made, if not on that host. */
  readonly on?: string;
  /** How long an ARP round is waited for. */
  readonly patience?: number;
}

const nft = (hook: string, rule: string): Pick<Fault, "make" | "undo"> => ({
  make: `nft add table inet t; nft 'add chain inet t c { type filter hook ${hook} priority 0; }'; nft add rule inet t c ${rule} counter drop`,
  undo: "nft delete table inet t",
});
const sysctl = (key: string, value: number, usual: number): Pick<Fault, "make" | "undo"> => ({
  make: `sysctl -qw ${key}=${value}`,
  undo: `sysctl -qw ${key}=${usual}`,
});
const bridge = {
  make: "nft add table bridge t; nft 'add chain bridge t f { type filter hook forward priority 0; }'; nft add rule bridge t f icmp type echo-request drop",
  undo: "nft delete table bridge t",
};

const OVER_A_SWITCH: readonly Fault[] = [
  { code: "nft-input-drop", at: ["b", ""], ...nft("input", "icmp type echo-request") },
  { code: "nft-reply-drop", at: ["b", ""], ...nft("output", "icmp type echo-reply") },
  { code: "icmp-echo-ignore-all", at: ["b", ""], ...sysctl("net.ipv4.icmp_echo_ignore_all", 1, 0) },
  { code: "arp-ignore-8", at: ["b", ""], ...sysctl("net.ipv4.conf.all.arp_ignore", 8, 0), patience: 2500 },
  {
    code: "neigh-wrong-mac",
    at: ["a", ""],
    make: "ip neigh replace 10.8.0.2 lladdr 02:00:00:00:00:99 dev eth0 nud permanent",
    undo: "ip neigh del 10.8.0.2 dev eth0",
  },
  {
    code: "icmp-echo-ignore-all",
    at: ["b", "net1"],
    make: "ip netns exec net1 sysctl -qw net.ipv4.icmp_echo_ignore_all=1",
    undo: "ip netns exec net1 sysctl -qw net.ipv4.icmp_echo_ignore_all=0",
    ping: "10.7.0.2",
  },
  { code: "lost-between-hosts", at: ["a", ""], ...bridge, on: "sw" },
];

const OVER_A_ROUTER: readonly Fault[] = [
  { code: "ip-forward-off", at: ["r", ""], ...sysctl("net.ipv4.ip_forward", 0, 1) },
  {
    code: "missing-return-route",
    at: ["b", ""],
    make: "ip route del 10.8.0.0/24",
    undo: "ip route add 10.8.0.0/24 via 10.9.0.1",
  },
  { code: "nft-forward-drop", at: ["r", ""], ...nft("forward", "icmp type echo-request") },
  {
    code: "forward-blackhole",
    at: ["r", ""],
    make: "ip route add blackhole 10.9.0.2/32",
    undo: "ip route del blackhole 10.9.0.2/32",
  },
  {
    code: "frag-needed-df",
    at: ["r", ""],
    make: "ip link set eth1 mtu 1000",
    undo: "ip link set eth1 mtu 1500",
    ping: "-s 1400 -M do 10.9.0.2",
  },
  { code: "lost-between-hosts", at: ["r", ""], ...bridge, on: "tw" },
];

async function told(path: string): Promise<Told> {
  const { report } = await reportOf([path]);
  return JSON.parse(renderJson(report as Report, { language: "en", version: "0" })) as Told;
}

/** Makes each fault, collects while a ping runs into it, and holds the answer against it. */
async function holds(expect: ExpectStatic, world: HostsWorld, hosts: readonly string[], faults: readonly Fault[]) {
  for (const {
    code,
    at,
    make,
    undo,
    ping = hosts.length === 2 ? "10.8.0.2" : "10.9.0.2",
    on = at[0],
    patience = 0,
  } of faults) {
    const act = (words: string) => (hosts.includes(on) ? world.run(on, words) : world.inBetween(on, words));
    for (const host of hosts) world.run(host, "ip neigh flush all dev eth0");
    act(make);
    const path = await world.collect(hosts, async () => {
      await world.ping("a", `-c 2 -i 0.2 -W 1 ${ping}`);
      await new Promise((resolve) => setTimeout(resolve, patience));
    });
    act(undo);
    const { answer, flows, hosts: named } = await told(path);
    const [cause] = flows.find(({ id }) => id === answer.flow)?.causes ?? [];
    const what = `${code} at ${at.join("/")}`;
    expect.soft(named, what).toEqual(hosts);
    expect.soft(answer.code, what).toBe(code);
    expect.soft([cause?.host, cause?.netns], what).toEqual(at);
    const [fix] = cause?.fixes ?? [];
    if (fix?.proof === "answered") expect.soft(fix.outcome, what).toContain(`on ${at[0]}: `);
    for (const host of hosts) expect.soft(await world.leftOver(host), what).toEqual([]);
  }
}

// On a busy machine each process takes seconds to start.
const LONG = 900_000;

describe.skipIf(whyNoHosts() !== null)("several hosts", () => {
  longIt.concurrent(
    "faults on two hosts, in a namespace of one and between them are named with the host",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.inner("b");
        await holds(expect, world, ["a", "b"], OVER_A_SWITCH);
      } finally {
        world.remove();
      }
    },
    LONG,
  );

  it.concurrent(
    "a ping that runs here, and why another host does not answer it",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        const { status, stdout, stderr } = await world.runByCommand("a", ["b"], "-c 2 -i 0.2 -W 1 10.8.0.2");
        expect(status, stderr + stdout).toBe(1);
        const { answer, flows, hosts } = JSON.parse(stdout) as Told;
        const [cause] = flows.find(({ id }) => id === answer.flow)?.causes ?? [];
        expect([answer.code, answer.certainty, cause?.host]).toEqual(["icmp-echo-ignore-all", "certain", "b"]);
        expect(hosts).toEqual(["a", "b"]);
        for (const host of ["a", "b"]) expect(await world.leftOver(host)).toEqual([]);
        expect(readdirSync(join(world.directory, "tmp"))).toEqual([]);
      } finally {
        world.remove();
      }
    },
    LONG,
  );

  longIt.concurrent(
    "faults on three hosts and between two of them are named with the host",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "r", "b");
      try {
        world.routed();
        await holds(expect, world, ["a", "r", "b"], OVER_A_ROUTER);
      } finally {
        world.remove();
      }
    },
    LONG,
  );

  longIt.concurrent(
    "a host that is killed or refuses, and a full disk, are told; the rest is explained",
    async ({ expect }) => {
      const world = await HostsWorld.of("a", "b");
      try {
        world.switched("a", "b");
        world.run("b", "sysctl -qw net.ipv4.icmp_echo_ignore_all=1");
        const refused = await world.collectByCommand(["a"], () => world.ping("a", "-c 2 -i 0.2 -W 1 10.8.0.2"), [
          `gone=nosuch@${world.address("b")}`,
        ]);
        expect.soft(refused.stderr).toMatch(/gone could not be looked into: ssh said “.*Permission denied/);
        const alone = await told(refused.path);
        expect.soft(alone.answer.code).toBe("echo-no-reply");
        expect.soft(alone.notes?.some(({ text }) => text.includes("gone could not be looked into"))).toBe(true);

        const killed = await world.collectByCommand(["a", "b"], async () => {
          await world.ping("a", "-c 2 -i 0.2 -W 1 10.8.0.2");
          world.killSessions("b");
          await world.ping("a", "-c 1 -W 1 10.8.0.2");
        });
        expect.soft(killed.stderr).toMatch(/The connection to b ended too early/);
        const rest = await told(killed.path);
        expect.soft(rest.answer.code).toBe("icmp-echo-ignore-all");
        expect.soft(rest.notes?.some(({ text }) => text.includes("The connection to b ended too early"))).toBe(true);
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);

        world.smallDisk("full");
        const full = await world.collectByCommand(
          ["a", "b"],
          () => world.ping("a", "-c 1 -W 1 10.8.0.2"),
          [],
          join(world.directory, "full", "case"),
        );
        expect.soft(full.status).toBe(2);
        expect.soft(full.stderr).toMatch(/could not be written to its end \(ENOSPC\)/);
        for (const host of ["a", "b"]) expect.soft(await world.leftOver(host)).toEqual([]);
        expect.soft(readdirSync(join(world.directory, "tmp"))).toEqual([]);
      } finally {
        world.remove();
      }
    },
    LONG,
  );
});
