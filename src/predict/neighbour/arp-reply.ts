// The ARP reply on its way back to the asker, and whether it fits the entry that waits for it (causes.md 1.7).

import { formatIpv4, formatMac, type Mac } from "../../model/address.ts";
import type { Facts } from "../../model/finding.ts";
import type { Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { passArpHook } from "../filter/firewall.ts";
import { type Halt, stopped } from "../hits.ts";
import { addressLines, linkLine } from "../lines.ts";
import { acceptsMac } from "../link/accepts-mac.ts";
import type { Delivery } from "../link/delivery.ts";
import { transmit } from "../link/transmit.ts";
import { deviceOf } from "../lookup.ts";
import type { ArpQuestion, Frame } from "../message.ts";
import * as words from "../words.ts";

interface Answerer {
  readonly ns: Namespace;
  readonly device: string;
  readonly mac: Mac | null;
}

/** Carries the answer to `asker`, its question on the reply's leg; null where it fills the asker's entry. */
export function carryReply(asker: At<ArpQuestion>, answerer: Answerer): Halt | null {
  const { walk } = asker;
  const { sender, senderMac, target } = asker.packet;
  const { mac } = answerer;
  const reply = { sender: target, senderMac: mac, target: sender };
  const from = asker.moved(answerer.ns, answerer.device);
  const blocked = passArpHook(from.with<ArpQuestion>(reply), "output");
  if (blocked) return blocked;
  const payload = { kind: "arp-reply", sender: target, target: sender } as const;
  const delivery = transmit(from.with<Frame>({ source: mac, destination: senderMac, vlan: null, payload }));
  walk.addAll(delivery.common);
  if (delivery.open) return delivery.open;
  const back = delivery.arrivals.find(
    (a) => a.netns === asker.ns.key && a.interface === asker.interface && acceptsMac(walk, a, senderMac),
  );
  if (!back) return astray(asker, answerer, delivery);
  walk.follow(back.trail);
  const refused = passArpHook(asker.with<ArpQuestion>(reply), "input");
  if (refused) return refused;
  asker.tell("arp-answer", words.arpReplyReceived(target, mac));
  return null;
}

function factsOf({ packet, interface: device }: At<ArpQuestion>): Facts {
  return { target: formatIpv4(packet.target), source: formatIpv4(packet.sender), outInterface: device };
}

// It comes out at another place than the interface that asked.
function astray(asker: At<ArpQuestion>, answerer: Answerer, delivery: Delivery): Halt {
  const { walk, ns } = asker;
  const link = deviceOf(ns, asker.interface);
  const atMaster = delivery.arrivals.find((a) => a.netns === ns.key && link?.master === a.interface);
  if (atMaster && link?.master) {
    walk.follow(atMaster.trail);
    return atBridge(asker, link, link.master);
  }
  // A flood comes to others as well, who leave it alone: what keeps it from the asker decides.
  const taken = delivery.arrivals.some((arrival) => acceptsMac(walk, arrival, asker.packet.senderMac));
  const towardsAsker = delivery.losses.find(({ towards }) => towards?.netns === ns.key);
  if (!taken && towardsAsker) {
    walk.follow(towardsAsker.trail);
    return stopped(towardsAsker.hit);
  }
  const [loss] = delivery.losses;
  const [exit] = delivery.exits;
  if (delivery.arrivals.length === 0 && loss) {
    walk.follow(loss.trail);
    return stopped(loss.hit);
  }
  if (delivery.arrivals.length === 0 && exit)
    return { kind: "exits", netns: exit.netns, interface: exit.interface, leg: asker.leg };
  return elsewhere(asker, answerer, delivery);
}

// The asking interface is a bridge port: its frames come up at the bridge.
function atBridge(asker: At<ArpQuestion>, link: Link, bridge: string): Halt {
  const { ns, interface: device } = asker;
  const { sender } = asker.packet;
  const own = ns.addresses?.find((address) => address.interface === device && address.local === sender);
  return asker.on(bridge).stop({
    code: "ip-on-bridge-port",
    says: text(
      `the reply comes up at ${bridge}, because ${device} is its port; the entry that waits is on ${device}: the reply fits nothing`,
      `${device} 是 ${bridge} 的端口，应答从 ${bridge} 上来；等着它的邻居表项却在 ${device} 上：对不上，白等`,
    ),
    blamed: { netns: ns.key, interface: device },
    lines: [linkLine(ns.key, link), ...addressLines(ns, device)],
    facts: {
      ...factsOf(asker),
      bridge,
      ...(own === undefined ? {} : { ownAddress: `${formatIpv4(own.local)}/${own.prefixLength}` }),
    },
  });
}

// Another interface has the asker's MAC address.
function elsewhere(asker: At<ArpQuestion>, { ns }: Answerer, delivery: Delivery): Halt {
  const { walk } = asker;
  const { senderMac } = asker.packet;
  const [wrong, ...others] = delivery.arrivals;
  for (const other of others) walk.beside({ trail: other.trail, rest: [], end: { kind: "ignored" } }, wrong?.trail);
  walk.follow(wrong?.trail ?? []);
  const at = wrong?.interface ?? null;
  const links = wrong === undefined ? [] : (walk.namespace(wrong.netns)?.links ?? []);
  const isBridge = links.find((l) => l.name === at)?.kind === "bridge";
  const twin = isBridge ? links.find((l) => l.mac === senderMac && (l.name === at || l.master === at)) : undefined;
  const mac = senderMac === null ? undefined : formatMac(senderMac);
  const ended = wrong === undefined ? ns : (walk.namespace(wrong.netns) ?? ns);
  return asker.moved(ended, at).stop({
    code: isBridge ? "bridge-own-mac-source" : "duplicate-mac",
    says: text("the reply does not come back to the asker's interface", "应答没有回到询问者的接口"),
    blamed: { netns: wrong?.netns ?? ns.key, interface: at },
    facts: { ...factsOf(asker), ...(mac === undefined ? {} : { mac }), ...(twin ? { port: twin.name } : {}) },
    because: text(
      `a frame to ${mac ?? "the asker's MAC"} ends at ${at ?? "no interface"}, not at ${asker.interface}`,
      `发往 ${mac ?? "询问者 MAC"} 的帧到了 ${at ?? "别处"}，而不是 ${asker.interface}`,
    ),
  });
}
