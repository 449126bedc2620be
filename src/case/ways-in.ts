// Commands of a report as people type them who run containers: `docker exec` and its like instead of a name that only
// `ip netns` would know.

import { type Container, wayInto } from "../model/container.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";

/** The report with the ways into containers in its commands. */
export function withWaysIn(report: Report, state: SystemState | null): Report {
  return throughWays(
    report,
    [...(state?.namespaces.values() ?? [])].flatMap(({ key, container }) =>
      container === undefined ? [] : [{ key, container }],
    ),
  );
}

/** A namespace's key, and the container whose it is. */
export interface KeyedContainer {
  readonly key: string;
  readonly container: Container;
}

/** The report with these ways in. */
export function throughWays(report: Report, containers: readonly KeyedContainer[]): Report {
  if (containers.length === 0) return report;
  const typed = (words: string): string =>
    containers.reduce((all, { key, container }) => byWay(all, key, container), words);
  const flows = report.flows.map((flow) => ({ ...flow, findings: everywhere(flow.findings, typed) }));
  return { ...report, flows, notes: everywhere(report.notes, typed) };
}

function byWay(words: string, key: string, container: Container): string {
  const prefix = `ip netns exec ${key} `;
  let out = "";
  let rest = words;
  for (let at = rest.indexOf(prefix); at >= 0; at = rest.indexOf(prefix)) {
    const command = rest.slice(at + prefix.length);
    out += `${rest.slice(0, at)}${wayInto(container, command)} `;
    rest = command;
  }
  return out + rest;
}

function everywhere<Value>(value: Value, typed: (words: string) => string): Value {
  if (typeof value === "string") return typed(value) as Value;
  if (Array.isArray(value)) return value.map((one) => everywhere(one, typed)) as Value;
  if (typeof value !== "object" || value === null || value instanceof Map || value instanceof Set) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, everywhere(one, typed)])) as Value;
}
