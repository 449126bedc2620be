// Where everything happens in one namespace its name is said once, not before every interface: long names leave no room.

import type { Evidence } from "../../model/evidence.ts";
import type { Finding } from "../../model/finding.ts";
import type { FrameRef } from "../../model/packet.ts";
import type { FlowReport, Report } from "../../model/report.ts";
import type { Vantage } from "../../model/vantage.ts";

/** The report with that namespace's name taken out of places, and the name; null where there is no such only one. */
export function withoutOnlyNamespace(report: Report): { readonly report: Report; readonly only: string | null } {
  const names = new Set<string | null>([
    ...report.inputs.map((input) => input.vantage.netns),
    ...report.flows.flatMap((flow) => flow.steps.map((step) => step.netns)),
  ]);
  const [only] = names;
  if (names.size !== 1 || only === null || only === undefined || only === "") return { report, only: null };
  const here = new Map<Vantage, Vantage>();
  const vantageOf = (vantage: Vantage): Vantage => {
    const known = here.get(vantage);
    if (known) return known;
    const made = { ...vantage, netns: vantage.netns === only ? "" : vantage.netns };
    here.set(vantage, made);
    return made;
  };
  const frame = (one: FrameRef): FrameRef => ({ ...one, vantage: vantageOf(one.vantage) });
  const proof = (one: Evidence): Evidence => (one.frames ? { ...one, frames: one.frames.map(frame) } : one);
  const finding = (one: Finding): Finding => {
    const [first, ...rest] = one.evidence;
    return { ...one, evidence: [proof(first), ...rest.map(proof)] };
  };
  const flow = (one: FlowReport): FlowReport => ({
    ...one,
    findings: one.findings.map(finding),
    steps: one.steps.map((step) => ({
      ...step,
      netns: step.netns === only ? "" : step.netns,
      frames: step.frames.map(frame),
    })),
    drawing:
      one.drawing === null
        ? null
        : {
            ...one.drawing,
            places: one.drawing.places.map((place) => ({
              ...place,
              name: place.name.startsWith(`${only}:`) ? place.name.slice(only.length + 1) : place.name,
            })),
          },
  });
  const nameOf = (netns: string): string => (netns === only ? "" : netns);
  const places = report.network?.places.map((place) => ({
    ...place,
    netns: nameOf(place.netns),
    end: place.end && { ...place.end, netns: nameOf(place.end.netns) },
  }));
  return {
    report: {
      ...report,
      ...(places && { network: { places } }),
      inputs: report.inputs.map((input) => ({ ...input, vantage: vantageOf(input.vantage) })),
      flows: report.flows.map(flow),
    },
    only,
  };
}
