// State files as people hand them in: whole, made by hand, misspelt, or something else altogether.

import { describe, expect, test } from "vitest";
import { ProblemError } from "../../src/model/problem.ts";
import { parseState } from "../../src/system/parse.ts";

function parse(namespace: Record<string, unknown>) {
  const { state, problems } = parseState({ pktwhy: "state/1", namespaces: { "": namespace } }, "state.json");
  const ns = state.namespaces.get("");
  if (!ns) throw new Error("no namespace");
  return { ns, problems };
}

function problemOf(json: unknown) {
  try {
    parseState(json, "state.json");
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return null;
}

describe("what is not there", () => {
  test("an absent part is unknown, an empty one is empty", () => {
    const { ns, problems } = parse({ route: [], arptables: "" });
    expect(problems).toEqual([]);
    expect(ns.routes).toEqual([]);
    expect(ns.arptables).toBe("");
    expect([ns.links, ns.addresses, ns.rules, ns.sysctl, ns.nft, ns.bridge, ns.conntrack]).toEqual(
      Array(7).fill(undefined),
    );
    expect(ns.missing.size).toBe(0);
  });
  test("entries that iproute2 filtered are printed as {} and passed over", () => {
    expect(parse({ addr: [{}, { ifname: "lo", addr_info: [] }], link: [{}] }).ns).toMatchObject({
      addresses: [],
      links: [],
    });
  });
});

describe("what is wrong", () => {
  test("an unknown key is told once and ignored", () => {
    const { problems } = parse({ routes: [], addr: [] });
    expect(problems.map((p) => [p.kind, p.severity])).toEqual([["unknown-state-key", "warning"]]);
    expect(problems[0]?.text.en).toContain("`routes`");
  });
  test.each([
    ["another version", { pktwhy: "state/2", namespaces: {} }, '"state/2"'],
    ["no state file", { packets: 1 }, "is missing"],
    ["no object", [1], "state.json"],
    ["namespaces as a list", { pktwhy: "state/1", namespaces: [] }, "`namespaces`"],
    ["links as text", { pktwhy: "state/1", namespaces: { net0: { link: "veth0" } } }, 'namespaces["net0"].link'],
    ["a save as JSON", { pktwhy: "state/1", namespaces: { "": { iptables: { nft: [] } } } }, "iptables.nft"],
  ])("%s is an error with place and remedy", (_, json, named) => {
    const problem = problemOf(json);
    expect(problem?.severity).toBe("error");
    expect(problem?.text.en).toContain(named);
    expect(problem?.text.en).toContain("pktwhy snapshot");
    expect(problem?.text.zh).toContain("pktwhy snapshot");
  });
  test("control characters of a file do not reach the terminal", () => {
    expect(problemOf({ pktwhy: "\u001b[31m", namespaces: {} })?.text.en).toContain("\\x1b[31m");
  });
});

describe("routes", () => {
  test("IPv6 defaults in the same dump are not IPv4 defaults", () => {
    const route = [
      { dst: "default", gateway: "fe80::1", dev: "veth0", flags: [] },
      { type: "unreachable", dst: "default", dev: "lo", metric: 4294967295, flags: [], pref: "medium" },
      { dst: "default", gateway: "192.168.2.1", dev: "veth0", flags: [] },
    ];
    expect(parse({ route }).ns.routes?.map((r) => r.line)).toEqual(["default via 192.168.2.1 dev veth0"]);
  });
  test("what versions leave out is what it means there", () => {
    const [route] = parse({ route: [{ dst: "10.0.0.0/8", dev: "veth0", mtu: 1400, tos: "CS1" }] }).ns.routes ?? [];
    expect(route).toMatchObject({ type: "unicast", table: "main", metric: 0, mtu: 1400, tos: 0x20, scope: "global" });
    expect(route?.hops).toMatchObject([{ interface: "veth0", gateway: null, weight: 1 }]);
  });
  test("an IPv6 gateway is not taken for an on-link hop", () => {
    const [route] =
      parse({ route: [{ dst: "10.0.0.0/8", via: { family: "inet6", host: "fe80::1" }, dev: "veth0" }] }).ns.routes ??
      [];
    expect(route?.hops[0]).toMatchObject({ gateway: null, gateway6: "fe80::1" });
  });
});

test("a veth end whose name iproute2 could not resolve keeps the index", () => {
  const { ns } = parse({
    link: [{ ifindex: 3, ifname: "veth0", link: "if7", flags: ["UP"], linkinfo: { info_kind: "veth" } }],
  });
  expect(ns.links?.[0]).toMatchObject({ linkIndex: 7, linkName: null, line: "veth0@if7: <UP>" });
});

test("without the bridge tool the ports are read off the links", () => {
  const link = [
    {
      ifindex: 2,
      ifname: "va",
      master: "br0",
      linkinfo: { info_slave_kind: "bridge", info_slave_data: { state: "blocking", hairpin: false, isolated: true } },
    },
  ];
  expect(parse({ link }).ns.bridge).toMatchObject({
    ports: [{ interface: "va", bridge: "br0", state: "blocking", isolated: true }],
    fdb: undefined,
  });
});

test("the collecting namespace numbers the others", () => {
  const { state } = parseState(
    { pktwhy: "state/1", namespaces: { net0: {}, "": { nsid: [{ nsid: 4, name: "net0" }, { nsid: 5 }] } } },
    "state.json",
  );
  expect(state.namespaces.get("net0")?.nsid).toBe(4);
  expect(state.namespaces.get("")?.nsids).toEqual(
    new Map([
      [4, "net0"],
      [5, null],
    ]),
  );
});
