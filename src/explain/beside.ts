// Stories beside the main one, with what state adds to them: the setting that decides, or why it went another way.

import type { Evidence } from "../model/evidence.ts";
import type { CauseHit } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { Namespace, SystemState } from "../model/system-state.ts";
import { verbatim } from "../model/text.ts";
import { namespaceOfInterface } from "../system/bind.ts";
import { effectiveSysctl } from "../system/lookup/sysctl.ts";
import { announcementByState, announcementHits } from "./announcements.ts";
import type { Case } from "./case.ts";
import { withEntryAfter } from "./entry-after.ts";
import { storiesBeside } from "./packets-alone.ts";

/** Hits of the checks that stand beside the answer, without those that `told` holds already. */
export function besides(subject: Case, flow: Flow, told: readonly CauseHit[]): CauseHit[] {
  const byPackets = storiesBeside(subject.causes, { flow, flows: subject.flows, inputs: subject.inputs });
  return [...byPackets.map((hit) => announcementByState(subject, hit)), ...announcementHits(subject, flow)]
    .filter(({ code }) => !told.some((hit) => hit.code === code))
    .map((hit) => withEntryAfter(subject, withSetting(hit, subject.state)));
}

// The setting that a story names, quoted where state has it and does not quote it yet.
function withSetting(hit: CauseHit, state: SystemState | null): CauseHit {
  const namespace = state === null ? undefined : placeOf(hit, state);
  const named = SETTING.exec(hit.facts.sysctl ?? "");
  if (namespace === undefined || named === null || hit.evidence.some((e) => e.state?.key === "sysctl")) return hit;
  const [, interfaceName = "", name = ""] = named;
  const setting = effectiveSysctl(namespace, name, interfaceName.replaceAll("/", "."));
  const [first] = setting?.lines ?? [];
  if (setting === undefined || first === undefined) return hit;
  const quoted = setting.lines.map((line): Evidence => ({ basis: "state", text: verbatim(line.line), state: line }));
  const sysctl = first.line.split(" = ")[0] as string;
  return {
    ...hit,
    facts: { ...hit.facts, sysctl, value: String(setting.value) },
    evidence: [hit.evidence[0], ...hit.evidence.slice(1), ...quoted],
  };
}

const SETTING = /^net\.ipv4\.(?:conf|neigh)\.([^.]+)\.(\w+)$/;

function placeOf({ netns, interface: name }: CauseHit, state: SystemState): Namespace | undefined {
  const key = netns ?? (name === null ? null : namespaceOfInterface(state, name));
  return key === null ? undefined : state.namespaces.get(key);
}
