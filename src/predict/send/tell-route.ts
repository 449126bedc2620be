// One step for the route and the source of a ping; behaviour worth telling goes to the remarks.

import { formatIpv4 } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { Facts } from "../../model/finding.ts";
import { localOwner, ownersOf } from "../../system/lookup/owner.ts";
import type { At } from "../at.ts";
import { addressLine } from "../lines.ts";
import * as words from "../words.ts";
import { gatewayName, type OutputRoute } from "./way.ts";

/** Tells the route that was found, at its device. */
export function tellRoute(at: At<unknown>, route: OutputRoute): void {
  const { walk, ns } = at;
  const { attempt } = walk;
  const { device, source } = route;
  const own = (ns.addresses ?? []).find((a) => a.local === source);
  const isForeign = own !== undefined && device !== "lo" && own.interface !== device;
  const lines = [...route.lines, ...(isForeign ? [addressLine(ns.key, own)] : [])];
  if (route.type === "local") tellLocal(at, route);
  else if (attempt.outInterface !== null) tellBound(at, route, lines);
  else tellFound(at, route, lines);
}

function tellFound(at: At<unknown>, route: OutputRoute, lines: readonly StateLine[]): void {
  const { ns } = at;
  const { attempt } = at.walk;
  const { device, source } = route;
  at.tell("route", words.routeFound(attempt.destination, device, gatewayName(route), source), { lines });
  const owned = localOwner(ns, attempt.destination);
  if (!owned || !route.rule) return;
  // Table local would have kept it on lo, but a rule in front of it was asked first.
  at.remark({
    code: "local-table-after-policy-rule",
    facts: { ...factsOf(at, route), rule: route.rule.line, ownerInterface: owned.interface },
    lines: [...lines, owned.line],
  });
}

function factsOf({ walk, ns }: At<unknown>, { source, device }: OutputRoute): Facts {
  const target = formatIpv4(walk.attempt.destination);
  return { target, source: formatIpv4(source), outInterface: device, asker: ns.key };
}

function tellLocal(at: At<unknown>, route: OutputRoute): void {
  const { owner, lines } = route;
  at.tell("route", words.routeLocal(at.walk.attempt.destination, owner), { lines });
  at.on("lo").remark({
    code: "local-address-via-lo",
    facts: { ...factsOf(at, route), ...(owner === null ? {} : { ownerInterface: owner }) },
    lines,
  });
}

function tellBound(at: At<unknown>, route: OutputRoute, lines: readonly StateLine[]): void {
  const { destination } = at.walk.attempt;
  const { device, source } = route;
  const owner = ownersOf(at.walk.state, destination).find((o) => o.netns === at.ns.key);
  at.tell(
    "route",
    route.assumedOnLink
      ? words.routeAssumedOnLink(destination, device, source)
      : words.routeBound(destination, device, gatewayName(route), source, owner?.interface ?? null),
    { lines: owner ? [...lines, owner.line] : lines },
  );
}
