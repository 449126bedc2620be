// Of the ways a chain may end for a packet, the one that this walk follows.

import type { Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { printedPart } from "../../model/typed-line.ts";
import type { Walk } from "../walk.ts";
import type { BaseChain, PossibleRuling } from "./firewall-chain.ts";

/** Takes one of the possible rulings; `passage` names hook and leg, for each of which a rule may hold or not. */
export function oneOf(
  walk: Walk,
  ns: Namespace,
  chain: BaseChain,
  possible: readonly [PossibleRuling, ...PossibleRuling[]],
  passage: string,
): PossibleRuling {
  const doubt = possible.find((one) => one.doubt !== null)?.doubt ?? null;
  const first = possible[0];
  if (doubt === null) return first;
  const question = { text: openQuestion(chain, doubt.line), missing: [doubt.key], state: [doubt] };
  const key = `chain ${ns.key} ${chain.source} ${chain.name} ${passage}`;
  const chosen = possible[walk.choose(key, possible.length, question)] ?? first;
  return { ...chosen, doubt };
}

/** What the walk asks where it cannot tell what a rule does. */
export function openQuestion(chain: BaseChain, line: string): Text {
  const rule = printedPart(line);
  if (chain.isNat)
    return text(
      `where does this packet go once “${rule}” has translated its addresses?`,
      `“${rule}”改写地址（NAT）之后，这个包去向何处？`,
    );
  return text(`what does “${rule}” do with this packet?`, `规则“${rule}”如何处理这个包？`);
}
