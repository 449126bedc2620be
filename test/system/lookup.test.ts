// Lookups over state that is whole, half known, or of kinds the test machine's kernel does not have.

import { describe, expect, test } from "vitest";
import { type Ipv4, parseIpv4 } from "../../src/model/address.ts";
import type { Namespace, SystemState } from "../../src/model/system-state.ts";
import { localOwner, ownersOf } from "../../src/system/lookup/owner.ts";
import { otherEnd } from "../../src/system/lookup/peer.ts";
import { lookupRoute } from "../../src/system/lookup/route.ts";
import { effectiveSysctl, namespaceSysctl } from "../../src/system/lookup/sysctl.ts";
import { parseState } from "../../src/system/parse.ts";

function stateOf(namespaces: Record<string, unknown>): SystemState {
  return parseState({ pktwhy: "state/1", namespaces }, "state.json").state;
}
function nsOf(parts: Record<string, unknown>): Namespace {
  return stateOf({ net0: parts }).namespaces.get("net0") as Namespace;
}
const ip = (text: string) => parseIpv4(text) as Ipv4;

describe("effectiveSysctl", () => {
  const combined = (name: string, all: string, own: string, more: Record<string, string> = {}) =>
    effectiveSysctl(
      nsOf({ sysctl: { [`net.ipv4.conf.all.${name}`]: all, [`net.ipv4.conf.veth0.${name}`]: own, ...more } }),
      name,
      "veth0",
    );
  test.each([
    ["rp_filter", "2", "1", 2, "max"],
    ["arp_ignore", "0", "8", 8, "max"],
    ["accept_local", "1", "0", 1, "or"],
    ["arp_filter", "0", "0", 0, "or"],
    ["bc_forwarding", "1", "0", 0, "and"],
    ["forwarding", "1", "0", 0, "iface"],
  ])("%s: all=%s, veth0=%s is %i by %s", (name, all, own, value, rule) => {
    expect(combined(name, all, own)).toMatchObject({ value, rule });
  });
  test("the deciding line stands first", () => {
    expect(combined("rp_filter", "2", "1")?.lines.map((l) => l.line)).toEqual([
      "net.ipv4.conf.all.rp_filter = 2",
      "net.ipv4.conf.veth0.rp_filter = 1",
    ]);
  });
  test("redirects: a host is content with one, a router wants both", () => {
    expect(combined("accept_redirects", "1", "0", { "net.ipv4.conf.veth0.forwarding": "0" })?.value).toBe(1);
    expect(combined("accept_redirects", "1", "0", { "net.ipv4.conf.veth0.forwarding": "1" })?.value).toBe(0);
    expect(combined("accept_redirects", "1", "0")).toBeUndefined();
  });
  test("half known, only what settles it is told", () => {
    const ns = nsOf({
      sysctl: {
        "net.ipv4.conf.all.accept_local": "1",
        "net.ipv4.conf.all.rp_filter": "1",
        "net.ipv4.conf.all.arp_filter": "0",
      },
    });
    expect(effectiveSysctl(ns, "accept_local", "veth0")?.value).toBe(1);
    expect(effectiveSysctl(ns, "rp_filter", "veth0")).toBeUndefined();
    expect(effectiveSysctl(ns, "arp_filter", "veth0")).toBeUndefined();
  });
  test("names with dots, neighbour and namespace settings", () => {
    const ns = nsOf({
      sysctl: {
        "net.ipv4.conf.veth0/1.forwarding": "1",
        "net.ipv4.neigh.veth0/1.mcast_solicit": "3",
        "net.ipv4.ip_forward": "1",
        "net.ipv4.ping_group_range": "1\t0",
      },
    });
    expect(effectiveSysctl(ns, "forwarding", "veth0.1")?.value).toBe(1);
    expect(effectiveSysctl(ns, "mcast_solicit", "veth0.1")).toMatchObject({ value: 3, rule: "iface" });
    expect(effectiveSysctl(ns, "ip_forward", "veth0.1")).toMatchObject({ value: 1, rule: "netns" });
    expect(namespaceSysctl(ns, "net.ipv4.ping_group_range")).toBeUndefined();
  });
});

const LO_ADDRESS = { ifname: "lo", addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host" }] };
const VETH_ADDRESS = {
  ifname: "veth0",
  addr_info: [{ family: "inet", local: "192.168.2.11", prefixlen: 24, scope: "global" }],
};

describe("localOwner", () => {
  test("table local decides, also over a link that is down", () => {
    const ns = nsOf({
      link: [{ ifindex: 2, ifname: "veth0", flags: [] }],
      route: [{ type: "local", dst: "192.168.2.11", dev: "veth0", table: "local", protocol: "kernel" }],
    });
    expect(localOwner(ns, ip("192.168.2.11"))).toEqual({
      interface: "veth0",
      line: { netns: "net0", key: "route", line: "local 192.168.2.11 dev veth0 table local" },
    });
    expect(localOwner(ns, ip("192.168.2.12"))).toBeNull();
  });
  test("a local prefix owns every address but its broadcast", () => {
    const ns = nsOf({
      route: [
        { type: "local", dst: "127.0.0.0/8", dev: "lo", table: "local" },
        { type: "broadcast", dst: "127.255.255.255", dev: "lo", table: "local" },
      ],
    });
    expect(localOwner(ns, ip("127.9.9.9"))).toMatchObject({ interface: "lo" });
    expect(localOwner(ns, ip("127.255.255.255"))).toBeNull();
  });
  test("addresses stand in where table local was not dumped; nothing known is unknown", () => {
    const ns = nsOf({
      addr: [LO_ADDRESS, VETH_ADDRESS],
      route: [{ dst: "192.168.2.0/24", dev: "veth0", protocol: "kernel", scope: "link" }],
    });
    expect(localOwner(ns, ip("192.168.2.11"))).toMatchObject({ interface: "veth0", line: { key: "addr" } });
    expect(localOwner(ns, ip("127.3.3.3"))).toMatchObject({ interface: "lo" });
    expect(localOwner(ns, ip("192.168.2.1"))).toBeNull();
    expect(localOwner(nsOf({}), ip("192.168.2.1"))).toBeUndefined();
    expect(
      localOwner(nsOf({ route: [{ dst: "default", gateway: "10.0.0.1", dev: "e0" }] }), ip("10.0.0.2")),
    ).toBeUndefined();
  });
  test("all owners are named", () => {
    const state = stateOf({ a: { addr: [VETH_ADDRESS] }, b: { addr: [VETH_ADDRESS] }, c: { addr: [] } });
    expect(ownersOf(state, ip("192.168.2.11")).map((o) => o.netns)).toEqual(["a", "b"]);
  });
});

describe("lookupRoute", () => {
  test("addresses alone: own and on-link are answered and marked, all else is unknown", () => {
    const ns = nsOf({ addr: [LO_ADDRESS, VETH_ADDRESS] });
    expect(lookupRoute(ns, { destination: ip("192.168.2.11") })).toMatchObject({
      kind: "route",
      route: { type: "local" },
      assumed: ["route", "rule"],
    });
    expect(lookupRoute(ns, { destination: ip("192.168.2.1") })).toMatchObject({
      kind: "route",
      hop: { interface: "veth0" },
      lines: [{ key: "addr" }],
    });
    expect(lookupRoute(ns, { destination: ip("10.0.0.1") })).toEqual({ kind: "unknown", missing: ["route"] });
    expect(lookupRoute(nsOf({}), { destination: ip("10.0.0.1") })).toEqual({ kind: "unknown", missing: ["route"] });
  });
  test("table main alone: kernel routes betray own addresses", () => {
    const ns = nsOf({
      route: [{ dst: "192.168.2.0/24", dev: "veth0", protocol: "kernel", scope: "link", prefsrc: "192.168.2.11" }],
    });
    expect(lookupRoute(ns, { destination: ip("192.168.2.11") })).toMatchObject({
      kind: "route",
      route: { type: "local" },
      assumed: ["addr", "rule"],
    });
  });
  test("a device bound to hides a local address of another one", () => {
    const ns = nsOf({
      rule: [],
      route: [
        { type: "local", dst: "192.168.2.1", dev: "veth1", table: "local" },
        { dst: "192.168.2.0/24", dev: "veth0" },
      ].map((route) => ({ ...route })),
    });
    const withRules = { ...ns, rules: undefined };
    expect(lookupRoute(withRules, { destination: ip("192.168.2.1") })).toMatchObject({ route: { type: "local" } });
    expect(lookupRoute(withRules, { destination: ip("192.168.2.1"), oif: "veth0" })).toMatchObject({
      route: { type: "unicast" },
    });
    expect(lookupRoute(ns, { destination: ip("192.168.2.1") })).toMatchObject({ kind: "none" });
  });
  test("dead hops are never offered, those without carrier only where the sysctl does not skip them", () => {
    const hop = (dev: string, ...flags: string[]) => ({ dev, gateway: "10.9.9.9", weight: 1, flags });
    const parts = {
      addr: [],
      route: [{ dst: "default", nexthops: [hop("e0", "dead"), hop("e1"), hop("e2", "linkdown")] }],
    };
    const offered = (value: string | null) => {
      const sysctl =
        value === null
          ? {}
          : {
              "net.ipv4.conf.all.ignore_routes_with_linkdown": value,
              "net.ipv4.conf.e2.ignore_routes_with_linkdown": "0",
            };
      const result = lookupRoute(nsOf({ ...parts, sysctl }), { destination: ip("1.1.1.1") });
      return result.kind === "route"
        ? [result.candidates.map((candidate) => candidate.interface), result.assumed]
        : result;
    };
    expect(offered("0")).toEqual([["e1", "e2"], ["rule"]]);
    expect(offered("1")).toEqual([["e1"], ["rule"]]);
    expect(offered(null)).toEqual([
      ["e1", "e2"],
      ["rule", "sysctl"],
    ]);
  });
  test("a VRF's ports look into its table, and its device leaves the choice of the port open", () => {
    const ns = nsOf({
      link: [
        { ifindex: 2, ifname: "red", linkinfo: { info_kind: "vrf", info_data: { table: 77 } }, flags: ["UP"] },
        { ifindex: 3, ifname: "veth0", master: "red", flags: ["UP"] },
      ],
      rule: [
        { priority: 0, src: "all", table: "local" },
        { priority: 1000, src: "all", l3mdev: null },
        { priority: 32766, src: "all", table: "main" },
      ],
      route: [
        { dst: "10.0.0.0/8", dev: "veth0", table: "77" },
        { dst: "10.0.0.0/8", dev: "eth0" },
        { type: "local", dst: "10.0.0.1", dev: "veth0", table: "77" },
      ],
    });
    for (const key of [{ oif: "red" }, { oif: "veth0" }, { iif: "veth0" }]) {
      expect(lookupRoute(ns, { destination: ip("10.1.1.1"), ...key })).toMatchObject({ route: { table: "77" } });
    }
    expect(lookupRoute(ns, { destination: ip("10.1.1.1") })).toMatchObject({ route: { table: "main" } });
    expect(localOwner(ns, ip("10.0.0.1"))).toMatchObject({ interface: "veth0" });
  });
  test("a user that is not known is assumed to be root, and said", () => {
    const rule = [
      { priority: 0, src: "all", table: "local" },
      { priority: 5, src: "all", uid_start: 1000, uid_end: 2000, action: "prohibit" },
      { priority: 32766, src: "all", table: "main" },
    ];
    const ns = nsOf({
      rule,
      addr: [],
      route: [
        { type: "local", dst: "10.9.9.9", dev: "e0", table: "local" },
        { dst: "default", dev: "e0" },
      ],
    });
    expect(lookupRoute(ns, { destination: ip("1.1.1.1") })).toMatchObject({ kind: "route", assumed: ["uid"] });
    expect(lookupRoute(ns, { destination: ip("1.1.1.1"), uid: 1500 })).toMatchObject({
      kind: "reject",
      error: "EACCES",
      by: "rule",
    });
  });
});

describe("otherEnd", () => {
  const veth = (index: number, name: string, peer: number, nsid: number) => ({
    ifindex: index,
    ifname: name,
    link_index: peer,
    link_netnsid: nsid,
    flags: ["UP"],
    linkinfo: { info_kind: "veth" },
  });
  test("index and id collide between namespaces: only the names tell", () => {
    const parts = (own: number) => ({ link: [veth(2, `v${own}`, 2, 0)] });
    const state = stateOf({
      a: { ...parts(1), nsid: [{ nsid: 0, name: "b" }] },
      b: { ...parts(2), nsid: [{ nsid: 0, name: "a" }] },
      c: { ...parts(3), nsid: [{ nsid: 0, name: "d" }] },
      d: { ...parts(4), nsid: [{ nsid: 0, name: "c" }] },
    });
    expect(otherEnd(state, "a", "v1")).toMatchObject({
      kind: "peer",
      netns: "b",
      link: { name: "v2" },
      relation: "veth",
    });
    expect(otherEnd(state, "d", "v4")).toMatchObject({ kind: "peer", netns: "c" });
    const withoutIds = stateOf({ a: parts(1), b: parts(2), c: parts(3) });
    expect(otherEnd(withoutIds, "a", "v1").kind).toBe("unknown");
  });
  test("a named namespace that the state does not hold is outside; unnamed ones may hold the end", () => {
    const link = [veth(5, "v1", 9, 0)];
    expect(otherEnd(stateOf({ a: { link, nsid: [{ nsid: 0, name: "gone" }] } }), "a", "v1")).toEqual({
      kind: "outside",
    });
    const state = stateOf({
      a: { link, nsid: [{ nsid: 0 }] },
      "pid-7": { link: [veth(9, "v2", 5, 3)], nsid: [{ nsid: 3, name: "a" }] },
    });
    expect(otherEnd(state, "a", "v1")).toMatchObject({ kind: "peer", netns: "pid-7" });
  });
  test("lower devices, devices without an end, wires", () => {
    const state = stateOf({
      "": {
        link: [
          { ifindex: 2, ifname: "eth0", flags: [], link_type: "ether" },
          { ifindex: 3, ifname: "eth0.5", link: "eth0", flags: [], linkinfo: { info_kind: "vlan" } },
          { ifindex: 4, ifname: "br0", flags: [], linkinfo: { info_kind: "bridge" } },
          { ifindex: 5, ifname: "vx0", link: "eth0", flags: [], linkinfo: { info_kind: "vxlan" } },
        ],
      },
    });
    expect(otherEnd(state, "", "eth0.5")).toMatchObject({ kind: "peer", relation: "lower", link: { name: "eth0" } });
    expect(otherEnd(state, "", "br0")).toEqual({ kind: "none" });
    expect(otherEnd(state, "", "eth0")).toEqual({ kind: "outside" });
    expect(otherEnd(state, "", "vx0")).toEqual({ kind: "outside" });
    expect(otherEnd(state, "", "eth9").kind).toBe("unknown");
  });
});
