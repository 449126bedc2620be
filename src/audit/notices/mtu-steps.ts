// Where the MTU differs between the two ends of a cable or the ports of a bridge, and where a router passes on to a smaller one.

import type { AuditNotice } from "../../model/audit.ts";
import type { Link, Namespace, SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { LinkIndex } from "../../system/lookup/link-index.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { fewOf, placeName } from "./place-name.ts";

/** All of them. */
export function mtuSteps(state: SystemState): AuditNotice[] {
  return [...state.namespaces.values()].flatMap((ns) => [
    ...(ns.links ?? []).flatMap((link) => overCable(state, ns, link)),
    ...LinkIndex.of(ns)
      .ofKind("bridge")
      .flatMap((bridge) => amongPorts(ns, bridge)),
    ...throughRouter(ns),
  ]);
}

function step(netns: readonly string[], places: readonly (readonly [string, number | null])[]): AuditNotice {
  const list = places.map(([name, mtu]) => `${name} ${mtu}`);
  return {
    kind: "mtu-step",
    text: text(`the MTU differs on one link: ${fewOf(list)}`, `同一链路上 MTU 不一致：${fewOf(list)}`),
    netns,
    pairs: null,
  };
}

function overCable(state: SystemState, ns: Namespace, link: Link): AuditNotice[] {
  const end = otherEnd(state, ns.key, link.name);
  if (end.kind !== "peer" || end.relation !== "veth" || link.mtu === end.link.mtu) return [];
  // Each cable once.
  const [here, there] = [placeName(ns.key, link.name), placeName(end.netns, end.link.name)];
  if (here > there || link.mtu === null || end.link.mtu === null) return [];
  return [
    step(
      [ns.key, end.netns],
      [
        [here, link.mtu],
        [there, end.link.mtu],
      ],
    ),
  ];
}

function amongPorts(ns: Namespace, bridge: Link): AuditNotice[] {
  const ports = LinkIndex.of(ns).portsOf(bridge.name);
  const most = Math.max(...ports.map(({ mtu }) => mtu ?? 0));
  const smaller = ports.filter(({ mtu }) => mtu !== null && mtu < most);
  const other = ports.find(({ mtu }) => mtu === most);
  if (smaller.length === 0 || other === undefined) return [];
  return [
    step(
      [ns.key],
      [...smaller, other].map(({ name, mtu }) => [placeName(ns.key, name), mtu]),
    ),
  ];
}

function throughRouter(ns: Namespace): AuditNotice[] {
  if (ns.sysctl?.get("net.ipv4.ip_forward") !== "1") return [];
  const addressed = new Set((ns.addresses ?? []).map((one) => one.interface));
  const own = (ns.links ?? []).filter((link) => addressed.has(link.name) && !link.isLoopback && link.mtu !== null);
  const mtus = new Set(own.map(({ mtu }) => mtu));
  if (mtus.size < 2) return [];
  const list = fewOf(own.map(({ name, mtu }) => `${placeName(ns.key, name)} ${mtu}`));
  return [
    {
      kind: "mtu-step",
      text: text(`the MTU changes at a router: ${list}`, `经过路由器时 MTU 变化：${list}`),
      netns: [ns.key],
      pairs: null,
    },
  ];
}
