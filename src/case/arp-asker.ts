// Who asked by an arping that does not print its own address: by the addresses of the host at which it was typed.

import { type Ipv4, inPrefix, parseIpv4 } from "../model/address.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import type { TextCapture } from "../paste/capture/capture-text.ts";

/** Null where the state does not tell. */
export function arpAsker({ netns, interface: device, packets }: TextCapture, state: SystemState | null): Ipv4 | null {
  const target = parseIpv4(/who-has ([\d.]+)/.exec(packets[0]?.line.text ?? "")?.[1] ?? "");
  const ns: Namespace | undefined = state?.namespaces.get(netns ?? "") ?? [...(state?.namespaces.values() ?? [])][0];
  if (target === null || ns === undefined) return null;
  const own = (ns.addresses ?? []).filter((one) => device === null || one.interface === device);
  const beside = own.find(({ local, prefixLength }) => inPrefix(target, { address: local, length: prefixLength }));
  return (beside ?? (device === null ? undefined : own[0]))?.local ?? null;
}
