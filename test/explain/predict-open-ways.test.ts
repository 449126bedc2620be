// Where state leaves several ways open: each is walked, and only what all of them share is said.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { forecast } from "../../src/case/predict-report.ts";
import type { Attempt, Trace } from "../../src/model/trace.ts";
import { predict, predictPaths } from "../../src/predict/predict.ts";
import { parseState } from "../../src/system/parse.ts";
import { typed as ping } from "../attempts.ts";

type Fields = Record<string, unknown>;
type Raw = { namespaces: Record<string, Fields> };

function raw(fixture: string): Raw {
  const place = join(import.meta.dirname, "../../fixtures", fixture, "state.json.gz");
  return JSON.parse(gunzipSync(readFileSync(place)).toString("utf8")) as Raw;
}
function changed(fixture: string, netns: string, part: string, change: (list: Fields[]) => void): Raw {
  const file = raw(fixture);
  change((file.namespaces[netns] as Fields)[part] as Fields[]);
  return file;
}
const stateOf = (file: Raw) => parseState(file, "test").state;
const codeOf = ({ disposition }: Trace): string =>
  disposition.kind === "stopped" ? disposition.hit.code : disposition.kind;
const codes = (file: Raw, attempt: Attempt): string[] => predictPaths(stateOf(file), attempt).map(codeOf);

describe("multipath", () => {
  const asked = ping("left", "10.0.2.2");
  const hopsOf = (list: Fields[]): Fields[] => list.find((r) => r.nexthops !== undefined)?.nexthops as Fields[];

  it("has an outcome for each next hop, and is open where they differ", () => {
    const file = raw("multipath-dead-nexthop");
    expect(codes(file, asked)).toEqual(["multipath-dead-nexthop", "answered"]);
    const trace = predict(stateOf(file), asked);
    expect(trace.disposition).toMatchObject({ kind: "open", candidates: ["multipath-dead-nexthop"] });
    expect(trace.remarks.every((hit) => hit.certainty === "possible")).toBe(true);
    expect(trace.heard).toBeUndefined();
  });

  it("says how many ways were followed where there are more", () => {
    const many = changed("multipath-dead-nexthop", "left", "route", (list) => {
      const hops = hopsOf(list);
      const [first] = hops;
      for (let n = 0; n < 20; n++) hops.push({ ...first, gateway: `10.0.1.${100 + n}` });
    });
    const state = stateOf(many);
    const trace = predict(state, asked);
    expect(trace.waysFollowed).toBe(16);
    expect(forecast(trace, [], state).notes.map(({ en }) => en)).toContainEqual(
      expect.stringContaining("The state leaves more ways open than were followed: the first 16 were."),
    );
    expect(predict(stateOf(raw("multipath-dead-nexthop")), asked).waysFollowed).toBeUndefined();
  });

  it("is decided where all next hops end alike", () => {
    const bothDead = changed("multipath-dead-nexthop", "left", "route", (list) => {
      (hopsOf(list)[1] as Fields).gateway = "10.0.1.252";
    });
    expect(codeOf(predict(stateOf(bothDead), asked))).toBe("gateway-arp-failed");
    const bothGood = changed("multipath-dead-nexthop", "left", "route", (list) => {
      (hopsOf(list)[0] as Fields).gateway = "10.0.1.254";
    });
    expect(codeOf(predict(stateOf(bothGood), asked))).toBe("answered");
  });

  it("passes over a neighbour that has failed only with fib_multipath_use_neigh", () => {
    const failed = changed("multipath-dead-nexthop", "left", "neigh", (list) => {
      list.push({ dst: "10.0.1.253", dev: "veth0", state: ["FAILED"] });
    });
    expect(codes(failed, asked)).toEqual(["multipath-dead-nexthop", "answered"]);
    ((failed.namespaces.left as Fields).sysctl as Fields)["net.ipv4.fib_multipath_use_neigh"] = "1";
    expect(codes(failed, asked)).toEqual(["answered"]);
  });

  it("is no question for a socket that is bound to an interface", () => {
    const bound = { ...asked, outInterface: "veth0" };
    expect(codes(raw("multipath-dead-nexthop"), bound)).toEqual(["gateway-arp-failed"]);
  });

  it("knows the next hops of a group by its members", () => {
    const file = changed("multipath-dead-nexthop", "left", "route", (list) => {
      const route = list.find((r) => r.nexthops !== undefined) as Fields;
      delete route.nexthops;
      route.nhid = 3;
    });
    (file.namespaces.left as Fields).nexthop = [
      { id: 1, gateway: "10.0.1.253", dev: "veth0", scope: "link", flags: [] },
      { id: 2, gateway: "10.0.1.254", dev: "veth0", scope: "link", flags: [] },
      { id: 3, group: [{ id: 1 }, { id: 2 }], flags: [] },
    ];
    expect(codes(file, asked)).toEqual(["multipath-dead-nexthop", "answered"]);
    ((file.namespaces.left as Fields).neigh as Fields[]).push({ dst: "10.0.1.253", dev: "veth0", state: ["FAILED"] });
    expect(codes(file, asked)).toEqual(["answered"]);
  });
});

describe("an XDP program at the other end", () => {
  it("may let a frame pass or drop it", () => {
    const file = changed("two-namespaces", "net1", "link", (list) => {
      const veth = list.find((l) => l.ifname === "veth1") as Fields;
      veth.xdp = { mode: 2, prog: { id: 7 } };
    });
    const found = codes(file, ping("net0", "192.168.2.1"));
    expect(found[0]).toBe("answered");
    expect(new Set(found.slice(1))).toEqual(new Set(["xdp-drop"]));
    const trace = predict(stateOf(file), ping("net0", "192.168.2.1"));
    expect(trace.disposition).toMatchObject({ kind: "open", candidates: ["xdp-drop"] });
  });
});

describe("VLAN filtering of a bridge", () => {
  const filtering = (vlans: (port: string) => Fields[]): Raw => {
    const file = raw("bridge-ok");
    for (const space of Object.values(file.namespaces)) {
      const links = space.link as Fields[];
      const bridge = links.find((l) => (l.linkinfo as Fields | undefined)?.info_kind === "bridge");
      if (!bridge) continue;
      ((bridge.linkinfo as Fields).info_data as Fields).vlan_filtering = 1;
      const members = links.filter((l) => l.master === bridge.ifname || l === bridge).map((l) => String(l.ifname));
      (space.bridge as Fields).vlan = members.map((ifname) => ({ ifname, vlans: vlans(ifname) }));
    }
    return file;
  };
  const untagged = (vlan: number): Fields => ({ vlan, flags: ["PVID", "Egress Untagged"] });
  const { netns, argv } = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../fixtures/bridge-ok/run.json"), "utf8"),
  ) as { netns: string; argv: string[] };
  const asked = ping(netns, argv.at(-1) as string);
  const ports = ((): string[] => {
    const seen: string[] = [];
    filtering((port) => {
      seen.push(port);
      return [];
    });
    return seen;
  })();

  it("lets frames of one VLAN pass", () => {
    expect(
      codes(
        filtering(() => [untagged(1)]),
        asked,
      ),
    ).toEqual(["answered"]);
  });
  it("keeps a port out that is in another VLAN", () => {
    const [first] = ports;
    expect(
      codes(
        filtering((port) => [untagged(port === first ? 10 : 20)]),
        asked,
      ),
    ).toEqual(["bridge-vlan-mismatch"]);
  });
  it("takes no untagged frame at a port without PVID", () => {
    expect(
      codes(
        filtering(() => [{ vlan: 10, flags: [] }]),
        asked,
      ),
    ).toEqual(["bridge-vlan-no-pvid"]);
  });
});
