// A fault put into a system: its edits as the kernel would carry them out, and what is there without a command.

import { apply } from "../../edits/edits.ts";
import { nftRuleBy } from "../../edits/nft-rule.ts";
import { parseIpv4, parseMac } from "../../model/address.ts";
import type { NftChain } from "../../model/nft-ruleset.ts";
import { type FaultPart, isPresence, type Presence } from "../../model/presence.ts";
import type { Namespace, SystemState } from "../../model/system-state.ts";
import { chainLine } from "../../system/nft-words.ts";
import { bridged, type Made, plugged, withDevice, withHost, withNamespace } from "./made.ts";

/** The state with all of these; null where the kernel would refuse one. */
export function withFault(state: SystemState, parts: readonly FaultPart[]): SystemState | null {
  return parts.reduce<SystemState | null>(
    (before, part) => before && (isPresence(part) ? present(before, part) : apply(before, part)),
    state,
  );
}

function present(state: SystemState, part: Presence): SystemState | null {
  const ns = state.namespaces.get(part.netns);
  if (ns === undefined) return null;
  const made: Made = { state, invented: new Set() };
  switch (part.kind) {
    case "listener":
      return withListener(made, part);
    case "bridge-above":
      return bridged(withDevice(made, { netns: ns.key, name: ABOVE }), ns.key, ABOVE, [part.device]).state;
    default:
      return withNamespace(made, ns.key, (one) => within(one, part)).state;
  }
}

/** The bridge that a host with an address on a port would have. */
const ABOVE = "br9";
const OTHER_PORT = "port9";

function withListener(made: Made, { netns, bridge, mac }: Extract<Presence, { kind: "listener" }>): SystemState | null {
  const key = `(listener at ${netns})`;
  const ported = bridged(made, netns, bridge, [OTHER_PORT]);
  const hosted = withDevice(withHost(ported, key), { netns: key, name: "eth0" });
  const wired = plugged(hosted, { netns, name: OTHER_PORT }, { netns: key, name: "eth0" });
  if (parseMac(mac) === null) return null;
  return apply(wired.state, {
    kind: "fdb",
    netns,
    verb: "replace",
    mac,
    device: OTHER_PORT,
    master: true,
    state: "static",
  });
}

const LOOPBACK = parseIpv4("127.0.0.1");

type Inside = Exclude<Presence, { kind: "listener" | "bridge-above" }>;

function within(ns: Namespace, part: Inside): Namespace {
  switch (part.kind) {
    case "sockets":
      return {
        ...ns,
        sockets: part.listens === "nowhere" ? [] : ns.sockets?.map((one) => ({ ...one, address: LOOPBACK })),
      };
    case "nft-drop":
      return { ...ns, nft: { sets: ns.nft?.sets ?? [], chains: [...(ns.nft?.chains ?? []), chainOf(part)] } };
    case "xdp-program":
      return { ...ns, links: ns.links?.map((link) => (link.name === part.device ? { ...link, xdp: true } : link)) };
    case "lossy-queue": {
      const line = `qdisc netem dev ${part.device} loss`;
      const queue = { interface: part.device, kind: "netem", limit: null, lossy: true, drops: 0, line };
      return { ...ns, queues: [...(ns.queues ?? []), queue] };
    }
    case "tc-ingress":
    case "tc-egress": {
      const direction = part.kind === "tc-ingress" ? "ingress" : "egress";
      const line = `filter dev ${part.device} ${direction} protocol ip matchall action drop`;
      const filter = { interface: part.device, direction, protocol: "ip", kind: "matchall", preference: null } as const;
      return {
        ...ns,
        trafficFilters: [...(ns.trafficFilters ?? []), { ...filter, does: "drop", matches: [], always: true, line }],
      };
    }
  }
}

function chainOf({ family, hook, device, rule }: Extract<Presence, { kind: "nft-drop" }>): NftChain {
  const place = { family, table: "filter", name: hook };
  const policy = rule === null ? "drop" : "accept";
  const base = {
    type: "filter",
    hook,
    devices: device === null ? null : [device],
    priority: 0,
    policy,
  } as const;
  return {
    ...place,
    hook: base,
    rules: rule === null ? [] : [nftRuleBy(rule, place)],
    line: chainLine(place, base),
  };
}
