// Whether an edit changes only what nobody has shown.

import type { Edit } from "../../model/edit.ts";
import { type FaultPart, isPresence, type Presence } from "../../model/presence.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";

/** Whether the state leaves open what this part of a fault says. */
export function isOpenIn(state: SystemState | null): (part: FaultPart) => boolean {
  return (part) => {
    const netns = part.netns ?? null;
    const ns = netns === null ? undefined : state?.namespaces.get(netns);
    if (ns === undefined) return !isForwarding(part) || !hasRouter(state);
    return isPresence(part) ? isUnlisted(ns, part) : isUnshown(ns, part);
  };
}

function isUnlisted(ns: Namespace, part: Presence): boolean {
  switch (part.kind) {
    case "nft-drop":
      return ns.nft === undefined;
    case "tc-ingress":
    case "tc-egress":
      return ns.filter === undefined && ns.trafficFilters === undefined;
    case "lossy-queue":
      return ns.qdisc === undefined && ns.queues === undefined;
    case "sockets":
      return ns.sockets === undefined;
    case "listener":
      return ns.links === undefined;
    case "xdp-program":
    case "bridge-above":
      return !ns.links?.some(({ name }) => name === part.device);
  }
}

// Beside a router that was shown, one that nobody showed is somebody else's, and does what a router does.
function hasRouter(state: SystemState | null): boolean {
  return [...(state?.namespaces.values() ?? [])].some(({ sysctl }) => sysctl?.get(FORWARDING) === "1");
}

const FORWARDING = "net.ipv4.ip_forward";

function isForwarding(edit: FaultPart): boolean {
  return edit.kind === "sysctl" && edit.settings.every(({ key }) => key === FORWARDING);
}

function isUnshown(ns: Namespace, edit: Edit): boolean {
  switch (edit.kind) {
    case "sysctl":
      return edit.settings.every(({ key }) => isUnsaid(ns, key));
    case "address":
      return ns.addresses === undefined;
    case "route":
    case "route-cache":
      return ns.routes === undefined;
    case "rule":
      return ns.rules === undefined;
    case "neighbour":
      return ns.neighbours === undefined;
    case "link":
    case "bridge":
      return !ns.links?.some(({ name }) => name === edit.device);
    case "bridge-port":
      return ns.bridge?.ports?.some((port) => port.interface === edit.device) !== true;
    case "bridge-vlan":
      return ns.bridge?.vlans === undefined;
    case "fdb":
      return ns.bridge?.fdb === undefined;
    case "wireguard-peer":
      return ns.peers === undefined;
    case "tables-rule":
      return ns.nft === undefined && (edit.tool === "arptables" ? ns.arptables : ns.iptables) === undefined;
    case "policy":
    case "nat":
      return ns.nft === undefined && ns.iptables === undefined;
    case "nft-rule":
      return ns.nft === undefined;
    case "question":
      return false;
  }
}

// ip_forward is what all interfaces forward by, and was shown with any of its other names.
function isUnsaid({ sysctl }: Namespace, key: string): boolean {
  if (sysctl === undefined) return true;
  if (key !== FORWARDING) return !sysctl.has(key);
  return ![...sysctl.keys()].some((one) => one === key || /^net\.ipv4\.conf\.[^.]+\.forwarding$/.test(one));
}
