// Predictions from recorded states: the steps of the two flagship stories, and what happens where state is thin.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { causeByCode, causes } from "../../src/causes/registry.ts";
import { assumedBy } from "../../src/edits/assumed.ts";
import { fixesOf } from "../../src/edits/fixes.ts";
import type { Ipv4 } from "../../src/model/address.ts";
import { parseIpv4 } from "../../src/model/address.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import type { Attempt, Trace } from "../../src/model/trace.ts";
import { stepsOf } from "../../src/model/trace.ts";
import { predict } from "../../src/predict/predict.ts";
import { parseNft } from "../../src/system/parse/nft.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

type Raw = { namespaces: Record<string, Record<string, unknown>> };

function raw(fixture: string): Raw {
  const place = join(import.meta.dirname, "../../fixtures", fixture, "state.json.gz");
  return JSON.parse(gunzipSync(readFileSync(place)).toString("utf8")) as Raw;
}
function recorded(fixture: string): SystemState {
  return parseState(raw(fixture), fixture).state;
}
function without(state: SystemState, netns: string, ...parts: (keyof Namespace)[]): SystemState {
  const ns = { ...(state.namespaces.get(netns) as Namespace) };
  for (const part of parts) Object.assign(ns, { [part]: undefined });
  return { ...state, namespaces: new Map([...state.namespaces, [netns, ns]]) };
}
function codeOf(trace: Trace): string {
  return trace.disposition.kind === "stopped" ? trace.disposition.hit.code : trace.disposition.kind;
}
/** Kinds of the steps with their interface, in order. */
function shape(trace: Trace): string[] {
  return stepsOf(trace).map((s) => `${s.leg} ${s.kind} ${s.interface ?? "-"}`);
}
function sightings(trace: Trace): string[] {
  return stepsOf(trace).flatMap((s) =>
    s.expects ? [`${s.expects.interface} ${s.expects.direction} ${s.expects.packet.kind}`] : [],
  );
}

describe("one address: the ARP that nobody answers", () => {
  const trace = predict(recorded("veth-one-address"), ping("", "192.168.2.1"));

  it("takes the seven steps of the story, and then the asker's own error over lo", () => {
    expect(shape(trace)).toEqual([
      "request socket -",
      "request route veth0",
      "request neighbour veth0",
      "arp-request transmit veth0",
      "arp-request cross veth1",
      "arp-request receive veth1",
      "arp-request stop veth1",
      "request neighbour veth0",
      "error icmp-error veth0",
      "error transmit lo",
      "error loopback lo",
      "error deliver lo",
    ]);
  });
  it("expects the question at both ends of the pair, and the error on lo", () => {
    expect(sightings(trace)).toEqual([
      "veth0 out arp-request",
      "veth1 in arp-request",
      "lo out icmp-error",
      "lo in icmp-error",
    ]);
  });
  it("names the cause with all addresses as evidence, and rules the look-alikes out by their settings", () => {
    expect(codeOf(trace)).toBe("arp-no-local-owner");
    const hit = trace.disposition.kind === "stopped" ? trace.disposition.hit : null;
    expect(hit?.facts).toMatchObject({
      target: "192.168.2.1",
      source: "192.168.2.11",
      outInterface: "veth0",
      inInterface: "veth1",
      prefix: "192.168.2.0/24",
    });
    expect(hit?.evidence.map((e) => e.state?.key)).toEqual(["addr", "addr"]);
    expect(hit?.ruledOut.map((r) => r.code)).toEqual(
      expect.arrayContaining(["arp-ignore-1", "arp-filter", "accept-local-off", "rp-filter-arp"]),
    );
    expect(hit?.ruledOut.find((r) => r.code === "arp-ignore-1")?.because.en).toBe("net.ipv4.conf.veth1.arp_ignore = 0");
  });
  it("knows what ping hears", () => {
    expect(trace.heard).toEqual({ kind: "icmp-error", from: parseIpv4("192.168.2.11"), type: 3, code: 1 });
  });
});

describe("both addresses: the reply that loops via lo", () => {
  const state = recorded("veth-both-addresses");
  const trace = predict(state, ping("", "192.168.2.1", { outInterface: "veth0" }));

  it("takes the nine steps of the story in their order", () => {
    const wanted = [
      "request socket -",
      "request transmit veth0",
      "request cross veth1",
      "request receive veth1",
      "request icmp-echo veth1",
      "reply route lo",
      "reply loopback lo",
      "reply deliver -",
      "reply socket-receive -",
    ];
    expect(shape(trace).filter((s) => wanted.includes(s))).toEqual(wanted);
  });
  it("expects requests on the pair and the reply on lo alone", () => {
    expect(sightings(trace).filter((s) => s.includes("echo"))).toEqual([
      "veth0 out echo-request",
      "veth1 in echo-request",
      "lo out echo-reply",
      "lo in echo-reply",
    ]);
  });
  it("is answered, with reply-via-lo as a remark that quotes table local", () => {
    expect(codeOf(trace)).toBe("answered");
    const remark = trace.remarks.find((r) => r.code === "reply-via-lo");
    expect(remark?.evidence[0].text.en).toBe("local 192.168.2.11 dev veth0 table local");
    expect(trace.heard).toEqual({ kind: "reply" });
  });
  it("uses an entry that is there instead of asking", () => {
    const mac = state.namespaces.get("")?.links?.find((l) => l.name === "veth1")?.mac ?? null;
    const entry = {
      interface: "veth0",
      address: parseIpv4("192.168.2.1") as Ipv4,
      mac,
      states: new Set(["REACHABLE"]),
      line: "192.168.2.1 dev veth0 REACHABLE",
    };
    const ns = { ...(state.namespaces.get("") as Namespace), neighbours: [entry] };
    const known = predict(
      { ...state, namespaces: new Map([["", ns]]) },
      ping("", "192.168.2.1", { outInterface: "veth0" }),
    );
    expect(shape(known).slice(0, 5)).toEqual([
      "request socket -",
      "request route veth0",
      "request neighbour veth0",
      "request transmit veth0",
      "request cross veth1",
    ]);
  });
});

describe("faults behind each other", () => {
  it("names rp_filter behind accept_local, in the order of mending", () => {
    const state = recorded("veth-both-addresses-refused");
    const ns = state.namespaces.get("") as Namespace;
    const sysctl = new Map([...(ns.sysctl ?? []), ["net.ipv4.conf.veth1.rp_filter", "1"] as const]);
    const trace = predict(
      { ...state, namespaces: new Map([["", { ...ns, sysctl }]]) },
      ping("", "192.168.2.1", { outInterface: "veth0" }),
      assumedBy(causes),
    );
    expect(codeOf(trace)).toBe("accept-local-off");
    expect(trace.remarks.map((r) => r.code)).toContain("accept-local-but-rp-filter");
  });
});

describe("thin state is an open branch, never a guess", () => {
  const bound = { outInterface: "veth0" };
  it("without sysctls, accept_local decides and is unknown", () => {
    const trace = predict(
      without(recorded("veth-both-addresses-refused"), "", "sysctl"),
      ping("", "192.168.2.1", bound),
    );
    expect(trace.disposition).toMatchObject({
      kind: "open",
      missing: ["sysctl"],
      candidates: expect.arrayContaining(["accept-local-off"]),
    });
    expect(trace.heard).toBeUndefined();
  });
  it("without sysctls, a plain pair of namespaces is still answered, with what was assumed", () => {
    const state = without(without(recorded("two-namespaces"), "net0", "sysctl"), "net1", "sysctl");
    const trace = predict(state, ping("net0", "192.168.2.1"));
    expect(codeOf(trace)).toBe("answered");
    expect(trace.assumed).toEqual(expect.arrayContaining(["net1: sysctl"]));
  });
  it("without routes and addresses nothing can be said", () => {
    const trace = predict(without(recorded("veth-one-address"), "", "routes", "addresses"), ping("", "192.168.2.1"));
    expect(trace.disposition).toMatchObject({ kind: "open", missing: ["route"] });
  });
  it("without links, where the frame comes out is open", () => {
    const trace = predict(without(recorded("veth-one-address"), "", "links"), ping("", "192.168.2.1"));
    expect(trace.disposition).toMatchObject({ kind: "open", missing: ["link"] });
  });
  it("a namespace that is not in the state is a way out of the known world", () => {
    const state = recorded("two-namespaces");
    const alone = { ...state, namespaces: new Map([...state.namespaces].filter(([key]) => key === "net0")) };
    const trace = predict(alone, ping("net0", "192.168.2.1"));
    expect(trace.disposition).toMatchObject({ kind: "exits", netns: "net0", interface: "veth0", leg: "arp-request" });
  });
  it("an unknown firewall is assumed absent and said so", () => {
    const trace = predict(without(recorded("two-namespaces"), "net1", "nft", "iptables"), ping("net0", "192.168.2.1"));
    expect(codeOf(trace)).toBe("answered");
    expect(trace.assumed).toEqual(["net1: nft", "net1: iptables"]);
  });
  it("a rule it does not understand leaves the hook open", () => {
    const state = recorded("two-namespaces");
    const nft = {
      nftables: [
        { table: { family: "inet", name: "t", handle: 1 } },
        {
          chain: {
            family: "inet",
            table: "t",
            name: "in",
            handle: 1,
            type: "filter",
            hook: "input",
            prio: 0,
            policy: "accept",
          },
        },
        {
          rule: {
            family: "inet",
            table: "t",
            chain: "in",
            handle: 2,
            expr: [{ match: { op: "==", left: { meta: { key: "cgroup" } }, right: 5 } }, { drop: null }],
          },
        },
      ],
    };
    const ns = { ...(state.namespaces.get("net1") as Namespace), nft: parseNft(nft) };
    const trace = predict(
      { ...state, namespaces: new Map([...state.namespaces, ["net1", ns]]) },
      ping("net0", "192.168.2.1"),
    );
    expect(trace.disposition).toMatchObject({ kind: "open", netns: "net1", missing: ["nft"] });
  });
});

describe("VLAN interfaces", () => {
  const withVlan = (space: Record<string, unknown>, lower: string, address: string): void => {
    const links = space.link as Record<string, unknown>[];
    const base = links.find((l) => l.ifname === lower) as Record<string, unknown>;
    const { link_netnsid: _, ...own } = base;
    links.push({
      ...own,
      ifindex: 90,
      link_index: base.ifindex,
      link: lower,
      ifname: `${lower}.10`,
      linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1Q", id: 10 } },
    });
    (space.addr as unknown[]).push({
      ifindex: 90,
      ifname: `${lower}.10`,
      flags: base.flags,
      addr_info: [{ family: "inet", local: address, prefixlen: 24, scope: "global", label: `${lower}.10` }],
    });
    const route = space.route as unknown[];
    route.push({
      type: "unicast",
      dst: "10.8.0.0/24",
      dev: `${lower}.10`,
      protocol: "kernel",
      scope: "link",
      prefsrc: address,
      flags: [],
    });
    route.push({
      type: "local",
      dst: address,
      dev: `${lower}.10`,
      table: "local",
      protocol: "kernel",
      scope: "host",
      prefsrc: address,
      flags: [],
    });
  };
  it("tags on one end and untags on the other", () => {
    const file = raw("two-namespaces");
    withVlan(file.namespaces.net0 as Record<string, unknown>, "veth0", "10.8.0.1");
    withVlan(file.namespaces.net1 as Record<string, unknown>, "veth1", "10.8.0.2");
    const trace = predict(parseState(file, "vlan").state, ping("net0", "10.8.0.2"));
    expect(codeOf(trace)).toBe("answered");
    expect(sightings(trace).slice(0, 4)).toEqual([
      "veth0.10 out arp-request",
      "veth0 out arp-request",
      "veth1 in arp-request",
      "veth1.10 in arp-request",
    ]);
  });
  it("a tag nobody expects is somebody else's", () => {
    const file = raw("two-namespaces");
    withVlan(file.namespaces.net0 as Record<string, unknown>, "veth0", "10.8.0.1");
    const trace = predict(parseState(file, "vlan").state, ping("net0", "10.8.0.2"));
    expect(codeOf(trace)).toBe("vlan-tagged-to-untagged-host");
  });
});

describe("a gateway with a wrong neighbour entry", () => {
  it("is named, and the entry to remove is its own", () => {
    const file = raw("router-ok");
    (file.namespaces.left as Record<string, unknown>).neigh = [
      { dst: "10.0.1.254", dev: "veth0", lladdr: "02:00:00:00:00:99", state: ["PERMANENT"] },
    ];
    const { disposition } = predict(parseState(file, "gateway").state, ping("left", "10.0.2.2"));
    const hit = disposition.kind === "stopped" ? disposition.hit : null;
    expect(hit).toMatchObject({ code: "neigh-wrong-mac", facts: { target: "10.0.2.2", gateway: "10.0.1.254" } });
    const cause = causeByCode("neigh-wrong-mac");
    const [fix] = cause ? fixesOf(cause, hit?.facts ?? {}, "left") : [];
    expect(fix?.command).toBe("sudo ip netns exec left ip neigh del 10.0.1.254 dev veth0");
  });
});

describe("every prediction", () => {
  const all: readonly (readonly [string, Attempt])[] = [
    ["veth-one-address", ping("", "192.168.2.1")],
    ["veth-both-addresses", ping("", "192.168.2.1", { outInterface: "veth0" })],
    ["veth-both-addresses-refused", ping("", "192.168.2.1", { outInterface: "veth0" })],
    ["veth-both-addresses-half-fixed", ping("", "192.168.2.1", { outInterface: "veth0" })],
    ["two-namespaces-peer-down", ping("net0", "192.168.2.1")],
  ];
  it.each(all)("%s rests on evidence and speaks both languages", (fixture, attempt) => {
    const trace = predict(recorded(fixture), attempt);
    const hits = [...(trace.disposition.kind === "stopped" ? [trace.disposition.hit] : []), ...trace.remarks];
    for (const hit of hits) expect(hit.evidence.length).toBeGreaterThan(0);
    for (const step of stepsOf(trace)) {
      expect(step.text.en).not.toMatch(/undefined|NaN|\p{Script=Han}/u);
      expect(step.text.zh).toMatch(/\p{Script=Han}/u);
    }
  });
});
