// A system that was shown without a question: what of it, by itself, keeps packets from getting through.

import type { Namespace, SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { chainsThatDrop, masqueradedElsewhere, translatingNothing } from "./of-firewall.ts";
import { withoutCarrier, withoutPorts } from "./of-links.ts";
import { overlappingSubnets, shadowedSubnets, silentGateways, uncertainDefaults, wideSubnets } from "./of-routes.ts";
import { forwardsNothing } from "./of-settings.ts";
import { onLoopbackOnly } from "./of-sockets.ts";

/** The surest first, each in a sentence that ends with the line it rests on. */
export function standingOut({ namespaces }: SystemState): Text[] {
  const all = [...namespaces.values()].flatMap((ns) => LOOKS.flatMap((look) => look(ns).map((one) => placed(ns, one))));
  // Somebody pasted the same listing twice, before and after.
  return [...new Map(all.map((one) => [one.en, one])).values()];
}

const LOOKS: readonly ((ns: Namespace) => readonly Text[])[] = [
  withoutCarrier,
  withoutPorts,
  silentGateways,
  uncertainDefaults,
  overlappingSubnets,
  wideSubnets,
  shadowedSubnets,
  forwardsNothing,
  chainsThatDrop,
  masqueradedElsewhere,
  translatingNothing,
  onLoopbackOnly,
];

function placed({ key }: Namespace, one: Text): Text {
  return key === "" ? one : text(`${key}: ${one.en}`, `${key}：${one.zh}`);
}
