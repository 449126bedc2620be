// Peers of WireGuard interfaces, from `wg show all dump`.

import { formatIpv4, parseIpv4, parsePrefix } from "../../model/address.ts";
import type { WireGuardPeer } from "../../model/system-state.ts";

const PEER_FIELDS = 9;
const NONE = "(none)";

/** Parses the peers; an interface's own line stands before those of its peers. */
export function parsePeers(text: string | undefined): WireGuardPeer[] | undefined {
  if (text === undefined) return undefined;
  const own = new Map<string, { key: string; port: number }>();
  return text.split("\n").flatMap((line): WireGuardPeer[] => {
    const fields = line.split("\t");
    const [device = "", second = "", third = "", fourth = "", allowed = "", handshake = ""] = fields;
    if (fields.length === 5) own.set(device, { key: third, port: Number(fourth) });
    if (fields.length < PEER_FIELDS) return [];
    const { key = "", port = 0 } = own.get(device) ?? {};
    const listed = allowed === NONE ? [] : allowed.split(",");
    return [
      {
        interface: device,
        ownKey: key,
        key: second,
        port,
        endpoint: endpointOf(fourth),
        handshake: Number(handshake),
        ...allowing(second, fourth, listed),
      },
    ];
  });
}

/** The peers after `wg set IF peer KEY allowed-ips LIST`: an address belongs to one peer alone (allowedips.c). Null without it. */
export function withAllowed(
  peers: readonly WireGuardPeer[],
  device: string,
  key: string,
  listed: readonly string[],
): WireGuardPeer[] | null {
  if (!peers.some((peer) => peer.interface === device && peer.key === key)) return null;
  return peers.map((peer) => {
    if (peer.interface !== device) return peer;
    const left = peer.key === key ? listed : peer.listed.filter((one) => !listed.includes(one));
    const { endpoint } = peer;
    const end = /endpoint (\S+)/.exec(peer.line)?.[1] ?? (endpoint === null ? NONE : formatIpv4(endpoint.address));
    return left === peer.listed || left.join() === peer.listed.join()
      ? peer
      : { ...peer, ...allowing(peer.key, end, left) };
  });
}

function allowing(key: string, endpoint: string, listed: readonly string[]) {
  return {
    allowed: listed.flatMap((one) => parsePrefix(one) ?? []),
    listed,
    line: `peer ${key} endpoint ${endpoint} allowed-ips ${listed.length === 0 ? NONE : listed.join(",")}`,
  };
}

function endpointOf(words: string): WireGuardPeer["endpoint"] {
  const match = /^([\d.]+):(\d+)$/.exec(words);
  const address = match === null ? null : parseIpv4(match[1] as string);
  return address === null ? null : { address, port: Number(match?.[2]) };
}
