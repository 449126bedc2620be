// Listings of other tools and other systems decide as those of iproute2 do; what is not read is counted and named.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";
import { readPaste } from "../../src/paste/read.ts";
import { stateFromText } from "../../src/paste/state/replay.ts";

const textOf = (name: string) => readFileSync(join(import.meta.dirname, "forms", `${name}.txt`), "utf8");

async function read(name: string) {
  const { report, problems } = await reportOfPastes({ pastes: [{ source: name, content: textOf(name) }] });
  const flow = report?.flows.find((one) => one.flow.id === report.answer?.flow);
  const [first] = flow?.findings ?? [];
  return {
    code: report?.answer?.code ?? null,
    certainty: report?.answer?.certainty ?? null,
    commands: [...(first?.fixes ?? []), ...(first?.settle ?? [])].map(({ command }) => command),
    notes: (report?.notes ?? []).map(({ en }) => en).join("\n"),
    problems: problems.map(({ text }) => text.en).join("\n"),
    lines: (first?.evidence ?? []).flatMap(({ state }) => state?.line ?? []),
  };
}

/** Addresses, routes and neighbours that a paste tells, by namespace. */
function stateOf(name: string) {
  const { state, unknown } = stateFromText(readPaste(textOf(name), name).state);
  const hosts = [...(state?.namespaces.values() ?? [])].map(({ key, addresses, routes, neighbours }) => ({
    key,
    addresses: (addresses ?? []).filter((one) => one.interface !== "lo").map(({ line }) => line),
    routes: (routes ?? []).map(({ line }) => line),
    neighbours: (neighbours ?? []).map(({ line }) => line),
  }));
  return { hosts, unknown: unknown.map(({ text }) => text) };
}

describe("what a listing comes to", () => {
  it("ipconfig /all and arp -a", () => {
    expect(stateOf("windows-no-gateway")).toEqual({
      hosts: [
        {
          key: "",
          addresses: ["inet 192.168.1.5/24 scope global Ethernet"],
          routes: ["192.168.1.0/24 dev Ethernet proto kernel scope link src 192.168.1.5"],
          neighbours: ["192.168.1.1 dev Ethernet lladdr 00:11:22:33:44:55 STALE"],
        },
      ],
      unknown: [],
    });
  });

  it("ipconfig in Chinese and route print", () => {
    const [host] = stateOf("windows-chinese").hosts;
    expect(host?.addresses).toEqual(["inet 192.168.5.10/24 scope global 以太网_2"]);
    expect(host?.routes).toEqual([
      "default via 192.168.5.1 dev 以太网_2 metric 25",
      "192.168.5.0/24 dev 以太网_2 metric 281",
    ]);
  });

  it("ifconfig and netstat -rn of macOS", () => {
    const [host] = stateOf("macos").hosts;
    expect(host?.addresses).toEqual(["inet 192.168.1.7/24 scope global en0"]);
    expect(host?.routes).toContain("192.168.1.0/24 dev en0 scope link");
  });

  it("docker network inspect: each member a host, the network without a way out", () => {
    const { hosts, unknown } = stateOf("docker-network-inspect");
    expect(hosts.map(({ key }) => key)).toEqual(["", "app", "db"]);
    expect(hosts[1]).toMatchObject({ addresses: ["inet 172.21.0.2/16 scope global eth0"] });
    expect(hosts[1]?.routes.some((line) => line.startsWith("default"))).toBe(false);
    expect(unknown).toEqual(["app cannot reach 8.8.8.8"]);
  });

  it("nmcli alone, and of one device", () => {
    for (const name of ["nmcli", "nmcli-device"]) {
      const [host] = stateOf(name).hosts;
      expect(host?.addresses).toEqual(["inet 192.0.2.10/24 scope global eth0"]);
      // Of one device only: there may be routes by others.
      expect(host?.routes).toEqual(name === "nmcli" ? ["192.0.2.0/24 dev eth0 metric 100"] : []);
    }
  });

  it("uci show network", () => {
    const [host] = stateOf("uci").hosts;
    expect(host?.addresses).toEqual(["inet 192.168.1.1/24 scope global br-lan"]);
  });
});

describe("what it decides", () => {
  it.each([
    ["windows-no-gateway", "no-route"],
    ["macos", "no-route"],
    ["nmcli", "no-route"],
    ["nmcli-device", "no-route"],
    ["docker-inspect", "no-route"],
    ["docker-network-inspect", "no-route"],
    ["ethtool", "peer-down"],
    ["uci", "ip-forward-off"],
    ["windows-chinese", "arp-no-answer"],
    ["nft-trace", "nft-input-drop"],
    ["xtables-trace", "iptables-drop"],
    ["kernel-trace", "iptables-drop"],
    ["martian", "rp-filter-strict"],
    ["wireshark", "echo-no-reply"],
  ])("%s: %s", async (name, code) => {
    const { code: found, certainty } = await read(name);
    expect(found).toBe(code);
    expect(certainty).not.toBe("certain");
  });

  it.each([["windows-no-gateway"], ["macos"]])("%s gets no commands for Linux", async (name) => {
    const { commands, notes } = await read(name);
    expect(commands.filter((one) => /\b(?:sysctl|ip (?:route|addr|link)|iptables|nft)\b/.test(one))).toEqual([]);
    expect(notes).toMatch(/runs (?:Windows|macOS)/);
  });

  it("a container is entered as its engine enters it", async () => {
    const { commands } = await read("docker-inspect");
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.every((one) => one.includes("docker inspect -f '{{.State.Pid}}' web"))).toBe(true);
  });

  it("a rule that a trace names is quoted as it stands there", async () => {
    const { lines } = await read("nft-trace");
    expect(lines.join("\n")).toContain("icmp type echo-request counter packets 0 bytes 0 drop");
  });

  it("a whole listing that nobody reads is named", async () => {
    const { problems } = await read("ipset");
    expect(problems).toContain("may decide: ipset list");
    expect(problems).toContain("6 lines");
  });
});
