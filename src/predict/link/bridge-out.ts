// should_deliver: what keeps a bridge from giving a frame to one of its ports; a port left out of a flood leaves no trace in the kernel.

import { formatMac } from "../../model/address.ts";
import type { BridgePort, FdbEntry, Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import type { At, StopDraft } from "../at.ts";
import { passBridge, passBridgeFromHost } from "../filter/firewall.ts";
import { fdbLine, portLine } from "../lines.ts";
import { addressFacts, deeper, type Frame } from "../message.ts";
import { FLOODS } from "./bridge-flood.ts";
import { portOf, portStateCode, portStateFacts } from "./bridge-port.ts";
import { tooLargeForPort } from "./bridge-port-mtu.ts";
import { allowedOut } from "./bridge-vlan.ts";
import { type Delivery, endedBy, type Loss, undecided } from "./delivery.ts";
import * as say from "./link-words.ts";
import { lose } from "./lose.ts";

/** The port a frame came in by. */
export interface From {
  readonly link: Link;
  readonly settings: BridgePort | null;
}

/** Why a frame is for this port. */
export interface PortChoice {
  /** Null for what the bridge's own host sends. */
  readonly from: From | null;
  readonly how: "known" | keyof typeof FLOODS;
  readonly entry: FdbEntry | null;
}

/** Gives the frame to the port that `at` is, if the port takes it. */
export function outOf(at: At<Frame>, bridge: Link, port: Link, chosen: PortChoice): Delivery {
  const { walk, ns, packet: frame } = at;
  const settings = portOf(ns, port);
  if (settings === null) return undecided(at.open(["bridge"], say.whichPortState(port.name), ["bridge-port-state"]));
  const end = otherEnd(walk.state, ns.key, port.name);
  const towards = end.kind === "peer" ? { netns: end.netns, interface: end.link.name } : null;
  const leaving: Leaving = { at, bridge, settings, chosen, towards };
  const refused = back(leaving) ?? dead(leaving) ?? keptOut(leaving);
  if (refused) return refused;
  const vlan = allowedOut(ns, bridge, port.name, frame.vlan);
  if (vlan.kind === "refused")
    return refuse(leaving, {
      code: "bridge-vlan-mismatch",
      says: text(`it is no member of VLAN ${frame.vlan}`, `它不是 VLAN ${frame.vlan} 的成员`),
      lines: vlan.lines,
      facts: { vlan: String(frame.vlan) },
    });
  return (
    unwanted(leaving) ??
    filtered(leaving) ??
    tooLargeForPort(at, bridge, port, towards) ??
    at.stack.transmit(at.with(deeper({ ...frame, vlan: vlan.vlan })))
  );
}

interface Leaving {
  readonly at: At<Frame>;
  readonly bridge: Link;
  readonly settings: BridgePort;
  readonly chosen: PortChoice;
  readonly towards: Loss["towards"];
}

// `says` is the reason alone.
function refuse({ at, bridge, chosen, towards }: Leaving, draft: StopDraft): Delivery {
  const { from } = chosen;
  const facts = {
    ...addressFacts(at.packet.payload),
    bridge: bridge.name,
    outInterface: at.interface,
    ...(from ? { inInterface: from.link.name } : {}),
    ...draft.facts,
  };
  return lose(at, { ...draft, says: say.notSentToPort(at.interface, draft.says), facts }, towards);
}

// The table sends it back to where it came from.
function back(leaving: Leaving): Delivery | null {
  const { at, settings, chosen } = leaving;
  const { from, entry } = chosen;
  if (from?.link.name !== at.interface || settings.hairpin) return null;
  const { destination } = at.packet;
  return refuse(leaving, {
    code: "bridge-fdb-ingress-port",
    says: text(
      "the table places the destination behind the port the frame came in by",
      "转发表认为目的地就在它进来的端口后面",
    ),
    lines: entry ? [fdbLine(at.ns.key, entry)] : [portLine(at.ns, settings)],
    facts: destination === null ? {} : { mac: formatMac(destination) },
  });
}

// A port that is down or has no carrier is disabled for that reason.
function dead({ at, bridge, settings, towards }: Leaving): Delivery | null {
  if (settings.state !== "disabled" || !bridge.flags.has("UP")) return null;
  const tried = at.stack.transmit(at.in(at.walk.fork()).with(deeper(at.packet)));
  const [loss] = tried.losses;
  if (tried.arrivals.length > 0 || !loss || !["link-admin-down", "peer-down"].includes(loss.hit.code)) return null;
  return { ...tried, losses: tried.losses.map((l) => ({ ...l, towards })) };
}

function keptOut(leaving: Leaving): Delivery | null {
  const { at, bridge, settings } = leaving;
  const { state } = settings;
  if (state === "forwarding") return null;
  return refuse(leaving, {
    code: portStateCode(bridge, state),
    says: text(`it is ${state}`, `它的状态是 ${state}`),
    lines: [portLine(at.ns, settings)],
    facts: portStateFacts(bridge, state),
  });
}

// Isolation, and a port's own flood flags.
function unwanted(leaving: Leaving): Delivery | null {
  const { at, settings, chosen } = leaving;
  const { ns } = at;
  const incoming = chosen.from?.settings;
  if (incoming?.isolated && settings.isolated)
    return refuse(leaving, {
      code: "bridge-port-isolated",
      says: text(`it and ${incoming.interface} are both isolated`, `它和 ${incoming.interface} 都被隔离（isolated）`),
      lines: [portLine(ns, incoming), portLine(ns, settings)],
    });
  const { how } = chosen;
  if (how === "known" || settings[FLOODS[how].flag]) return null;
  // What the bridge's own host sends to many goes out of every port (skb->dev == br->dev).
  if (chosen.from === null && how !== "unknown") return null;
  return refuse(leaving, {
    code: "bridge-flood-off",
    says: FLOODS[how].refusal,
    lines: [portLine(ns, settings)],
  });
}

function filtered({ at, bridge, chosen, towards }: Leaving): Delivery | null {
  const { interface: oif } = at;
  if (chosen.from === null) {
    const own = passBridgeFromHost(at, oif);
    return own && endedBy(own, towards);
  }
  const blocked =
    passBridge(at, bridge, "forward", { iif: chosen.from.link.name, oif }) ??
    passBridge(at, bridge, "postrouting", { iif: null, oif });
  return blocked && endedBy(blocked, towards);
}
