// WireGuard: the peer with the target's address gets it, if both know each other's keys, and passes it on if the source
// is allowed to it (wg_xmit, wg_allowedips_lookup_dst, wg_packet_consume_data_done).

import { formatIpv4, type Ipv4, inPrefix } from "../../model/address.ts";
import type { Link, Namespace, WireGuardPeer } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, deeper, type Frame } from "../message.ts";
import * as words from "../words.ts";
import { after, type Delivery, undecided } from "./delivery.ts";
import { lose } from "./lose.ts";
import { carry } from "./outer.ts";

/** Data message: IPv4, UDP, its own header and tag. */
const OVERHEAD = 60;

/** A datagram is given to a WireGuard interface. */
export function wireGuardTransmit(at: At<Frame>, link: Link): Delivery {
  const { ns, packet: frame } = at;
  if (ns.peers === undefined || "target" in frame.payload) return undecided(at.open(["wireguard"], whoTakes(link)));
  const { destination } = frame.payload;
  const own = peersOf(ns, link);
  const peer = chosenPeer(own, destination);
  if (peer === null) return notAllowed(at, link, own, destination, "to");
  if (peer.endpoint === null) return neverMet(at, link, peer, null);
  const outer = { kind: "udp", sourcePort: peer.port, destinationPort: peer.endpoint.port } as const;
  const carried = carry(at, {
    remote: peer.endpoint.address,
    local: null,
    outer,
    isOpen: false,
    overhead: OVERHEAD,
    ttl: null,
  });
  if (carried.kind === "ended") return carried.delivery;
  const { ns: there, steps } = carried;
  if (there.peers === undefined) return undecided(at.open(["wireguard"], whoTakes(link)), steps);
  const known = there.peers.find(({ key, ownKey }) => key === peer.ownKey && ownKey === peer.key);
  const other = there.links?.find(({ name, flags }) => name === known?.interface && flags.has("UP"));
  if (known === undefined || other === undefined) return after(steps, neverMet(at, link, peer, there));
  const arrived = at.moved(there, other.name);
  if (!chosenIs(peersOf(there, other), frame.payload.source, known))
    return after(steps, notAllowed(arrived, other, [known], frame.payload.source, "from"));
  const crossing = text(`${other.name} decrypts it`, `${other.name} 把它解密`);
  return after(steps, at.stack.arrive(arrived.with(deeper(frame)), other, crossing));
}

function whoTakes({ name }: Link) {
  return text(
    `which peer of ${name} takes this? It is a WireGuard interface, which decides here`,
    `${name} 的哪个对等端会收下它？它是 WireGuard 接口，由它决定`,
  );
}

// icmp_ndo_send: an ICMP host unreachable, to whom it comes from, which is mostly this host itself.
function tellAsker({ walk, ns, leg, packet }: At<Frame>): void {
  if (leg !== "request" || ns.key !== walk.attempt.netns || "target" in packet.payload) return;
  walk.heard ??= { kind: "icmp-error", from: packet.payload.source, type: 3, code: 1 };
}

function peersOf(ns: Namespace, { name }: Link): WireGuardPeer[] {
  return (ns.peers ?? []).filter((peer) => peer.interface === name);
}

// allowedips.c: the longest prefix decides; an address belongs to one peer alone.
function chosenPeer(peers: readonly WireGuardPeer[], address: Ipv4): WireGuardPeer | null {
  const fitting = peers.flatMap((peer) =>
    peer.allowed.filter((prefix) => inPrefix(address, prefix)).map((prefix) => ({ peer, length: prefix.length })),
  );
  return fitting.sort((a, b) => b.length - a.length)[0]?.peer ?? null;
}

function chosenIs(peers: readonly WireGuardPeer[], address: Ipv4, peer: WireGuardPeer): boolean {
  return chosenPeer(peers, address) === peer;
}

function notAllowed(
  at: At<Frame>,
  link: Link,
  peers: readonly WireGuardPeer[],
  address: Ipv4,
  way: "to" | "from",
): Delivery {
  const shown = formatIpv4(address);
  // Which of several is meant, nobody can tell.
  const [only, ...others] = peers;
  const says =
    way === "to"
      ? text(
          `no peer of ${link.name} has ${shown} among its allowed-ips: there is nobody to send it to`,
          `${link.name} 没有一个对等端的 allowed-ips 含 ${shown}：没有可发的对象`,
        )
      : text(
          `${link.name} does not allow its peer the source ${shown}: it is dropped after decryption`,
          `${link.name} 不允许对等端使用源地址 ${shown}：解密后丢弃`,
        );
  if (way === "to") tellAsker(at);
  return lose(at, {
    code: "wireguard-allowed-ips",
    says,
    lines: [linkLine(at.ns.key, link), ...peers.map((peer) => peerLine(at.ns.key, peer))],
    facts: {
      ...addressFacts(at.packet.payload),
      prefix: `${shown}/32`,
      ...(only !== undefined && others.length === 0 ? { peerKey: only.key, allowed: only.listed.join(",") } : {}),
      state: way,
      ...(way === "to" ? { outInterface: link.name } : { inInterface: link.name }),
    },
  });
}

function neverMet(at: At<Frame>, link: Link, peer: WireGuardPeer, there: Namespace | null): Delivery {
  const host = words.hostName(there?.key ?? "");
  const says =
    there === null
      ? text(`${link.name} knows no endpoint of this peer yet`, `${link.name} 还不知道这个对等端的 endpoint`)
      : text(
          `${host.en} has no WireGuard interface with this pair of keys: no handshake is completed, and nothing is sent`,
          `${host.zh} 没有使用这对密钥的 WireGuard 接口：握手无法完成，什么也不会发出`,
        );
  const others = (there?.peers ?? []).map((one) => peerLine(there?.key ?? "", one));
  return lose(at, {
    code: "wireguard-no-handshake",
    says,
    lines: [linkLine(at.ns.key, link), peerLine(at.ns.key, peer), ...others],
    facts: {
      ...addressFacts(at.packet.payload),
      outInterface: link.name,
      ...(there === null ? {} : { owner: there.key }),
    },
  });
}

function peerLine(netns: string, { line }: WireGuardPeer) {
  return { netns, key: "wireguard", line };
}
