// "Not loaded" is knowledge, "not installed" is not: which parts of a state file are known to be empty.

import { describe, expect, test } from "vitest";
import { forecast } from "../../src/case/predict-report.ts";
import { predict } from "../../src/predict/predict.ts";
import { modulesOf } from "../../src/system/collect-modules.ts";
import { parseState } from "../../src/system/parse.ts";
import { asked } from "../attempts.ts";

function parse(namespace: Record<string, unknown>, modules?: Record<string, string>) {
  const file = { pktwhy: "state/1", ...(modules ? { modules } : {}), namespaces: { "": namespace } };
  const { state, problems } = parseState(file, "state.json");
  const ns = state.namespaces.get("");
  if (!ns) throw new Error("no namespace");
  expect(problems).toEqual([]);
  return ns;
}

describe("a module that is not loaded", () => {
  test("leaves its part empty, with a line that says why", () => {
    const reasons = ["nft", "iptables", "arptables", "ebtables", "conntrack", "xfrm", "qdisc", "filter", "bridge.vlan"];
    const ns = parse({ missing: Object.fromEntries(reasons.map((key) => [key, "not loaded"])) });
    expect(ns.nft).toEqual({ chains: [], sets: [] });
    expect(ns.iptables).toEqual({ nft: "", legacy: "" });
    expect([ns.arptables, ns.ebtables, ns.conntrack, ns.xfrm]).toEqual(["", "", "", ""]);
    expect([ns.qdisc, ns.filter, ns.bridge?.vlans]).toEqual([[], {}, []]);
    expect(ns.missing.size).toBe(0);
    expect(ns.notLoaded.get("nft")).toBe("nf_tables: not loaded");
  });
  test("of iptables, only the variant without module", () => {
    const ns = parse({ iptables: { nft: "*filter" }, missing: { "iptables.legacy": "not loaded" } });
    expect(ns.iptables).toEqual({ nft: "*filter", legacy: "" });
    expect([...ns.notLoaded.keys()]).toEqual(["iptables.legacy"]);
  });
  test("a listing that is there wins", () => {
    const ns = parse({ conntrack: "icmp", missing: { conntrack: "not loaded" } });
    expect(ns.conntrack).toBe("icmp");
    expect(ns.notLoaded.size).toBe(0);
  });
  test("is also what `modules` says, where no reason is given", () => {
    const ns = parse({}, { nf_tables: "absent", ip_tables: "built in", arp_tables: "absent" });
    expect([...ns.notLoaded.keys()]).toEqual(["nft", "iptables.nft", "arptables"]);
    expect(ns.iptables).toEqual({ nft: "" });
  });
});

describe("anything else is unknown", () => {
  test.each([
    ["a tool that is not installed", "not installed", undefined],
    ["a tool that failed", "Operation not permitted", undefined],
    ["no such tool, though the module would be absent", "not installed", { nf_tables: "absent" }],
    ["a module that may be built in", "not loaded, unless it is built in, which cannot be read here", undefined],
    ["a reason that `modules` contradicts", "not loaded", { nf_tables: "loaded" }],
  ])("%s", (_, reason, modules) => {
    const ns = parse({ missing: { nft: reason } }, modules);
    expect(ns.nft).toBeUndefined();
    expect(ns.missing.get("nft")).toBe(reason);
    expect(ns.notLoaded.has("nft")).toBe(false);
  });
  test("nothing said at all", () => {
    expect(parse({}).nft).toBeUndefined();
  });
});

describe("which modules are there", () => {
  const loaded = "nf_tables 303104 0 - Live 0x0\nnfnetlink 20480 1 nf_tables, Live 0x0\n";
  test("loaded, built in, absent", () => {
    const { there, otherwise, modules } = modulesOf(loaded, "kernel/net/netfilter/nf_conntrack.ko\n");
    expect(there).toBe("nf_tables nf_conntrack");
    expect(otherwise).toBe("not loaded");
    expect(modules).toMatchObject({ nf_tables: "loaded", nf_conntrack: "built in", br_netfilter: "absent" });
  });
  test("without the list of what is built in, nothing is absent for sure", () => {
    const { otherwise, modules } = modulesOf(loaded, null);
    expect(otherwise).not.toBe("not loaded");
    expect(modules).toEqual({ nf_tables: "loaded" });
  });
});

describe("the walk", () => {
  const file = {
    pktwhy: "state/1",
    namespaces: {
      "": {
        link: [{ ifindex: 1, ifname: "lo", flags: ["LOOPBACK", "UP", "LOWER_UP"], mtu: 65536, link_type: "loopback" }],
        addr: [{ ifname: "lo", addr_info: [{ family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host" }] }],
        route: [{ type: "local", dst: "127.0.0.1", dev: "lo", table: "local", scope: "host", flags: [] }],
      },
    },
  };
  const attempt = asked("", "127.0.0.1");
  function walked(reason: string) {
    const missing = { nft: reason, iptables: reason };
    const namespaces = { "": { ...file.namespaces[""], missing } };
    const { state } = parseState({ ...file, namespaces }, "state.json");
    const trace = predict(state, attempt);
    return { trace, notes: forecast(trace, [], state).notes.map(({ en }) => en) };
  }
  test("passes hooks without rules, and quotes why", () => {
    const { trace, notes } = walked("not loaded");
    expect(trace.assumed).not.toContain("nft");
    expect(trace.assumed).not.toContain("iptables");
    const quoted = trace.evidence.flatMap(({ state }) => (state?.key === "modules" ? [state.line] : []));
    expect(quoted).toEqual(["nf_tables: not loaded", "ip_tables: not loaded"]);
    expect(notes).toContain(
      "The kernel has no module that would hold such rules on this way: nf_tables: not loaded; ip_tables: not loaded.",
    );
  });
  test("assumes it where the tool was not there to say so", () => {
    const { trace, notes } = walked("not installed");
    expect(trace.assumed).toEqual(expect.arrayContaining(["nft", "iptables"]));
    expect(trace.evidence.filter(({ state }) => state?.key === "modules")).toEqual([]);
    expect(notes.join()).toContain("nft (not installed), iptables (not installed)");
  });
});
