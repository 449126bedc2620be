// What stands under "To settle it" where the state was read: commands that look, none whose output that state holds.

import type { Finding, Settle } from "../model/finding.ts";
import { hasBlank } from "../model/remedy.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { changes, makes } from "../model/typed-change.ts";

/** The states that were read, before and after. */
interface Read {
  readonly state: SystemState | null;
  readonly stateAfter: SystemState | null;
  readonly pasted?: true;
}

/** Findings without commands that tell nothing new. What a paste does not show is still to be looked up. */
export function onlyTelling(findings: readonly Finding[], { state, stateAfter, pasted }: Read): Finding[] {
  if (state === null || pasted === true) return [...findings];
  return findings.map((finding, at) => {
    // Where nothing was found that mends it, what a person must judge first is better than nothing.
    const isLast = at === 0 && finding.fixes.length === 0;
    const settle = finding.settle.filter(({ command }) =>
      changes(command) ? isLast && !makes(command) : tells(command, finding, { state, stateAfter }),
    );
    return settle.length === finding.settle.length ? finding : { ...finding, settle };
  });
}

function tells(command: Settle["command"], { netns }: Finding, { state, stateAfter }: Read): boolean {
  if (/\bpktwhy snapshot\b/.test(command) || hasBlank(command)) return false;
  const { place, words } = placed(command);
  const ns = state?.namespaces.get(place ?? netns ?? "");
  const after = stateAfter?.namespaces.get(place ?? netns ?? "");
  return ns === undefined || !isHeld(words, ns, after);
}

// `sudo ip netns exec NS …`, `sudo nsenter -t PID -n …`, `sudo …`; without any of them the place is the finding's own.
function placed(command: string): { readonly place: string | null; readonly words: readonly string[] } {
  const [, netns, pid, rest] =
    /^sudo (?:ip netns exec (\S+) |nsenter -t (\d+) -n )?(.*)$/s.exec(command) ?? ([] as string[]);
  const place = netns ?? (pid === undefined ? undefined : `pid-${pid}`);
  return { place: place ?? (rest === undefined ? null : ""), words: (rest ?? command).split(/\s+/) };
}

function isHeld(words: readonly string[], ns: Namespace, after: Namespace | undefined): boolean {
  const [tool = "", ...others] = words.filter((word) => !word.startsWith("-"));
  switch (tool) {
    case "ip":
      return isListed(others, ns, after);
    case "sysctl":
      return others.every((key) => ns.sysctl?.has(key) === true || /[*(]/.test(key)) && ns.sysctl !== undefined;
    case "nft":
      return ns.nft !== undefined;
    case "bridge":
      return ns.bridge !== undefined;
    case "ss":
      return ns.sockets !== undefined && ns.socketsOf === undefined;
    default:
      return false;
  }
}

// Neighbours come and go: only the state after tells what the ping has left.
function isListed([what = "", verb]: readonly string[], ns: Namespace, after: Namespace | undefined): boolean {
  if (/^a(ddr(ess)?)?$/.test(what)) return ns.addresses !== undefined;
  if (/^l(ink)?$/.test(what)) return ns.links !== undefined;
  if (/^ru(le)?$/.test(what)) return ns.rules !== undefined;
  if (/^n(eigh(bour)?)?$/.test(what)) return after?.neighbours !== undefined;
  return /^r(oute)?$/.test(what) && (verb !== "get" || ns.rules !== undefined) && ns.routes !== undefined;
}
