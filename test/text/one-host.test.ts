// What one host shows, pasted: tcpdump at one interface and its own listings, as a run of the lab's scenario printed them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { reportOfPastes } from "../../src/case/paste-report.ts";

async function suspectsOf(name: string): Promise<{ readonly sure: string | undefined; readonly codes: string[] }> {
  const content = readFileSync(join(import.meta.dirname, "one-host", `${name}.txt`), "utf8");
  const { report } = await reportOfPastes({ pastes: [{ source: "paste.txt", content }] });
  const told = report?.flows.find(({ flow }) => flow.id === report.answer?.flow)?.findings[0];
  const codes = told === undefined ? [] : [told.code, ...told.lookalikes];
  return { sure: report?.answer?.certainty, codes: codes.filter((code) => code !== "echo-no-reply") };
}

it.each([
  // A connection is held against the systems in which it could end so, as a ping is.
  ["docker-forward-drop", "iptables-drop"],
  // A switch that was shown is entered by its port, and what was made beside it has the kernel's defaults.
  ["bridge-port-locked", "bridge-port-locked"],
  // An ARP answer is no answer where a connection was seen.
  ["tcp-routed-ok", "connected"],
  // Of an answered one what the shown host does with it is told: behind a translation, and in another's name.
  ["docker-published-ok", "nat-dnat-redirected"],
  ["proxy-arp", "proxy-arp"],
  // A pod with a route to it alone is on that link.
  ["kube-no-endpoint", "service-no-endpoint"],
])("%s is told as %s", async (name, code) => {
  const { sure, codes } = await suspectsOf(name);
  expect(codes[0]).toBe(code);
  expect(sure).not.toBe("certain");
});

it.each([
  // What was shown ranks before what was only supposed.
  ["source-address-selection", "source-address-selection"],
  ["bridge-fdb-ingress-port", "bridge-fdb-ingress-port"],
  // An asker on a link of its own (/32), and an address that is a subnet of its own behind a gateway on the link.
  ["kube-dead-endpoint", "dnat-dead-target"],
  ["kube-wrong-target-port", "port-no-listener"],
  // ARP that was turned off on an Ethernet interface is not off at its other end.
  ["noarp-sender", "noarp-sender"],
  // Faults that need hosts nobody showed, and that a line of the asking host suggests.
  ["macvlan-private", "macvlan-host-isolation"],
  ["same-subnet-two-interfaces", "same-subnet-two-interfaces"],
  ["wrong-netmask", "wrong-netmask"],
  ["forward-next-hop-arp-failed", "forward-next-hop-arp-failed"],
  ["bridge-neigh-suppress", "bridge-neigh-suppress"],
  // The first line of a multipath route is its destination alone.
  ["multipath-dead-nexthop", "multipath-dead-nexthop"],
])(
  "%s is among the first five",
  async (name, code) => {
    expect((await suspectsOf(name)).codes.slice(0, 5)).toContain(code);
  },
  60_000,
);
