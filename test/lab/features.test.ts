// What scenarios need of a kernel, and how versions are compared for it.

import { expect, it } from "vitest";
import { isBefore } from "../../src/lab/features.ts";
import { neededBy } from "../../src/lab/lacking.ts";
import { scenarios } from "../../src/lab/scenarios.ts";
import { parsePeers } from "../../src/system/parse/wireguard.ts";

it("compares versions by number, not by letter", () => {
  expect(isBefore("5.10.0-30-amd64", "5.16")).toBe(true);
  expect(isBefore("6.1.0-50-amd64", "5.16")).toBe(false);
  expect(isBefore("6.1.0-50-amd64", "6.12")).toBe(true);
  expect(isBefore("6.12.3", "6.12")).toBe(false);
});

it("takes what a scenario needs from its links and from what it names", () => {
  const byName = (name: string) => neededBy(scenarios.find((one) => one.name === name) as (typeof scenarios)[number]);
  expect(byName("vxlan-ok")).toEqual(["vxlan"]);
  expect(byName("br-netfilter-drop")).toEqual(["br-netfilter"]);
  expect(byName("veth-one-address")).toEqual([]);
});

it("reads the peers that wg lists, each with its interface's own key", () => {
  const dump = [
    "wg0\t(hidden)\tOWN=\t51820\toff",
    "wg0\tPEER=\t(none)\t10.0.0.2:51820\t192.168.2.1/32,10.9.0.0/16\t0\t0\t148\toff",
    "wg0\tLATER=\t(none)\t(none)\t(none)\t0\t0\t0\toff",
  ].join("\n");
  const peers = parsePeers(dump);
  expect(peers?.map(({ key, ownKey, allowed, endpoint }) => [key, ownKey, allowed.length, endpoint?.port])).toEqual([
    ["PEER=", "OWN=", 2, 51820],
    ["LATER=", "OWN=", 0, undefined],
  ]);
  expect(parsePeers(undefined)).toBeUndefined();
});
