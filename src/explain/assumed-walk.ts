// A walk through a pasted system whose settings nobody told: with the kernel's defaults first, and what would be
// different with the other usual values.

import type { Certainty } from "../model/evidence.ts";
import type { RuledOut, Settle } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import { stepsOf, type Trace } from "../model/trace.ts";
import {
  type OtherValue,
  otherValues,
  withDefaults,
  withoutUnknownRoutes,
  withValue,
} from "../system/assume-defaults.ts";
import type { Case } from "./case.ts";
import type { Observed } from "./outcome.ts";
import { type Walk, walkOf } from "./walk-of.ts";

export interface AssumedWalk {
  readonly walk: Walk;
  /** What is assumed, in a sentence. */
  readonly note: Text;
  /** Causes that another usual value would lead to, as far as they agree with what was seen. */
  readonly alike: readonly string[];
  readonly settle: readonly Settle[];
  /** Of several values that would each explain it otherwise, none is likely. */
  readonly limit: Certainty;
  /** Whether a line of state is one of the assumptions: it excludes nothing. */
  isAssumed(line: string): boolean;
  /** Whether a command asks for what `settle` asks for already. */
  asksFor(command: string): boolean;
  /** Causes that no usual value of the assumed settings leads to. */
  readonly ruledOut: readonly RuledOut[];
}

// What each of the settings that are varied decides; all its usual values are tried.
const DECIDES: Readonly<Record<string, readonly string[]>> = {
  rp_filter: ["accept-local-but-rp-filter", "rp-filter-arp", "rp-filter-loose-no-route", "rp-filter-strict"],
  accept_local: ["accept-local-off", "accept-local-off-ip"],
  arp_ignore: ["arp-ignore-1"],
  arp_filter: ["arp-filter"],
  forwarding: ["iface-forwarding-off", "ip-forward-off"],
  icmp_echo_ignore_all: ["icmp-echo-ignore-all"],
};

/** The walk with assumed settings that agrees with what was seen; null where none does, or nothing had to be assumed. */
export function assumedWalk(subject: Case, state: SystemState, flow: Flow, observed: Observed): AssumedWalk | null {
  const completed = withDefaults(refusedNoRoute(flow) ? withoutUnknownRoutes(state, flow.netns ?? "") : state);
  if (completed === null) return null;
  const first = walkOf(subject, completed, flow, observed);
  if (first === null) return null;
  const others = otherValues(completed, namespacesOf(first.comparison.trace)).flatMap((other): Tried[] => {
    const walk = walkOf(subject, withValue(completed, other), flow, observed);
    return walk?.fits && walk.rest === null ? [{ other, walk }] : [];
  });
  if (first.fits) {
    const code = codeOf(first);
    return told(
      flow,
      completed,
      first,
      null,
      others.filter((one) => codeOf(one.walk) !== code),
    );
  }
  // A walk that stays open is contradicted by nothing.
  const { kind } = first.comparison.trace.disposition;
  if (kind === "open" || kind === "exits") return null;
  // What was seen takes another value: the one that explains it.
  const [needed] = others;
  if (needed === undefined) return null;
  return told(
    flow,
    completed,
    needed.walk,
    needed.other,
    others.filter((one) => codeOf(one.walk) !== codeOf(needed.walk)),
  );
}

// A setting of which another value would explain it too excludes nothing; nor does one that was told.
function ruledOutBy(state: SystemState, walk: Walk, others: readonly Tried[]): RuledOut[] {
  const assumed = [...assumedKeys(state)];
  const names = Object.keys(DECIDES).filter(
    (name) =>
      assumed.some((key) => key.endsWith(`.${name}`)) && !others.some(({ other }) => other.key.endsWith(`.${name}`)),
  );
  const because = text(
    `other usual values of ${names.join(", ")} change nothing, or do not fit what was seen`,
    `${names.join("、")} 取其他常见值，结论不变，或与看到的情况不符`,
  );
  const told = new Set([codeOf(walk), ...others.map((one) => codeOf(one.walk))]);
  return names.flatMap((name) => DECIDES[name] ?? []).flatMap((code) => (told.has(code) ? [] : [{ code, because }]));
}

// "Network is unreachable" is itself the evidence that no route fits: those that nobody showed do not.
function refusedNoRoute({ printed }: Flow): boolean {
  return printed?.refusals.some(({ errno }) => errno === "ENETUNREACH") ?? false;
}

interface Tried {
  readonly other: OtherValue;
  readonly walk: Walk;
}

function told(
  flow: Flow,
  state: SystemState,
  walk: Walk,
  needed: OtherValue | null,
  others: readonly Tried[],
): AssumedWalk {
  const lines = [...new Set(assumedLines(walk.comparison.trace))];
  const settle = settleOf(others);
  const keys = assumedKeys(state);
  return {
    walk,
    note: noteOf(state, lines, needed, walk.comparison.trace, flow),
    alike: [...new Set(others.map((one) => codeOf(one.walk)))],
    settle,
    limit: needed !== null && others.length > 0 ? "possible" : "likely",
    isAssumed: (line) => keys.has(line.split(" = ")[0] ?? ""),
    asksFor: (command) => {
      const asked = command.match(/net\.ipv4\.[^\s=]+/g) ?? [];
      return (
        /\bsysctl\b/.test(command) &&
        asked.length > 0 &&
        asked.every((key) => settle.some((s) => s.command.includes(key)))
      );
    },
    ruledOut: reachesAHost(walk.comparison.trace) ? ruledOutBy(state, walk, others) : [],
  };
}

function assumedKeys({ namespaces }: SystemState): Set<string> {
  return new Set([...namespaces.values()].flatMap((ns) => [...(ns.assumedSysctl ?? [])]));
}

function namespacesOf(trace: Trace): string[] {
  return [...new Set(trace.hops.map((hop) => hop.netns))];
}

function codeOf({ comparison: { trace } }: Walk): string {
  return trace.disposition.kind === "stopped" ? trace.disposition.hit.code : (trace.remarks[0]?.code ?? "answered");
}

// Those that a step or the cause itself rests on.
function assumedLines(trace: Trace): string[] {
  const hit = trace.disposition.kind === "stopped" ? trace.disposition.hit : trace.remarks[0];
  const lines = [
    ...stepsOf(trace).flatMap((step) => step.state),
    ...(hit?.evidence ?? []).flatMap((e) => e.state ?? []),
  ];
  return lines.flatMap((line) => (line.assumed ? [line.line] : []));
}

function noteOf(
  state: SystemState,
  lines: readonly string[],
  needed: OtherValue | null,
  trace: Trace,
  flow: Flow,
): Text {
  const parts = new Set((trace.assumed ?? []).map((one) => one.replace(/^.*: /, "")));
  const said: Text[] = [];
  if (needed !== null)
    said.push(
      text(
        `${needed.key} = ${needed.value}, which is what it takes for what was seen`,
        `${needed.key} = ${needed.value}（这样才会出现看到的情况）`,
      ),
    );
  else if (lines.length > 0) {
    const follows = lines.every((line) => / = 0$/.test(line))
      ? text("the kernel's default", "内核默认值")
      : text("the kernel's default, or what is said of all interfaces", "内核默认值，或对所有接口的设置");
    said.push(text(`${lines.join(", ")} (${follows.en})`, `${lines.join("、")}（${follows.zh}）`));
  } else if (reachesAHost(trace)) said.push(text("the kernel's defaults for its settings", "各项设置为内核默认值"));
  if (refusedNoRoute(flow)) said.push(text("no other routes than those shown", "除了显示出来的以外没有别的路由"));
  if (parts.has("nft") || parts.has("iptables"))
    said.push(
      showsRules(state)
        ? text("no other firewall rules", "没有其他防火墙规则")
        : text("no firewall rules", "没有防火墙规则"),
    );
  if (parts.has("neigh") && reachesAHost(trace)) said.push(text("an empty neighbour table", "邻居表为空"));
  if (parts.has("rule")) said.push(text("the usual routing rules", "只有默认的路由策略规则"));
  return text(
    `Assumed, because the paste does not show it: ${said.map((one) => one.en).join("; ")}. Nothing that rests on it is certain.`,
    `粘贴的内容里没有写明、因而作了假定：${said.map((one) => one.zh).join("；")}。由此得出的结论不算确定。`,
  );
}

// Settings of the receiving side count only where something gets as far.
function reachesAHost(trace: Trace): boolean {
  return stepsOf(trace).some((step) => step.kind === "receive" || step.kind === "cross");
}

function showsRules({ namespaces }: SystemState): boolean {
  return [...namespaces.values()].some((ns) => ns.iptables !== undefined || ns.nft !== undefined);
}

function settleOf(others: readonly Tried[]): Settle[] {
  const byKey = new Map<string, { netns: string; keys: readonly string[]; values: [string, string][] }>();
  for (const { other, walk } of others) {
    const known = byKey.get(`${other.netns} ${other.key}`);
    if (known) known.values.push([other.value, codeOf(walk)]);
    else
      byKey.set(`${other.netns} ${other.key}`, {
        netns: other.netns,
        keys: other.keys,
        values: [[other.value, codeOf(walk)]],
      });
  }
  return [...byKey.values()].map(({ netns, keys, values }) => {
    const codes = [...new Set(values.map(([, code]) => code))].map((code) => ({
      code,
      values: values.flatMap(([value, other]) => (other === code ? [value] : [])),
    }));
    return {
      command: `${netns === "" ? "" : `ip netns exec ${netns} `}sysctl ${keys.filter((key) => !/\.lo\./.test(key)).join(" ")}`,
      because: text(
        `its value here is only assumed; ${codes.map((one) => `with ${one.values.join(" or ")} it would be ${one.code}`).join(", ")}`,
        `这里的取值只是假定；${codes.map((one) => `如果是 ${one.values.join(" 或 ")}，原因就是 ${one.code}`).join("，")}`,
      ),
    };
  });
}
