// A datagram that is for this host, as ip_local_deliver hands it on.

import type { StateLine } from "../../model/evidence.ts";
import type { OutputRoute } from "../send/way.ts";

/** What the input route told of it. */
export interface Delivered {
  readonly looped: OutputRoute | null;
  /** Interface that owns the destination address. */
  readonly owner: string | null;
  readonly lines: readonly StateLine[];
  readonly broadcast: boolean;
}

/** inet_iif: a packet that looped over lo counts as come in by the interface that owns its destination. */
export function logicalInterface(
  { interface: name }: { readonly interface: string },
  { looped, owner }: Pick<Delivered, "looped" | "owner">,
): string {
  return looped ? (owner ?? "lo") : name;
}
