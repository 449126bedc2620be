// What stands out in a state besides its faults: things that are there twice, steps of MTU, and how pairs end as a whole.

import type { AuditNotice } from "../../model/audit.ts";
import { mtuSteps } from "./mtu-steps.ts";
import type { Noticed } from "./noticed.ts";
import { blackHoles, loops, oneWayPairs, unansweredSubnets } from "./of-pairs.ts";
import { duplicates } from "./twice.ts";

/** All of them, the gravest kind first. */
export function noticesOf(noticed: Noticed): AuditNotice[] {
  return [
    ...loops(noticed),
    ...duplicates(noticed.state),
    ...unansweredSubnets(noticed),
    ...blackHoles(noticed),
    ...oneWayPairs(noticed),
    ...mtuSteps(noticed.state),
  ];
}
