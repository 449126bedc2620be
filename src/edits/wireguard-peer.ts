// The addresses that a peer of a WireGuard interface may have.

import type { WireGuardPeerEdit } from "../model/edit.ts";
import { withAllowed } from "../system/parse/wireguard.ts";
import { changeNamespace } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { name, words } from "./typed.ts";

export const wireGuardPeer: Face<WireGuardPeerEdit> = {
  apply: (state, { netns, device, peer, allowed }) =>
    changeNamespace(state, netns, (ns) => {
      const peers = ns.peers === undefined ? null : withAllowed(ns.peers, device, peer, allowed);
      return peers && { ...ns, peers };
    }),
  command: ({ device, peer, allowed }) =>
    words(`wg set ${name(device)} peer ${name(peer)} allowed-ips`, name(allowed.length === 0 ? "" : allowed.join(","))),
  // What another peer loses by it comes back with its own list.
  undo: (edit, before) => {
    const peers = before.namespaces.get(edit.netns ?? "")?.peers?.filter((one) => one.interface === edit.device);
    if (!peers?.some(({ key }) => key === edit.peer)) return null;
    const own = (key: string): boolean => key === edit.peer;
    const changed = peers.filter(({ key, listed }) => own(key) || listed.some((one) => edit.allowed.includes(one)));
    return [...changed]
      .sort((a, b) => Number(own(b.key)) - Number(own(a.key)))
      .map(({ key, listed }) => ({ ...edit, peer: key, allowed: listed }));
  },
  keep: ({ device, peer, allowed }) => ({
    file: `/etc/wireguard/${device}.conf`,
    lines: ["[Peer]", `PublicKey = ${peer}`, `AllowedIPs = ${allowed.join(", ")}`],
    reload: `sudo wg-quick down ${device} && sudo wg-quick up ${device}`,
  }),
  cost: COST.route,
};
