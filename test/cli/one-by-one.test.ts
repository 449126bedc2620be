// Which interfaces get a capture of their own: by what recorded states let expect of a ping, and never more than a bounded number.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MOST_CAPTURES } from "../../src/capture/backend.ts";
import { parsePingCommand } from "../../src/explain/command/ping-command.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { placesByMac } from "../../src/live/by-mac.ts";
import { interfaceByInterface, openEitherWay, withMacPlaces } from "../../src/live/one-by-one.ts";
import { foresee, type LivePlaces, placesByState } from "../../src/live/places.ts";
import { placesToWatch } from "../../src/live/where.ts";
import { ProblemError } from "../../src/model/problem.ts";
import type { SystemState } from "../../src/model/system-state.ts";
import { parseState } from "../../src/system/parse.ts";

function recorded(fixture: string): { state: SystemState; netns: string; argv: readonly string[] } {
  const place = join(import.meta.dirname, "../../fixtures", fixture);
  const run = JSON.parse(readFileSync(join(place, "run.json"), "utf8"));
  const state = JSON.parse(gunzipSync(readFileSync(join(place, "state.json.gz"))).toString());
  return { state: parseState(state, fixture).state, netns: run.netns ?? "", argv: run.argv };
}

function byMac(fixture: string) {
  const { state, netns, argv } = recorded(fixture);
  const ping = parsePingCommand(argv);
  const trace = foresee(state, netns, ping);
  const destination = ping?.destination ?? null;
  const watching = placesToWatch(state, { netns, outInterface: ping?.bindInterface ?? null, destination, trace });
  return placesByMac(state, trace, watching);
}

describe("where the destination MAC address decides", () => {
  it("is told of the scenarios in which it does, and of no others", () => {
    const told = scenarios.filter(({ name }) => byMac(name).length > 0).map(({ name }) => name);
    expect(told.sort()).toMatchInlineSnapshot(`
      [
        "accept-local-off-ip",
        "br-netfilter-drop",
        "bridge-fdb-ingress-port",
        "bridge-fdb-local-mac",
        "bridge-fdb-wrong-port",
        "bridge-neigh-suppress",
        "bridge-port-mtu-smaller",
        "duplicate-mac",
        "echo-reply-no-socket",
        "forward-broadcast-frame",
        "macvlan-bridge-ok",
        "martian-source-invalid",
        "neigh-stale-mac-changed",
        "neigh-wrong-mac",
        "noarp-sender",
        "same-mac-veth-pair",
        "unicast-in-l2-broadcast",
      ]
    `);
  });

  it("says why, and at which interfaces", () => {
    const said = (name: string) =>
      byMac(name).map((one) => `${one.netns}:${one.interface}#${one.index} ${one.because.en}`);
    expect(said("neigh-wrong-mac")).toMatchInlineSnapshot(`
      [
        "net0:veth0#2 net0:veth0 has a neighbour entry for 192.168.2.1 that no ARP made",
        "net1:veth1#2 net0:veth0 has a neighbour entry for 192.168.2.1 that no ARP made",
      ]
    `);
    expect(said("duplicate-mac")).toMatchInlineSnapshot(`
      [
        "a:veth0#2 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
        "switch:p0#2 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
        "switch:p2#4 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
        "c:veth2#2 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
        "switch:p1#3 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
        "b:veth1#2 c:veth2, b:veth1 have the same MAC address 02:00:00:00:00:03",
      ]
    `);
    expect(said("bridge-fdb-ingress-port")).toMatchInlineSnapshot(`
      [
        "a:veth0#2 switch:br0 has a forwarding entry to p0 that was made by hand",
        "switch:p0#2 switch:br0 has a forwarding entry to p0 that was made by hand",
        "b:veth1#2 switch:br0 has a forwarding entry to p0 that was made by hand",
      ]
    `);
    expect(said("noarp-sender")).toMatchInlineSnapshot(`
      [
        "net0:veth0#2 no interface at which the frame to 02:00:00:00:00:01 comes out has that MAC address (net1:veth1)",
        "net1:veth1#2 no interface at which the frame to 02:00:00:00:00:01 comes out has that MAC address (net1:veth1)",
      ]
    `);
  });
});

/** A namespace with that many dummy interfaces that are up, and one that is down. */
function crowded(count: number): SystemState {
  const link = (index: number, up: boolean) => ({
    ifindex: index,
    ifname: `d${index}`,
    flags: ["BROADCAST", ...(up ? ["UP", "LOWER_UP"] : [])],
    mtu: 1500,
    link_type: "ether",
    address: "02:00:00:00:00:01",
    linkinfo: { info_kind: "dummy" },
  });
  const lo = { ifindex: 1, ifname: "lo", flags: ["LOOPBACK", "UP", "LOWER_UP"], mtu: 65536, link_type: "loopback" };
  const links = Array.from({ length: count }, (_, at) => link(at + 2, at > 0));
  return parseState({ pktwhy: "state/1", namespaces: { "": { link: [lo, ...links] } } }, "crowded").state;
}

const HERE = [{ key: "", path: null, inode: null }];

describe("captures one by one", () => {
  function wholeOf(state: SystemState, watched: readonly string[]): LivePlaces {
    const places = placesByState(state, HERE, [{ netns: "", ping: null, trace: null }], "arp");
    const plans = places.plans.map((plan) => ({ ...plan, watched }));
    return { ...places, plans };
  }

  it("are bounded, without what is down, the loopback device last", () => {
    const state = crowded(200);
    const all = [...(state.namespaces.get("")?.links ?? [])].map((one) => one.name);
    const { places, plans, watching } = interfaceByInterface(wholeOf(state, all), state);
    expect(places).toHaveLength(MOST_CAPTURES);
    expect(plans.map((plan) => plan.interface)).toEqual(places.map((place) => place.interface));
    expect(watching).toHaveLength(MOST_CAPTURES);
    expect(plans.map((plan) => plan.interface)).not.toContain("d2");
    const few = interfaceByInterface(wholeOf(state, all.slice(0, 4)), state);
    expect(few.plans.map((plan) => plan.interface)).toEqual(["d3", "d4", "lo"]);
  });

  it("stand beside that of the namespace, which leaves them out by their index", () => {
    const state = crowded(4);
    const where = wholeOf(state, ["lo", "d3", "d4"]);
    const because = { en: "", zh: "" };
    const both = withMacPlaces(where, [{ netns: "", interface: "d3", index: 3, because }]);
    expect(both.plans.map(({ interface: name, watched, except }) => [name, watched, except])).toEqual([
      [null, ["lo", "d4"], [3]],
      ["d3", ["d3"], []],
    ]);
    expect(both.places.map((place) => place.optional)).toEqual([false, true]);
    expect(both.watching).toEqual(where.watching);
  });

  it("are what is left where tcpdump is too old, and any other fault stays one", async () => {
    const state = crowded(4);
    const where = wholeOf(state, ["lo", "d3"]);
    const fault = (kind: string) =>
      new ProblemError({ kind, severity: "error", place: "", text: { en: kind, zh: kind } });
    const opened = await openEitherWay(where, state, async (chosen, limits) => {
      if (chosen.places.some((place) => place.interface === null)) throw fault("no-sll2");
      return `${chosen.places.map((place) => place.interface)} ${limits.map((limit) => limit.kind)}`;
    });
    expect(opened).toBe("d3,lo one-by-one");
    const refused = openEitherWay(where, state, async () => {
      throw fault("no-permission");
    });
    await expect(refused).rejects.toThrow("no-permission");
  });
});
