// The router that a request came by last: what the answering host would name as its gateway.

import { formatIpv4 } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { onLink } from "../send/source.ts";
import type { Walk } from "../walk.ts";

/** `gateway`, where the request was forwarded and the router's address on the last link is one the host can reach directly. */
export function lastRouter(walk: Walk, ns: Namespace, arrivedAt: string): Pick<Facts, "gateway"> {
  const forwarded = walk.steps.findLastIndex((step) => step.kind === "forward" && step.leg === "request");
  const router = forwarded < 0 ? undefined : walk.namespace(walk.steps[forwarded]?.netns ?? "");
  const out = walk.steps
    .slice(forwarded)
    .find((step) => step.leg === "request" && step.expects?.direction === "out" && step.netns === router?.key);
  const address = router?.addresses?.find(
    (own) => own.interface === out?.interface && onLink(ns, arrivedAt, own.local, null),
  );
  return address === undefined ? {} : { gateway: formatIpv4(address.local) };
}
