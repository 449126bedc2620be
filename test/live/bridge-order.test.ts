// A chain of a bridge's own family and br_netfilter: whether it sees what is bridged, foretold and pinged, made before the
// bridge and after it. Only at priority 0 the order counts, and no state tells it.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { predict } from "../../src/predict/predict.ts";
import { sampled } from "../how-long.ts";
import { canBuild, World } from "./predict-world.ts";

const BRIDGE = `
  s: ip link add br0 type bridge
  s: ip link set br0 up
  s: ip link add p0 type veth peer name e0 netns {a}
  s: ip link add p1 type veth peer name e0 netns {b}
  s: ip link set p0 master br0
  s: ip link set p1 master br0
  s: ip link set p0 up
  s: ip link set p1 up
  a: ip addr add 10.79.2.1/24 dev e0
  b: ip addr add 10.79.2.2/24 dev e0
  a: ip link set e0 up
  b: ip link set e0 up
  s: sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-arptables=1
`;
const chain = (priority: number, what: string) =>
  `s: nft 'table bridge t { chain c { type filter hook forward priority ${priority}; ${what} drop; }; }'\n`;

const ORDERS = [-10, 0, 10].flatMap((priority) =>
  [true, false].flatMap((isFirst) =>
    ["ip protocol icmp", "ether type arp"].map((what) => ({
      name: `${what}, priority ${priority}, made ${isFirst ? "before" : "after"} the bridge`,
      script: isFirst ? chain(priority, what) + BRIDGE : BRIDGE + chain(priority, what),
      priority,
    })),
  ),
);

const why = !canBuild() || !existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables");

describe.skipIf(why)("a chain of a bridge beside br_netfilter", () => {
  it.concurrent.each(sampled(ORDERS, "orders", 4, ({ name }) => name))("$name", async ({ script, priority }) => {
    const world = await World.of(["a", "b", "s"]);
    try {
      await world.run(script);
      await world.quicken();
      const story = { from: "a", to: "10.79.2.2" };
      const { disposition, heard: foretold } = predict(await world.state(), world.attempt(story));
      const { heard } = await world.pingUntil(story, foretold);
      if (disposition.kind === "open")
        expect({ priority, candidates: disposition.candidates }).toEqual({
          priority: 0,
          candidates: ["nft-bridge-drop"],
        });
      else expect(disposition.kind === "answered").toBe(heard.kind === "reply");
    } finally {
      await world.remove();
    }
  });
});
