// Queues and filters of traffic control, from `tc -j -s qdisc` and `tc -j -s filter show`.

import { ownValue } from "../../model/own-value.ts";
import type { Queue, TrafficFilter } from "../../model/system-state.ts";
import { type Fields, isFields, listField, numberField, textField } from "./shape.ts";
import { matchesOf } from "./traffic-match.ts";

// What netem may do beside keeping a packet for a while.
const LOSSY = ["loss", "loss-random", "loss-state", "loss-gemodel", "corrupt", "duplicate", "reorder"];

/** Parses queueing disciplines; the hooks of filters (clsact, ingress) queue nothing. */
export function parseQueues(value: unknown): Queue[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isFields).flatMap((fields) => {
    const [kind, device] = [textField(fields, "kind"), textField(fields, "dev")];
    if (kind === null || device === null || kind === "clsact" || kind === "ingress") return [];
    const options = isFields(fields.options) ? fields.options : {};
    const limit = numberField(options, "limit");
    const lossy = LOSSY.filter((name) => Object.hasOwn(options, name));
    const parts = [
      `qdisc ${kind} dev ${device}`,
      ...(limit === null ? [] : [`limit ${limit}`]),
      ...lossy.map((name) => `${name} ${amount(ownValue(options, name))}`.trim()),
    ];
    return [
      {
        interface: device,
        kind,
        limit,
        lossy: lossy.length > 0,
        drops: numberField(fields, "drops") ?? 0,
        line: parts.join(" "),
      },
    ];
  });
}

// `{"loss":0.5}` is half of them.
function amount(option: unknown): string {
  const share = isFields(option) ? Object.values(option).find((value) => typeof value === "number") : option;
  return typeof share === "number" ? `${Math.round(share * 10_000) / 100}%` : "";
}

/** Parses the filters of all interfaces; headers of hash tables, which match nothing by themselves, are passed over. */
export function parseTrafficFilters(value: unknown): TrafficFilter[] | undefined {
  if (!isFields(value)) return undefined;
  return Object.entries(value).flatMap(([device, hooks]) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      (isFields(hooks) ? listField(hooks, direction) : []).flatMap((fields) => filterOf(fields, device, direction)),
    ),
  );
}

function filterOf(fields: Fields, device: string, direction: "ingress" | "egress"): TrafficFilter[] {
  const kind = textField(fields, "kind");
  const options = isFields(fields.options) ? fields.options : null;
  if (kind === null || options === null || Object.hasOwn(options, "ht_divisor")) return [];
  const protocol = textField(fields, "protocol") ?? "all";
  const does = actionOf(kind, options);
  const action = does === "drop" || does === "redirect" ? ` action ${does}` : "";
  const line = `filter dev ${device} ${direction} protocol ${protocol} ${kind}${action}`;
  const [only, second] = listField(options, "actions");
  const always = second === undefined && (only === undefined || isUnconditional(only));
  const preference = numberField(fields, "pref");
  return [
    { interface: device, direction, protocol, kind, preference, does, always, matches: matchesOf(kind, options), line },
  ];
}

// Which of its actions counts depends on the ones before it. tcf_classify: one without an action of its own lets the frame
// pass, and so does what only copies or counts; `continue` alone asks the next filter.
function actionOf(kind: string, options: Fields): TrafficFilter["does"] {
  const actions = listField(options, "actions");
  if (actions.some((action) => typeOf(action) === "drop" || typeOf(action) === "shot")) return "drop";
  if (actions.some(({ mirred_action: mirrors }) => mirrors === "redirect")) return "redirect";
  if (kind === "bpf" || !actions.every(isHarmless)) return "unread";
  return actions.some((action) => typeOf(action) === "continue") ? null : "pass";
}

function typeOf(action: Fields): string | null {
  return isFields(action.control_action) ? textField(action.control_action, "type") : null;
}

// It copies, counts or lets pass.
function isHarmless(action: Fields): boolean {
  if (action.kind === "mirred") return action.mirred_action === "mirror";
  return action.kind === "gact" && ["pass", "ok", "continue", "pipe"].includes(typeOf(action) ?? "");
}

// `random netrand drop 5` acts on every fifth; a policer by rate.
function isUnconditional(action: Fields): boolean {
  const chance = isFields(action.prob) ? textField(action.prob, "random_type") : "none";
  return (action.kind === "gact" || action.kind === "mirred") && (chance ?? "none") === "none";
}
