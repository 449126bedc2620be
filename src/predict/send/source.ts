// Which of a host's own addresses speaks: inet_select_addr, and the two questions about addresses that ARP asks.

import { formatIpv4, type Ipv4, inPrefix, parsePrefix } from "../../model/address.ts";
import { ownValue } from "../../model/own-value.ts";
import type { InterfaceAddress, Namespace } from "../../model/system-state.ts";

const SCOPES: Readonly<Record<string, number>> = {
  global: 0,
  universe: 0,
  site: 200,
  link: 253,
  host: 254,
  nowhere: 255,
};
/** RT_SCOPE_LINK. */
export const SCOPE_LINK = 253;
/** RT_SCOPE_HOST. */
export const SCOPE_HOST = 254;

/** RT_SCOPE_* of a scope's name; the narrower, the higher. */
export function scopeNumber(name: string): number {
  return ownValue(SCOPES, name) ?? (Number(name) || 0);
}

/** inet_ifa_match: whether an address lies in the subnet of an interface's address. */
export function inSubnet(address: Ipv4, own: InterfaceAddress): boolean {
  const prefix = parsePrefix(`${formatIpv4(own.peer ?? own.local)}/${own.prefixLength}`);
  return prefix !== null && inPrefix(address, prefix);
}

/**
 * inet_select_addr: the address a host speaks with out of `device` towards `toward`, at most as narrow as `scope`.
 * Null where the namespace has none; undefined where its addresses are unknown.
 */
export function selectAddress(
  ns: Namespace,
  device: string,
  toward: Ipv4 | null,
  scope: number,
  hostIsLink = false,
): InterfaceAddress | null | undefined {
  if (ns.addresses === undefined) return undefined;
  const hostScope = hostIsLink ? SCOPE_LINK : SCOPE_HOST;
  let first: InterfaceAddress | null = null;
  for (const own of ns.addresses) {
    if (own.interface !== device || own.secondary) continue;
    if (Math.min(scopeNumber(own.scope), hostScope) > scope) continue;
    if (toward === null || inSubnet(toward, own)) return own;
    first ??= own;
  }
  if (first) return first;
  for (const own of ns.addresses) {
    const narrow = scopeNumber(own.scope);
    if (!own.secondary && narrow !== SCOPE_LINK && narrow <= scope) return own;
  }
  return null;
}

/** inet_confirm_addr: whether `local` counts as an address of `device` (any device where null), seen by `asker` (anybody where null). */
export function confirmAddress(
  ns: Namespace,
  device: string | null,
  asker: Ipv4 | null,
  local: Ipv4,
  scope: number,
): boolean {
  const interfaces = device !== null ? [device] : [...new Set((ns.addresses ?? []).map((a) => a.interface))];
  return interfaces.some((name) =>
    confirmOn(
      (ns.addresses ?? []).filter((a) => a.interface === name),
      asker,
      local,
      scope,
    ),
  );
}

// confirm_addr_indev: the address and the subnet may come from two different entries of the interface.
function confirmOn(addresses: readonly InterfaceAddress[], asker: Ipv4 | null, local: Ipv4, scope: number): boolean {
  let found = false;
  let same = false;
  for (const own of addresses) {
    if (!found && own.local === local && Math.min(scopeNumber(own.scope), SCOPE_HOST) <= scope) {
      found = true;
      if (same) return true;
    }
    if (!same) {
      same = inSubnet(local, own) && (asker === null || inSubnet(asker, own));
      if (same && found) return true;
    }
  }
  return same && found;
}

/** inet_addr_onlink: whether one subnet of the device holds both addresses. */
export function onLink(ns: Namespace, device: string, a: Ipv4, b: Ipv4 | null): boolean {
  return (ns.addresses ?? []).some(
    (own) => own.interface === device && !own.secondary && inSubnet(a, own) && (b === null || inSubnet(b, own)),
  );
}
