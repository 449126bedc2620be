// Another question instead of another system: ping without the option that forced it, or with another size or target.

import { parseIpv4 } from "../model/address.ts";
import type { QuestionEdit, SysctlEdit } from "../model/edit.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Attempt } from "../model/trace.ts";
import { COST, type Face } from "./face.ts";
import { option, words } from "./typed.ts";

export const question: Face<QuestionEdit> = {
  // The system stays what it is.
  apply: (state) => state,
  command: (edit) =>
    words(
      "ping",
      edit.broadcast && "-b",
      edit.count !== undefined && `-c ${edit.count}`,
      edit.discovery !== undefined && `-M ${edit.discovery}`,
      edit.payload !== undefined && `-s ${edit.payload}`,
      edit.ttl !== undefined && `-t ${edit.ttl}`,
      edit.bind === null ? undefined : option("-I", edit.bind),
      option("", edit.target)?.trim(),
    ),
  undo: () => [],
  keep: () => null,
  cost: COST.question,
};

/** Bytes of an IPv4 and an ICMP header. */
const HEADERS = 28;

/** What is attempted instead; null where the edit names something that no address is. */
export function asked(attempt: Attempt, edit: QuestionEdit): Attempt | null {
  const destination = parseIpv4(edit.target);
  if (destination === null) return null;
  const source = edit.bind === undefined || edit.bind === null ? null : parseIpv4(edit.bind);
  return {
    ...attempt,
    destination,
    ...(edit.bind === undefined
      ? {}
      : { source, outInterface: edit.bind === null || source !== null ? null : edit.bind }),
    ...(edit.broadcast ? { broadcastAllowed: true } : {}),
    ...(edit.payload === undefined ? {} : { length: edit.payload + HEADERS }),
    ...(edit.discovery === undefined
      ? {}
      : {
          pathMtuDiscovery: edit.discovery,
          dontFragment: edit.discovery === "do" || (edit.discovery === "want" && attempt.dontFragment),
        }),
    ...(edit.ttl === undefined ? {} : { ttl: edit.ttl }),
    origin: "asked",
  };
}

const PING_GROUPS = "net.ipv4.ping_group_range";
const EVERYBODY = /^0\s+2147483647$/;

/** A ping that got no socket gets one where every group is let in that was not before (ping_init_sock). */
export function letIn(attempt: Attempt, edit: SysctlEdit, { namespaces }: SystemState): Attempt {
  const before = namespaces.get(attempt.netns)?.sysctl?.get(PING_GROUPS);
  const opens = edit.settings.some(({ key, value }) => key === PING_GROUPS && EVERYBODY.test(value));
  if (!opens || edit.netns !== attempt.netns || before === undefined || EVERYBODY.test(before.trim())) return attempt;
  const { socketRefused: _, ...allowed } = attempt;
  return allowed;
}
