// The ARP reply on its way back to the asker, and whether it fits the entry that waits for it (causes.md 1.7).

import { formatIpv4, formatMac, type Ipv4, type Mac } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Leg } from "../../model/trace.ts";
import { passArpHook } from "./firewall.ts";
import { makeHit, stopped } from "./hits.ts";
import { addressLines, linkLine } from "./lines.ts";
import { deviceOf } from "./lookup.ts";
import { acceptsMac } from "./misdirected.ts";
import { transmit } from "./transmit.ts";
import { arpLeg, type Frame, type Halt, type Walk } from "./walk.ts";
import * as words from "./words.ts";

interface Asker {
  readonly ns: Namespace;
  readonly device: string;
  readonly mac: Mac | null;
  readonly sender: Ipv4;
}
interface Answerer {
  readonly ns: Namespace;
  readonly device: string;
  readonly mac: Mac | null;
  readonly address: Ipv4;
}

/** Carries the answer; null where it fills the asker's entry. */
export function carryReply(walk: Walk, asker: Asker, answerer: Answerer, leg: Leg): Halt | null {
  const replyLeg = arpLeg(leg, "arp-reply");
  const frame: Frame = {
    leg: replyLeg,
    source: answerer.mac,
    destination: asker.mac,
    vlan: null,
    payload: { kind: "arp-reply", sender: answerer.address, target: asker.sender },
  };
  const blocked = passArpHook(walk, answerer.ns, "output", answerer.device, {
    sender: answerer.address,
    senderMac: answerer.mac,
    target: asker.sender,
    leg: replyLeg,
  });
  if (blocked) return blocked;
  const delivery = transmit(walk, answerer.ns, answerer.device, frame);
  walk.addAll(delivery.common);
  if (delivery.open) return delivery.open;
  const back = delivery.arrivals.find(
    (a) => a.netns === asker.ns.key && a.interface === asker.device && acceptsMac(walk, a, frame.destination),
  );
  if (back) {
    walk.addAll(back.trail);
    const refused = passArpHook(walk, asker.ns, "input", asker.device, {
      sender: answerer.address,
      senderMac: answerer.mac,
      target: asker.sender,
      leg: replyLeg,
    });
    if (refused) return refused;
    walk.add({
      kind: "arp-answer",
      leg: replyLeg,
      netns: asker.ns.key,
      interface: asker.device,
      text: words.arpReplyReceived(answerer.address, answerer.mac),
    });
    return null;
  }
  const link = deviceOf(asker.ns, asker.device);
  const facts = { target: formatIpv4(answerer.address), source: formatIpv4(asker.sender), outInterface: asker.device };
  const atMaster = delivery.arrivals.find((a) => a.netns === asker.ns.key && link?.master === a.interface);
  if (atMaster && link?.master) {
    walk.addAll(atMaster.trail);
    const lines = [linkLine(asker.ns.key, link), ...addressLines(asker.ns, asker.device)];
    walk.add({
      kind: "stop",
      leg: replyLeg,
      netns: asker.ns.key,
      interface: link.master,
      text: text(
        `the reply comes up at ${link.master}, because ${asker.device} is its port; the entry that waits is on ${asker.device}: the reply fits nothing`,
        `${asker.device} 是 ${link.master} 的端口，应答从 ${link.master} 上来；等着它的邻居表项却在 ${asker.device} 上：对不上，白等`,
      ),
      state: lines,
    });
    return stopped(
      makeHit({
        code: "ip-on-bridge-port",
        netns: asker.ns.key,
        interface: asker.device,
        facts: { ...facts, bridge: link.master, ...ownAddressOf(asker) },
        lines,
      }),
    );
  }
  if (delivery.arrivals.length === 0 && delivery.losses[0]) {
    walk.addAll(delivery.losses[0].trail);
    return stopped(delivery.losses[0].hit);
  }
  const exit = delivery.exits[0];
  if (exit && delivery.arrivals.length === 0)
    return { kind: "exits", netns: exit.netns, interface: exit.interface, leg: replyLeg };
  for (const other of delivery.arrivals) walk.addAll(other.trail);
  const wrong = delivery.arrivals[0];
  const mac = asker.mac === null ? {} : { mac: formatMac(asker.mac) };
  walk.add({
    kind: "stop",
    leg: replyLeg,
    netns: answerer.ns.key,
    interface: wrong?.interface ?? null,
    text: text("the reply does not come back to the asker's interface", "应答没有回到询问者的接口"),
    state: [],
  });
  const atBridge = wrong && deviceOf(walk.namespace(wrong.netns) as Namespace, wrong.interface)?.kind === "bridge";
  const twin = atBridge
    ? walk
        .namespace(wrong.netns)
        ?.links?.find((l) => l.mac === asker.mac && (l.name === wrong.interface || l.master === wrong.interface))
    : undefined;
  return stopped(
    makeHit({
      code: atBridge ? "bridge-own-mac-source" : "duplicate-mac",
      netns: wrong?.netns ?? answerer.ns.key,
      interface: wrong?.interface ?? null,
      facts: { ...facts, ...mac, ...(twin ? { port: twin.name } : {}) },
      because: text(
        `a frame to ${mac.mac ?? "the asker's MAC"} ends at ${wrong?.interface ?? "no interface"}, not at ${asker.device}`,
        `发往 ${mac.mac ?? "询问者 MAC"} 的帧到了 ${wrong?.interface ?? "别处"}，而不是 ${asker.device}`,
      ),
    }),
  );
}

function ownAddressOf({ ns, device, sender }: Asker): Pick<Facts, "ownAddress"> {
  const own = ns.addresses?.find((address) => address.interface === device && address.local === sender);
  return own === undefined ? {} : { ownAddress: `${formatIpv4(own.local)}/${own.prefixLength}` };
}
