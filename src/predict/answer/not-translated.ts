// A private address that has come to a public one as it is: the router in between was meant to translate it.

import { isPrivate } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { At } from "../at.ts";
import type { Datagram } from "../message.ts";

type Outer = Required<Pick<Facts, "router" | "outInterface" | "translated">>;

/** The router, and the interface by which the packet left it for public addresses. */
export function notTranslated(at: At<Datagram>): Partial<Outer> {
  const { walk, packet } = at;
  if (!isPrivate(packet.source) || isPrivate(packet.destination)) return {};
  const forwarded = walk.steps.filter((step) => step.kind === "forward" && step.leg === "request");
  const routers = [...new Set(forwarded.map(({ netns }) => netns))];
  const ways = routers.flatMap((netns) => wayOut(at, netns) ?? []);
  // Behind another router, which does not know its private hosts either, the address outside is private, too.
  return ways.find(({ isPublic }) => isPublic)?.outer ?? (routers.length > 1 ? ways[0]?.outer : undefined) ?? {};
}

function wayOut({ walk }: At<Datagram>, netns: string): { outer: Outer; isPublic: boolean } | null {
  const left = walk.steps.find(
    (step) =>
      step.netns === netns &&
      step.leg === "request" &&
      step.expects?.direction === "out" &&
      step.kind === "transmit" &&
      (step.expects.packet.kind === "echo-request" || step.expects.packet.kind === "transport"),
  );
  const own = walk.namespace(netns)?.addresses?.filter((one) => one.interface === left?.interface) ?? [];
  const outer = own.find(({ local }) => !isPrivate(local)) ?? own[0];
  if (outer === undefined || !left?.interface) return null;
  return {
    outer: { router: netns, outInterface: left.interface, translated: outer.line },
    isPublic: !isPrivate(outer.local),
  };
}
