// The contract of a cause file: one file a cause, everything about it but the kernel's decision, which lives in predict.

import type { Code } from "./code.ts";
import type { Edit } from "./edit.ts";
import type { Certainty, Evidence } from "./evidence.ts";
import type { FaultPlace } from "./fault-place.ts";
import type { CauseHit, Facts, Settle, Severity } from "./finding.ts";
import type { Flow } from "./flow.ts";
import { loggedFixes, loggedHeadline, loggedSummary } from "./logged-words.ts";
import type { Marks } from "./marks.ts";
import type { FaultPart } from "./presence.ts";
import { isIncomplete, nftChain, type Remedy } from "./remedy.ts";
import { shellFacts, shellWords } from "./shell-word.ts";
import type { SystemState } from "./system-state.ts";
import { type Text, text } from "./text.ts";
import type { InputSummary } from "./vantage.ts";

export { inNamespace } from "./in-namespace.ts";

/** What a check on packets alone may look at. */
export interface PacketView {
  readonly flow: Flow;
  readonly flows: readonly Flow[];
  readonly inputs: readonly InputSummary[];
  /** Whether what else is known excludes a cause. */
  isExcluded?(code: Code): boolean;
}
/** What a check on packets alone says. */
export interface PacketVerdict {
  readonly certainty: Certainty;
  readonly netns: string | null;
  readonly interface: string | null;
  readonly facts: Facts;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly ruledOut: CauseHit["ruledOut"];
  readonly alike?: readonly Code[];
  /** What the kernel does with such a packet depends on no setting: it stands before all that state says. */
  readonly stateless?: true;
}

export interface CausePage {
  /** What it means, in two to five sentences. */
  readonly meaning: Text;
  /** What shows it: packets, state, counters, kernel events; and what does not. */
  readonly evidence: Text;
  /** What looks the same, and what tells them apart. */
  readonly tellApart: Text;
  /** Kernel function(s) and, where it applies, the sysctl's combining macro. */
  readonly kernel: string;
}

/** Everything about a cause; what breaks something leaves marks. */
export type Cause = CauseWords &
  (
    | { readonly severity: "problem"; readonly marks: Marks }
    | { readonly severity: Exclude<Severity, "problem">; readonly marks?: Marks }
  );

interface CauseWords {
  readonly code: Code;
  readonly title: Text;
  /** The headline: begins with the title's words and adds the address or interface. */
  headline(facts: Facts): Text;
  /** Two or three plain sentences a person can repeat to a colleague; never beyond the facts. */
  summary(facts: Facts): Text;
  /** Why the kernel does this, in a sentence. */
  why(facts: Facts): Text;
  /** What mends it, most advisable first: edits, or advice where nothing can be edited. */
  fixes(facts: Facts, netns: string | null): readonly Remedy[];
  /** With these a walk goes on behind it, to tell what would stop the packet next; empty where nothing simple does. */
  assumes?(hit: CauseHit, state: SystemState): readonly Edit[];
  /**
   * What brings it about at this host where nobody has shown that part of its state; each list is one fault.
   * Settings that alone bring it about are read off its marks.
   */
  faults?(place: FaultPlace): readonly (readonly FaultPart[])[];
  /** What would decide between the look-alikes. */
  settle?(facts: Facts, netns: string | null): readonly Settle[];
  readonly lookalikes: readonly Code[];
  /** Words people search for, in both languages. */
  readonly search: readonly string[];
  page(): CausePage;
  /** Lab scenario (= fixture) in which it fires, and the one that looks alike and in which it must stay silent. */
  readonly scenario: string | null;
  readonly negativeTwin: string | null;
  /** Only where packets alone can show it. Null when it does not hold. */
  check?(view: PacketView): PacketVerdict | null;
  /**
   * A story of its own beside the main one: the check is asked even where state gives the answer, and where the cause
   * is a note it never takes that answer's place.
   */
  readonly beside?: true;
  /** The ICMP host unreachable by which the asker hears of it is the device's own: no ARP has failed. */
  readonly tellsItself?: true;
  /** It only says how it ended: for when no more telling check holds, the lowest number first. */
  readonly lastResort?: number;
  /** It spoils everything else that is seen: its check stands before all others. */
  readonly upsets?: true;
}

/** Declares a cause; exists so that the compiler checks both languages at the declaration. */
export function defineCause(cause: Cause): Cause {
  const { settle } = cause;
  return {
    ...cause,
    headline: (facts) => closeHan(loggedHeadline(cause.title, facts) ?? cause.headline(facts)),
    summary: (facts) => closeHan(loggedSummary(cause.code, facts) ?? cause.summary(facts)),
    why: (facts) => closeHan(cause.why(facts)),
    fixes: (facts, netns) => [...loggedFixes(shellFacts(facts), named(netns)), ...remediesOf(cause, facts, netns)],
    ...(settle && {
      settle: (facts: Facts, netns: string | null) =>
        settle(shellFacts(facts), named(netns)).map((step) => ({ ...step, because: closeHan(step.because) })),
    }),
  };
}

// Names in sentences and advice stand as a shell takes them; edits hold them as they are, and quote them when typed.
function remediesOf(cause: Cause, facts: Facts, netns: string | null): Remedy[] {
  const typed = shellFacts(facts);
  const raw = typed === facts && named(netns) === netns ? null : cause.fixes(facts, netns);
  return cause.fixes(typed, named(netns)).map((remedy, at): Remedy => {
    const effect = closeHan(remedy.effect);
    if (remedy.edits === undefined) return { ...remedy, effect };
    const { incomplete, edits: asTyped } = remedy;
    const edits = raw?.[at]?.edits ?? asTyped;
    const blank = incomplete === true || edits.some((edit) => isIncomplete(edit, facts));
    return { edits, effect, ...(blank ? { incomplete: true } : {}) };
  });
}

function named(netns: string | null): string | null {
  return netns === null ? null : shellWords(netns);
}

// Where a name is not known, a Chinese word stands in its place: the blanks that would part it from its neighbours go.
function closeHan(words: Text): Text {
  const zh = words.zh.replace(
    /(?<=[\p{Script=Han}，。；：、？！（）“”]) +(?=[\p{Script=Han}，。；：、？！（）“”])/gu,
    "",
  );
  return zh === words.zh ? words : { ...words, zh };
}

/** A MAC address to give instead of one that is there twice: locally administered, and different from it in the last octet. */
export function unusedMac(mac: string | undefined): string {
  const octets = (mac ?? "02:00:00:00:00:00").split(":").map((octet) => Number.parseInt(octet, 16));
  const changed = octets.map((octet, at) =>
    at === 0 ? (octet | 2) & ~1 : at === octets.length - 1 ? octet ^ 0x80 : octet,
  );
  return changed.map((octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/** Takes an nft rule out by its handle, where the listing told it. */
export function deletesRule({ chain, handle }: Facts, netns: string | null): readonly Remedy[] {
  if (chain === undefined || handle === undefined) return [];
  return [
    {
      edits: [{ kind: "nft-rule", netns, verb: "delete", chain: nftChain(chain), handle: Number(handle) }],
      effect: text("takes this rule out, until the ruleset is loaded again", "删除这条规则，直到下次重新加载规则集"),
    },
  ];
}

/** Whether the asker's address, which the receiving host refuses as its own, is on two hosts: no host alone is at fault then. */
export function isOnTwoHosts({ asker, owner }: Facts): boolean {
  return asker !== undefined && owner !== undefined && asker !== owner;
}
