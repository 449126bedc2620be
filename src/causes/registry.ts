// Generated from the cause files beside it by `npm run generate`: not edited by hand.

import type { Cause } from "../model/cause.ts";
import { cause as acceptLocalButRpFilter } from "./accept-local-but-rp-filter.ts";
import { cause as acceptLocalOff } from "./accept-local-off.ts";
import { cause as acceptLocalOffIp } from "./accept-local-off-ip.ts";
import { cause as answered } from "./answered.ts";
import { cause as arpNoAnswer } from "./arp-no-answer.ts";
import { cause as arpNoLocalOwner } from "./arp-no-local-owner.ts";
import { cause as echoNoReply } from "./echo-no-reply.ts";
import { cause as hostUnreachableIsLocal } from "./host-unreachable-is-local.ts";
import { cause as localAddressViaLo } from "./local-address-via-lo.ts";
import { cause as peerDown } from "./peer-down.ts";
import { cause as replyViaLo } from "./reply-via-lo.ts";
import { cause as rpFilterArp } from "./rp-filter-arp.ts";
import { cause as rpFilterStrict } from "./rp-filter-strict.ts";
import { cause as targetHasNoAddress } from "./target-has-no-address.ts";

/** Every cause that has a file, in alphabetical order of its code. */
export const causes: readonly Cause[] = [
  acceptLocalButRpFilter,
  acceptLocalOff,
  acceptLocalOffIp,
  answered,
  arpNoAnswer,
  arpNoLocalOwner,
  echoNoReply,
  hostUnreachableIsLocal,
  localAddressViaLo,
  peerDown,
  replyViaLo,
  rpFilterArp,
  rpFilterStrict,
  targetHasNoAddress,
];

const byCode = new Map(causes.map((cause) => [cause.code, cause]));

/** The cause with this code; undefined where no file speaks for it. */
export function causeByCode(code: string): Cause | undefined {
  return byCode.get(code);
}
