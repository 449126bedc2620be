// ip_rcv and ip_rcv_finish: a datagram has come up from an interface; for this host, to be forwarded, or refused (causes.md 1.8).

import type { Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { passHook } from "../filter/firewall.ts";
import { track } from "../filter/track.ts";
import { type Datagram, flowOf, opens } from "../message.ts";
import type { OutputRoute } from "../send/way.ts";
import * as words from "../words.ts";
import { answersItself } from "./by-itself.ts";
import { deliver } from "./deliver.ts";
import type { Delivered } from "./delivered.ts";
import { forward } from "./forward.ts";
import { notMember, unicastInGroupFrame } from "./group-receive.ts";
import { type InputRoute, routeInput } from "./ip-input.ts";
import { refusalCode, refuse } from "./refuse.ts";
import { whatDoesItDo } from "./refuse-words.ts";

/** A datagram at an interface; `looped` is the route it still carries where it came over lo. */
export function receive(at: At<Datagram>, looped: OutputRoute | null): Disposition {
  const told = at.walk.steps.length;
  const end = received(at, looped);
  if (looped || !opens(at.packet) || end.kind !== "stopped" || end.hit.netns !== at.ns.key) return end;
  const instead = answersItself(at, "ip", end.hit);
  if (instead) at.walk.steps.splice(told);
  return instead ?? end;
}

function received(at: At<Datagram>, looped: OutputRoute | null): Disposition {
  const arrived = at.packet;
  if (!looped) at.tell("receive", words.handedUp(at.interface));
  track(at.walk, at.ns, arrived);
  const passed = passHook(at, { hook: "prerouting", iif: at.interface, oif: null });
  if (passed.halt) return passed.halt;
  const here = at.with<Datagram>({ ...passed.datagram, mark: passed.marked?.value ?? 0 });
  // skb_valid_dst: what looped over lo keeps its route, so that no source check is made; NAT drops it (skb_dst_drop).
  if (looped && here.packet.destination === arrived.destination) return byItsRoute(here, looped);
  const route = routeInput(at.walk, at.ns, {
    source: here.packet.source,
    destination: here.packet.destination,
    interface: at.interface,
    mark: here.packet.mark,
    tos: here.packet.tos ?? 0,
    markedBy: passed.marked?.by ?? null,
    arp: false,
    flow: flowOf(here.packet),
  });
  return routed(here, route);
}

// Whatever a host sends out of a loopback device is its own (__mkroute_output: RTCF_LOCAL); what it forwards there it forwards
// once more (__mkroute_input: ip_forward).
function byItsRoute(at: At<Datagram>, looped: OutputRoute): Disposition {
  if (looped.type === "unicast" && at.packet.routers > 0)
    return forward(at, { kind: "forward", route: looped, lines: looped.lines, redirect: false });
  return toThisHost(at, { looped, owner: looped.owner, lines: [], broadcast: isToMany(looped) });
}

function isToMany({ type }: OutputRoute): boolean {
  return type === "broadcast" || type === "multicast";
}

function routed(at: At<Datagram>, route: InputRoute): Disposition {
  if (route.kind === "local" || route.kind === "forward") {
    const refused = unicastInGroupFrame(at);
    if (refused) return refused;
  }
  switch (route.kind) {
    case "local": {
      const { said, lines } = route.validated;
      if (said) at.tell("validate-source", said, { lines });
      return toThisHost(at, { looped: null, owner: route.owner, lines: route.lines, broadcast: false });
    }
    case "broadcast":
      return toThisHost(at, { looped: null, owner: null, lines: route.lines, broadcast: true });
    case "not-member":
      return notMember(at);
    case "forward":
      return forward(at, route);
    case "unknown": {
      const question = whatDoesItDo(at);
      at.tell("open", question);
      return at.open(
        route.missing,
        question,
        route.why.map((why) => refusalCode(why, "2", at)),
      );
    }
    default:
      return refuse(at, route);
  }
}

function toThisHost(at: At<Datagram>, arrived: Delivered): Disposition {
  const passed = passHook(at, { hook: "input", iif: at.interface, oif: null });
  return passed.halt ?? deliver(at.with(passed.datagram), arrived);
}
