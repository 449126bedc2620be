// A program that asks by ARP itself, through a packet socket: no route, no neighbour entry and no IP firewall is asked.

import { formatIpv4, formatMac, type Ipv4 } from "../../model/address.ts";
import { text } from "../../model/text.ts";
import type { Attempt, Disposition } from "../../model/trace.ts";
import type { At } from "../at.ts";
import { deviceOf } from "../lookup.ts";
import type { Datagram } from "../message.ts";
import { askArp } from "../neighbour/arp-ask.ts";
import { askerName, noSuchInterface } from "../words.ts";
import { routeOutput } from "./output-route.ts";
import { SCOPE_LINK, selectAddress } from "./source.ts";
import type { OutputRoute } from "./way.ts";

/** Walks the question from the program to the answer that it prints. */
export function askByArp(at: At<null, null>): Disposition {
  const { walk, ns } = at;
  const { attempt } = walk;
  const device = attempt.outInterface ?? routeDevice(at);
  const target = formatIpv4(attempt.destination);
  const who = askerName(attempt);
  if (device === null)
    return at.open(
      ["route"],
      text(`which interface does ${who.en} use for ${target}?`, `${who.zh} 用哪个接口询问 ${target}？`),
    );
  const says = text(
    `${who.en} puts an ARP request for ${target} on ${device} itself, without asking the stack`,
    `${who.zh} 绕过协议栈，自己在 ${device} 上发出询问 ${target} 的 ARP 请求`,
  );
  at.tell("socket", says);
  if (deviceOf(ns, device) === null) return at.open(["link"], noSuchInterface(device));
  const sender = attempt.source ?? selectAddress(ns, device, attempt.destination, SCOPE_LINK)?.local ?? (0 as Ipv4);
  walk.source = sender;
  walk.nextHop = attempt.destination;
  const route = straightOut(attempt, device, sender);
  const asked = askArp(at.on(device).with(questionOf(attempt, sender)), route, sender);
  if (asked.kind === "halt") return asked.halt;
  if (asked.kind === "failed") {
    const [hit, ...others] = asked.hits;
    for (const other of others) walk.remark(other);
    walk.heard = { kind: "nothing" };
    return at.stopBy(hit, text(`${who.en} gets no answer`, `${who.zh} 收不到应答`), []);
  }
  const mac = asked.mac === null ? "?" : formatMac(asked.mac);
  at.tell(
    "socket-receive",
    text(`${who.en} has its answer: ${target} is at ${mac}`, `${who.zh} 收到应答：${target} 在 ${mac}`),
  );
  walk.heard = { kind: "reply" };
  return { kind: "answered" };
}

function routeDevice({ walk, ns }: At<null, null>): string | null {
  const { destination, source, mark } = walk.attempt;
  const route = routeOutput(walk, ns, { destination, source, oif: null, mark });
  return route.kind === "output" ? route.device : null;
}

function straightOut({ destination }: Attempt, device: string, source: Ipv4): OutputRoute {
  return {
    kind: "output",
    device,
    type: "unicast",
    destination,
    source,
    gateway: null,
    nextHop: destination,
    paths: [],
    mtu: null,
    learned: null,
    owner: null,
    assumedOnLink: false,
    route: null,
    rule: null,
    lines: [],
  };
}

// What an ARP question is asked for everywhere else; nothing of it is ever sent.
function questionOf({ destination, length, mark }: Attempt, source: Ipv4): Datagram {
  return {
    kind: "echo-request",
    source,
    destination,
    ttl: 64,
    length,
    dontFragment: false,
    mark,
    type: 8,
    code: 0,
    routers: 0,
  };
}
