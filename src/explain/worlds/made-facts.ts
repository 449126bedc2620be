// What only a supposed system holds, an address or an interface that somebody made up, is never told as a fact.

import { formatIpv4, type Ipv4 } from "../../model/address.ts";
import type { CauseHit, Facts } from "../../model/finding.ts";
import { arpExamples, type Flow } from "../../model/flow.ts";
import type { SystemState } from "../../model/system-state.ts";
import { renderedLines } from "../../system/rendered-lines.ts";
import type { Comparison } from "../compare.ts";
import { NEW_PORT, SPARE } from "./wiring.ts";

/** The walk through a supposed system without what neither the state that was shown nor the flow holds: facts, and steps that tell of it. */
export function withoutMadeFacts(
  { trace, steps, ...rest }: Comparison,
  supposed: SystemState,
  shown: SystemState,
  flow: Flow,
): Comparison {
  const known = new Set([...addressesOf(shown), ...addressesOfFlow(flow)]);
  const made = new Set([
    SPARE,
    NEW_PORT,
    ...[...supposed.namespaces.keys()].filter((key) => !shown.namespaces.has(key)),
    ...[...addressesOf(supposed)].filter((address) => !known.has(address)).map(formatIpv4),
  ]);
  const { disposition } = trace;
  const [lines, supposedLines] = [renderedLines(shown), renderedLines(supposed)];
  const isMadeLine = (line: string): boolean => !lines.holds(line) && supposedLines.holds(line);
  const isMade = (sentence: string): boolean => wordsOf(sentence).some((word) => made.has(word));
  return {
    ...rest,
    steps: steps
      .filter(({ step }) => !isMade(step.text.en))
      .map((one) => ({ ...one, step: { ...one.step, state: one.step.state.filter(({ line }) => !isMade(line)) } })),
    trace: {
      ...trace,
      disposition:
        disposition.kind === "stopped"
          ? { ...disposition, hit: withoutMadeLine(withoutMade(disposition.hit, made, isMade), isMadeLine) }
          : disposition,
      remarks: trace.remarks.map((hit) => withoutMade(hit, made, isMade)),
    },
  };
}

// An address, an interface, or a host's name in brackets.
function wordsOf(sentence: string): readonly string[] {
  return sentence.match(/\(\w+\)|[\w.-]*\w/g) ?? [];
}

function withoutMade(hit: CauseHit, made: ReadonlySet<string>, isMade: (sentence: string) => boolean): CauseHit {
  const facts = Object.fromEntries(Object.entries(hit.facts).filter(([, value]) => !made.has(value))) as Facts;
  const [first, ...others] = hit.evidence;
  const told = others.filter(({ state }) => state === undefined || !isMade(state.line));
  const isFirstMade = first.state !== undefined && isMade(first.state.line);
  const [next, ...rest] = told;
  return { ...hit, facts, evidence: isFirstMade && next !== undefined ? [next, ...rest] : [first, ...told] };
}

// A rule or a route that nobody showed is not quoted.
function withoutMadeLine(hit: CauseHit, isMadeLine: (line: string) => boolean): CauseHit {
  const { rule, route, ...facts } = hit.facts;
  return {
    ...hit,
    facts: {
      ...facts,
      ...(rule === undefined || isMadeLine(rule) ? {} : { rule }),
      ...(route === undefined || isMadeLine(route) ? {} : { route }),
    },
  };
}

function addressesOf({ namespaces }: SystemState): Set<Ipv4> {
  return new Set(
    [...namespaces.values()].flatMap(({ addresses, neighbours, routes }) => [
      ...(addresses ?? []).map(({ local }) => local),
      ...(neighbours ?? []).map(({ address }) => address),
      ...(routes ?? []).flatMap(({ hops }) => hops.flatMap(({ gateway }) => gateway ?? [])),
    ]),
  );
}

// What was asked for by ARP was seen, too.
function addressesOfFlow(flow: Flow): Ipv4[] {
  const { src, dst, printed } = flow;
  const asked = arpExamples(flow).flatMap(({ asker, target }) => [asker, target]);
  const said = [printed?.source ?? null, ...(printed?.errors ?? []).map(({ from }) => from)];
  return [src, dst, ...asked, ...said].flatMap((address) => address ?? []);
}
