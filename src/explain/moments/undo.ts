// The edits that take back what a fault began with: the state before it is known to have worked.

import { applyAll, command, undo } from "../../edits/edits.ts";
import { formatIpv4, formatMac, formatPrefix } from "../../model/address.ts";
import type { Edit, LinkEdit, RouteEdit } from "../../model/edit.ts";
import type { Fix } from "../../model/finding.ts";
import type { Link, Namespace, Route, SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import { predictPaths } from "../../predict/predict.ts";
import type { Change } from "../since/changes.ts";

/** What takes the change back in this state, where a walk shows that the ping is then answered; null where none does. */
export function undoingFix(
  change: Change,
  { before, after }: { readonly before: SystemState; readonly after: SystemState },
  now: SystemState,
  attempt: Attempt,
): Fix | null {
  const edits = editsOf(change, before, after);
  const made = edits.length === 0 ? null : applyAll(now, edits);
  if (made === null || !isAnswered(made, attempt)) return null;
  return {
    command: edits.map(command).join(" && "),
    effect: text("takes back what changed", "撤销这次变化"),
    edits,
    proof: "answered",
    outcome:
      edits.length === 1
        ? text("after this the ping is answered", "执行之后，ping 就有应答")
        : text("after these the ping is answered", "全部执行之后，ping 就有应答"),
  };
}

function isAnswered(state: SystemState, attempt: Attempt): boolean {
  const paths = predictPaths(state, attempt);
  return paths.length > 0 && paths.every(({ disposition }) => disposition.kind === "answered");
}

function editsOf(change: Change, before: SystemState, after: SystemState): Edit[] {
  const was = before.namespaces.get(change.netns);
  const is = after.namespaces.get(change.netns);
  if (was === undefined || is === undefined) return [];
  switch (change.part) {
    case "link":
      return linkEdits(was, is, change.device);
    case "address":
      return addressEdits(was, is, change.device);
    case "route":
      return routeEdits(was, is, before);
    case "firewall":
      return ruleEdits(was, is);
    case "setting":
      return settingEdits(was, is);
    default:
      return [];
  }
}

function linkEdits({ key: netns, links }: Namespace, is: Namespace, device: string | null): Edit[] {
  const old = links?.find(({ name }) => name === device);
  const now = is.links?.find(({ name }) => name === device);
  if (old === undefined || now === undefined) return [];
  const edit: LinkEdit = { kind: "link", netns, device: old.name, ...linkParts(old, now) };
  return Object.keys(edit).length > 3 ? [edit] : [];
}

function linkParts(old: Link, now: Link): Partial<LinkEdit> {
  return {
    ...(old.flags.has("UP") === now.flags.has("UP") ? {} : { up: old.flags.has("UP") }),
    ...(old.mtu === now.mtu || old.mtu === null ? {} : { mtu: old.mtu }),
    ...(old.master === now.master ? {} : { master: old.master }),
    ...(old.mac === now.mac || old.mac === null ? {} : { mac: formatMac(old.mac) }),
  };
}

function addressEdits(was: Namespace, is: Namespace, device: string | null): Edit[] {
  const of = (ns: Namespace) => (ns.addresses ?? []).filter((one) => one.interface === device);
  const lines = new Set(of(is).map(({ line }) => line));
  return of(was).flatMap(({ line, local, prefixLength, interface: name }): Edit[] =>
    lines.has(line)
      ? []
      : [
          {
            kind: "address",
            netns: was.key,
            verb: "add",
            address: `${formatIpv4(local)}/${prefixLength}`,
            device: name,
          },
        ],
  );
}

// Those that the kernel keeps by itself come back with what it keeps them for.
function routeEdits(was: Namespace, is: Namespace, before: SystemState): Edit[] {
  const lines = new Set((is.routes ?? []).map(({ line, table }) => `${table} ${line}`));
  const lost = (was.routes ?? []).filter((one) => !lines.has(`${one.table} ${one.line}`) && one.table !== "local");
  return lost.slice(0, 4).flatMap((route): Edit[] => {
    const gone: RouteEdit = { kind: "route", netns: was.key, verb: "del", ...routeKey(route) };
    const [back] = undo(gone, before) ?? [];
    if (back?.kind !== "route") return [];
    return [{ ...back, verb: "replace" }];
  });
}

function routeKey({
  destination,
  table,
  metric,
  type,
}: Route): Pick<RouteEdit, "destination" | "table" | "metric" | "type"> {
  return {
    destination: destination.length === 0 ? "default" : formatPrefix(destination),
    ...(table === "main" ? {} : { table }),
    ...(metric === 0 ? {} : { metric }),
    ...(type === "unicast" ? {} : { type }),
  };
}

function ruleEdits(was: Namespace, is: Namespace): Edit[] {
  const old = new Set(
    (was.nft?.chains ?? []).flatMap(({ rules }) => rules.map(({ handle, line }) => `${handle} ${line}`)),
  );
  return (is.nft?.chains ?? []).flatMap(({ family, table, name, rules }) =>
    rules.flatMap(({ handle, line }): Edit[] =>
      handle === null || old.has(`${handle} ${line}`)
        ? []
        : [{ kind: "nft-rule", netns: is.key, verb: "delete", chain: { family, table, name }, handle }],
    ),
  );
}

function settingEdits(was: Namespace, is: Namespace): Edit[] {
  const settings = [...(is.sysctl ?? [])].flatMap(([key, value]) => {
    const old = was.sysctl?.get(key);
    return old === undefined || old === value ? [] : [{ key, value: old }];
  });
  return settings.length === 0 || settings.length > 8 ? [] : [{ kind: "sysctl", netns: was.key, settings }];
}
