// The first fix of every recorded failure is typed in a fresh copy of its scenario, and the ping works then, as the walk after
// the fix had said. Where nothing can be typed that fixes it, the reason stands here.
// A sample; `npm run test:long` has all.

import { describe, expect, it } from "vitest";
import { sampled } from "../how-long.ts";
import { afterFix, failures } from "./first-fix.ts";
import { whyNoCaptures } from "./run-world.ts";

/** No fix, or one that only gets further. */
const NOTHING_FIXES: Readonly<Record<string, string>> = {
  "arp-loopback-target": "nothing on a wire answers for 127.0.0.0/8",
  "connection-unreachable": "nobody is known who has the address",
  "dhcp-no-offer": "a server that offers is no edit",
  "directed-broadcast-not-forwarded": "the hosts of that subnet leave a broadcast ping unanswered, too",
  "dns-no-answer": "a name server that answers is no edit",
  "frag-reassembly-timeout": "packets alone tell it: no state says where the fragments are lost",
  "ip-header-bad": "what damages the packets is in no state",
  "kernel-drop": "the rule that dropped it is gone again, and no state shows it",
  "kube-clusterip-ping": "a ClusterIP answers no ping, whatever is edited",
  "kube-dead-endpoint": "kube-proxy keeps the rule: it is mended by a pod that is ready",
  "kube-nft-no-endpoint": "a pod that is ready is no edit",
  "kube-nft-wrong-target-port": "on which port a program listens is no edit",
  "kube-no-endpoint": "a pod that is ready is no edit",
  "kube-wrong-target-port": "on which port a program listens is no edit",
  "listen-backlog-full": "the program that does not take its connections is no edit",
  "malformed-packet": "what builds or rewrites the header is in no state",
  "multicast-no-member": "members may answer then, and there is none",
  "port-ipv6-only": "on which addresses a program listens is no edit",
  "port-no-listener": "a program that listens is no edit",
  "port-other-address": "on which address a program listens is no edit",
  "port-other-device": "to which device a program is bound is no edit",
  "published-wrong-port": "on which port a program listens is no edit",
  "tcp-data-not-acknowledged": "packets alone tell it: no walk follows data behind the handshake",
  "tcp-forward-no-route": "nobody is known who has the address",
  "tcp-own-redirect": "a proxy that runs is no edit",
  "tcp-redirect-no-proxy": "a proxy that runs is no edit",
  "tcp-refused": "what refuses is in no state",
  "tcp-reset": "the program that resets is no edit",
  "tcp-stall-pmtu": "packets alone tell it: the routers are in no state",
  "tcp-syn-no-answer": "what drops it is in no state",
  "tcp-zero-window": "the program that does not read is no edit",
  "tunnel-no-match": "a tunnel's parameters are no edit: how to make it anew is advice",
  "udp-answered-from-elsewhere": "from which address a program answers is no edit",
  "udp-buffer-full": "the program that does not read is no edit",
  "udp-port-no-listener": "a program that has the port is no edit",
  "vxlan-no-remote": "a tunnel's parameters are no edit: which entry it needs is advice",
};

/** What changes a device's kind or mode, or takes its queue or filter away, or the size of segments, which no walk can prove, and works all the same. */
const UNPROVEN: readonly string[] = [
  ...["macvlan-host-isolation", "macvlan-private", "macvlan-vepa"],
  ...["qdisc-drop", "tc-egress-drop", "tc-ingress-drop"],
  // No walk follows the size that a handshake agrees on.
  "tcp-stall-own-routers",
];

const fixed = failures.filter(({ name }) => !(name in NOTHING_FIXES));

describe.skipIf(whyNoCaptures() !== null)("the first fix", () => {
  it.concurrent.each(sampled(fixed, "fixes", 12, ({ name }) => name))("$name", async ({ scenario, fix }) => {
    if (fix === null) throw new Error("no fix");
    expect(UNPROVEN.includes(scenario.name) ? ["unproven"] : ["answered", "harm-unchecked"]).toContain(fix.proof);
    expect(await afterFix(scenario, fix)).toMatchObject({ exitCode: 0, answered: true });
  });

  it("lists what nothing fixes with a reason each, and none that the walk calls fixed", () => {
    const claimed = failures.filter(({ fix }) => fix?.proof === "answered").map(({ name }) => name);
    expect(Object.keys(NOTHING_FIXES).filter((name) => claimed.includes(name))).toEqual([]);
    expect(Object.keys(NOTHING_FIXES).filter((name) => !failures.some((one) => one.name === name))).toEqual([]);
  });
});
