// A report that can be shared: addresses are replaced, everything else stays, and what shared a network still does.

import { formatIpv4, type Ipv4, parseIpv4 } from "./address.ts";
import type { Audit } from "./audit.ts";
import type { Difference } from "./difference.ts";
import { putOwn } from "./own-value.ts";
import type { Problem } from "./problem.ts";
import { type Redact, redactorFor } from "./redact-words.ts";
import type { FlowReport, Report } from "./report.ts";
import { text } from "./text.ts";

/** What there is to tell, without the addresses it was found with. */
export interface Redacted {
  readonly report: Report | null;
  readonly problems: readonly Problem[];
  /** The same replacements in other words: file names, hints. */
  readonly words: Redact;
}

const NOTE = text(
  "Addresses were replaced (--redact): the same one alike everywhere, and those that shared a network still do. Names of hosts, users, namespaces, containers, interfaces and files stay as they are.",
  "地址已被替换（--redact）：同一地址处处替换成同一个，原来同一网段的替换后仍在同一网段。主机、用户、命名空间、容器、接口和文件的名字保持原样。",
);

/** Replaces MAC and IP addresses throughout; names of hosts, namespaces and interfaces stay. */
export function redacted(
  report: Report | null,
  problems: readonly Problem[],
  further: readonly string[] = [],
): Redacted {
  // The frames themselves are not printed: without them nothing but words and each flow's two addresses is left.
  const bare = report === null ? null : { ...report, flows: report.flows.map(withoutFrames) };
  const words: string[] = [...further];
  collect([bare, problems], words, new Set());
  const addresses = (bare?.flows ?? []).flatMap(({ flow }) => [flow.dst, ...(flow.src === null ? [] : [flow.src])]);
  const redact = redactorFor(words, addresses);
  const seen = new Map<object, unknown>();
  const changed = replaced(problems, redact, seen) as readonly Problem[];
  if (bare === null) return { report: null, problems: changed, words: redact };
  const whole = replaced(bare, redact, seen) as Report;
  const flows = whole.flows.map((one, index) => ({
    ...one,
    flow: { ...one.flow, ...endsOf(bare.flows[index] as FlowReport, redact) },
  }));
  return { report: { ...whole, flows, notes: [...whole.notes, NOTE] }, problems: changed, words: redact };
}

/** An audit without addresses; names of hosts, namespaces and interfaces stay. */
export function redactedAudit(audit: Audit): Audit {
  const { value } = withoutAddresses(audit, []);
  return { ...value, notes: [...value.notes, NOTE] };
}

/** A comparison without addresses. */
export function redactedDifference(difference: Difference): Difference {
  const { attempt } = difference;
  const { source, destination } = attempt;
  const { value, redact } = withoutAddresses(difference, source === null ? [destination] : [destination, source]);
  const ends = {
    source: source === null ? null : numberOf(source, redact),
    destination: numberOf(destination, redact),
  };
  return { ...value, attempt: { ...attempt, ...ends }, notes: [...value.notes, NOTE] };
}

function withoutAddresses<T>(value: T, addresses: readonly Ipv4[]): { readonly value: T; readonly redact: Redact } {
  const words: string[] = [];
  collect(value, words, new Set());
  const redact = redactorFor(words, addresses);
  return { value: replaced(value, redact, new Map()) as T, redact };
}

function withoutFrames(one: FlowReport): FlowReport {
  const none = { echoOutcomes: [], arpOutcomes: [], loneOutcomes: [] };
  return { ...one, flow: { ...one.flow, ...none, ...(one.flow.transportOutcomes && { transportOutcomes: [] }) } };
}

function endsOf({ flow }: FlowReport, redact: Redact): { src: Ipv4 | null; dst: Ipv4 } {
  return { src: flow.src === null ? null : numberOf(flow.src, redact), dst: numberOf(flow.dst, redact) };
}

function numberOf(address: Ipv4, redact: Redact): Ipv4 {
  return parseIpv4(redact(formatIpv4(address))) ?? address;
}

function collect(value: unknown, words: string[], seen: Set<object>): void {
  if (typeof value === "string") words.push(value);
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map) for (const [key, one] of value) collect([key, one], words, seen);
  else for (const one of Object.values(value)) collect(one, words, seen);
}

// Objects that were one stay one: a vantage is known by its identity.
function replaced(value: unknown, redact: Redact, seen: Map<object, unknown>): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    seen.set(value, copy);
    for (const [key, one] of value) copy.set(replaced(key, redact, seen), replaced(one, redact, seen));
    return copy;
  }
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
  seen.set(value, copy);
  for (const [key, one] of Object.entries(value))
    putOwn(copy as Record<string, unknown>, key, replaced(one, redact, seen));
  return copy;
}
