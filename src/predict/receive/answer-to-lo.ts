// An answer whose route leads to lo: it does not leave the host that made it.

import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { addressFacts, type Datagram } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";
import { replyStays } from "./deliver-words.ts";

/** Its end, where it is for another host than this one; null where it came by another route. */
export function answerToLo(at: At<Datagram>, looped: OutputRoute | null): Disposition | null {
  const { walk, ns, packet } = at;
  if (looped?.type !== "unicast" || ns.key === walk.attempt.netns) return null;
  const route = looped.route === null ? {} : { route: looped.route.line };
  return at.stop({
    code: "route-to-lo",
    says: replyStays(at),
    lines: looped.lines,
    facts: { ...addressFacts(packet), owner: ns.key, state: "reply", ...route },
  });
}
