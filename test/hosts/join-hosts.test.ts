// States of several hosts as one: what a number or a name means on one host, it does not mean on another.

import { describe, expect, test } from "vitest";
import { wiresOf } from "../../src/explain/hosts/wires.ts";
import { joinHosts } from "../../src/system/join-hosts.ts";
import { otherEnd } from "../../src/system/lookup/peer.ts";
import { parseState } from "../../src/system/parse.ts";

const MACS = { a: "02:00:00:00:00:0a", b: "02:00:00:00:00:0b" };

/** A host whose eth0 is one end of a pair, as in a container: the other end is nowhere in its own state. */
function hostOf(name: "a" | "b", neighbours: unknown[] = [], address = `10.0.0.${name === "a" ? 1 : 2}`) {
  const link = (ifindex: number, ifname: string, more: object) => ({
    ifindex,
    ifname,
    flags: ["BROADCAST", "UP", "LOWER_UP"],
    mtu: 1500,
    operstate: "UP",
    link_type: "ether",
    ...more,
  });
  const veth = { linkinfo: { info_kind: "veth" } };
  const json = {
    pktwhy: "state/1",
    kernel: "6.1.0",
    namespaces: {
      "": {
        link: [
          // The same numbers on both hosts, each as if it were the other's end.
          link(2, "eth0", { address: MACS[name], link_index: 2, link_netnsid: 0, ...veth }),
          link(3, "veth0", { address: "02:00:00:00:01:01", link_index: 3, link_netns: "net1", ...veth }),
        ],
        addr: [{ ifname: "eth0", addr_info: [{ family: "inet", local: address, prefixlen: 24, scope: "global" }] }],
        neigh: neighbours,
        nsid: [{ nsid: 1, name: "net1" }],
      },
      net1: {
        link: [link(3, "veth1", { address: "02:00:00:00:01:02", link_index: 3, link_netnsid: 0, ...veth })],
        addr: [],
        neigh: [],
        nsid: [{ nsid: 0, name: null }],
      },
    },
  };
  return { name, state: parseState(json, name).state };
}

const heard = { dst: "10.0.0.2", dev: "eth0", lladdr: MACS.b, state: ["REACHABLE"] };

describe("joined hosts", () => {
  test("interfaces of two hosts are not each other's ends by their numbers", () => {
    const state = joinHosts([hostOf("a"), hostOf("b")], ["a", "b"]);
    expect([...state.namespaces.keys()]).toEqual(["a", "a/net1", "b", "b/net1"]);
    expect(otherEnd(state, "a", "eth0").kind).not.toBe("peer");
    expect(otherEnd(state, "a", "veth0")).toMatchObject({ kind: "peer", netns: "a/net1" });
    expect(otherEnd(state, "b/net1", "veth1")).toMatchObject({ kind: "peer", netns: "b" });
  });

  test("kernels that differ are none, and each line keeps its host", () => {
    const other = hostOf("b");
    const states = [hostOf("a"), { ...other, state: { ...other.state, kernel: "5.10.0" } }];
    expect(joinHosts(states, ["a", "b"]).kernel).toBeNull();
    expect(joinHosts([hostOf("a"), hostOf("b")], ["a", "b"]).kernel).toBe("6.1.0");
  });

  test("a MAC address that one has heard of the other shows a wire", () => {
    const state = joinHosts([hostOf("a", [heard]), hostOf("b")], ["a", "b"]);
    const wires = wiresOf(state, []);
    expect(wires).toEqual([
      {
        ends: [
          { netns: "a", interface: "eth0" },
          { netns: "b", interface: "eth0" },
        ],
      },
    ]);
    expect(otherEnd({ ...state, wires }, "b", "eth0")).toEqual({
      kind: "wire",
      ends: [{ netns: "a", interface: "eth0" }],
    });
  });

  test.each([
    ["an entry that somebody typed", [{ ...heard, state: ["PERMANENT"] }], undefined],
    ["a failed one", [{ ...heard, lladdr: undefined, state: ["FAILED"] }], undefined],
    ["another MAC address", [{ ...heard, lladdr: "02:00:00:00:00:0c" }], undefined],
    ["another address", [heard], "10.0.0.3"],
    ["subnets alone", [], undefined],
  ])("%s shows none", (_, neighbours, address) => {
    const state = joinHosts([hostOf("a", neighbours), hostOf("b", [], address)], ["a", "b"]);
    expect(wiresOf(state, [])).toEqual([]);
  });

  test("frames show one only as they were: neither by a router nor with another sender", () => {
    const state = joinHosts([hostOf("a"), hostOf("b")], ["a", "b"]);
    const sight = (host: "a" | "b", direction: "in" | "out", more: object = {}) =>
      ({ host, place: { netns: host, interface: "eth0" }, direction, time: 0n, source: 1, ttl: 64, ...more }) as never;
    expect(wiresOf(state, [{ out: sight("a", "out"), in: sight("b", "in") }])).toHaveLength(1);
    expect(wiresOf(state, [{ out: sight("a", "out"), in: sight("b", "in", { ttl: 63 }) }])).toEqual([]);
    expect(wiresOf(state, [{ out: sight("a", "out"), in: sight("b", "in", { source: 2 }) }])).toEqual([]);
  });
});
