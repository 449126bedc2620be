// Filters of traffic control as `tc -j` of iproute2 6.1 prints them on Debian's 6.1 (the collector has made lists of the
// matches of u32), and which packets they meet.

import { describe, expect, it } from "vitest";
import { parseIpv4 } from "../../src/model/address.ts";
import type { TrafficFilter } from "../../src/model/system-state.ts";
import { hasWords } from "../../src/predict/filter/packet-words.ts";
import type { Datagram } from "../../src/predict/message.ts";
import { parseTrafficFilters } from "../../src/system/parse/traffic.ts";

const action = (type: string, random = "none") => ({
  order: 1,
  kind: "gact",
  control_action: { type },
  prob: { random_type: random, control_action: { type: "pass" }, val: 0 },
});
const only = (kind: string, options: object): TrafficFilter => {
  const filter = { protocol: "ip", pref: 10, kind, chain: 0, options };
  const [found] = parseTrafficFilters({ veth0: { ingress: [filter] } }) ?? [];
  if (found === undefined) throw new Error("no filter");
  return found;
};
const match = [
  { value: "a000002", mask: "ffffffff", offmask: "", off: 16 },
  { value: "10000", mask: "ff0000", offmask: "", off: 8 },
];
const toTwo = only("u32", { fh: "800::800", order: 2048, key_ht: "800", bkt: "0", match, actions: [action("drop")] });
const flower = (keys: object) => only("flower", { handle: 1, keys, actions: [action("drop")] });

function packet(destination: string, more: Partial<Datagram> = {}): Datagram {
  return {
    kind: "echo-request",
    source: parseIpv4("10.0.0.1") ?? 0,
    destination: parseIpv4(destination) ?? 0,
    ttl: 64,
    length: 84,
    dontFragment: true,
    mark: 0,
    type: 8,
    code: 0,
    routers: 0,
    ...more,
  } as Datagram;
}

const meets = ({ matches }: TrafficFilter, one: Datagram) => matches && hasWords(one, matches);

describe("a u32 filter", () => {
  it("meets what all of its words are in", () => {
    expect(meets(toTwo, packet("10.0.0.2"))).toBe(true);
    expect(meets(toTwo, packet("10.0.0.3"))).toBe(false);
  });

  it("decides nothing by bytes that no walk knows", () => {
    const word = { value: "12340000", mask: "ffff0000", offmask: "", off: 4 };
    expect(meets(only("u32", { match: [word], actions: [action("drop")] }), packet("10.0.0.2"))).toBeNull();
  });

  it("is not understood where it looks behind the header, or for a mark", () => {
    expect(only("u32", { match: [{ ...match[0], off: "nexthdr+0" }], actions: [action("drop")] }).matches).toBeNull();
    expect(only("u32", { match: [{ ...match[0], offmask: "f00" }], actions: [action("drop")] }).matches).toBeNull();
    expect(only("u32", { match, mark: {}, actions: [action("drop")] }).matches).toBeNull();
  });
});

describe("a flower filter", () => {
  it("meets its addresses, protocol and ICMP type", () => {
    const keys = { eth_type: "ipv4", ip_proto: "icmp", dst_ip: "10.0.0.0/29", icmp_type: "8" };
    expect(meets(flower(keys), packet("10.0.0.2"))).toBe(true);
    expect(meets(flower(keys), packet("10.0.0.9"))).toBe(false);
    expect(meets(flower(keys), packet("10.0.0.2", { type: 0 }))).toBe(false);
    expect(meets(flower({ ip_proto: "tcp" }), packet("10.0.0.2"))).toBe(false);
  });

  it("is not understood where it asks for more", () => {
    expect(flower({ eth_type: "ipv4", ct_state: "+trk+new" }).matches).toBeNull();
  });
});

describe("what a filter does", () => {
  it("is said by its first action that may keep the frame", () => {
    expect(toTwo).toMatchObject({ does: "drop", always: true });
    expect(only("matchall", { actions: [action("pass")] })).toMatchObject({ does: "pass", always: true, matches: [] });
    expect(only("matchall", { actions: [action("continue")] }).does).toBeNull();
    expect(only("matchall", { actions: [action("pipe")] }).does).toBe("pass");
    expect(only("matchall", {}).does).toBe("pass");
  });

  it("is not always so by chance or by rate", () => {
    expect(only("matchall", { actions: [action("drop", "netrand")] })).toMatchObject({ does: "drop", always: false });
    const police = { order: 1, kind: "police", control_action: { type: "drop" } };
    expect(only("matchall", { actions: [police] })).toMatchObject({ does: "drop", always: false });
  });
});
