// A bridge: what a port lets in, and where the frame goes (table, flood, the bridge itself) (causes.md 1.5).

import { BROADCAST_MAC, formatMac, isGroupMac, type Mac } from "../../model/address.ts";
import type { BridgePort, Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At, StopDraft } from "../at.ts";
import { passBridge } from "../filter/firewall.ts";
import { makeHit } from "../hits.ts";
import { fdbLine, linkLine, portLine } from "../lines.ts";
import { addressFacts, type Frame, sightingOf } from "../message.ts";
import * as words from "../words.ts";
import { comesBack, floodKey } from "./bridge-loop.ts";
import { type From, outOf } from "./bridge-out.ts";
import { fdbHas, isOwnMac, lookUp, portOf, portStateCode, portStateFacts, portsOf } from "./bridge-port.ts";
import { suppression } from "./bridge-suppress.ts";
import { allowedIn, allowedOut } from "./bridge-vlan.ts";
import { after, branch, type Delivery, endedBy, lost, nothing, undecided } from "./delivery.ts";
import * as say from "./link-words.ts";
import { lose } from "./lose.ts";

/** A frame comes in by the bridge port that `at` is (br_handle_frame, br_handle_frame_finish). */
export function bridgeReceive(at: At<Frame>, bridge: Link, port: Link): Delivery {
  const { ns, packet: frame } = at;
  const settings = portOf(ns, port);
  if (settings === null) return undecided(at.open(["bridge"], say.whichPortState(port.name), ["bridge-port-state"]));
  const closed = portIsClosed(at, bridge, settings);
  if (closed) return closed;
  const blocked = passBridge(at, bridge, "prerouting", { iif: port.name, oif: null });
  if (blocked) return endedBy(blocked);
  const vlan = allowedIn(ns, bridge, port.name, frame.vlan);
  if (vlan.kind === "refused")
    return dropAtPort(at, bridge, {
      code: "bridge-vlan-no-pvid",
      says: text(`VLAN filtering does not let it in`, `VLAN 过滤不放行`),
      lines: vlan.lines,
      facts: { vlan: String(frame.vlan ?? "untagged") },
    });
  const stranger = unknownToLockedPort(at, bridge, settings);
  if (stranger) return stranger;
  const onward = at.with<Frame>({ ...frame, vlan: vlan.vlan });
  const loop = comesBack(onward, bridge, port);
  if (loop) return loop;
  learn(onward, bridge, settings);
  return handOn(onward, bridge, { link: port, settings });
}

function factsAtPort(at: At<Frame>, bridge: Link) {
  return { ...addressFacts(at.packet.payload), bridge: bridge.name, inInterface: at.interface };
}

// `says` is the reason alone.
function dropAtPort(at: At<Frame>, bridge: Link, draft: StopDraft): Delivery {
  return lose(at, {
    ...draft,
    says: say.droppedAtPort(bridge.name, at.interface, at.packet.payload, draft.says),
    facts: { ...factsAtPort(at, bridge), ...draft.facts },
  });
}

function portIsClosed(at: At<Frame>, bridge: Link, settings: BridgePort): Delivery | null {
  const { state } = settings;
  if (!bridge.flags.has("UP"))
    return dropAtPort(at, bridge, {
      code: "bridge-device-down",
      says: text(`${bridge.name} itself is down`, `${bridge.name} 自身没有启用（DOWN）`),
      lines: [linkLine(at.ns.key, bridge)],
    });
  if (state === "forwarding") return null;
  return dropAtPort(at, bridge, {
    code: portStateCode(bridge, state),
    says: text(`the port is ${state}`, `端口状态是 ${state}`),
    lines: [portLine(at.ns, settings)],
    facts: portStateFacts(bridge, state),
  });
}

function unknownToLockedPort(at: At<Frame>, bridge: Link, settings: BridgePort): Delivery | null {
  const { source } = at.packet;
  if (!settings.locked || fdbHas(at.ns, source, at.interface)) return null;
  const mac = source === null ? null : formatMac(source);
  return dropAtPort(at, bridge, {
    code: "bridge-port-locked",
    says: text(
      `the port is locked and does not know ${mac ?? "the sender"}`,
      `端口已锁定（locked），不认识源 MAC ${mac ?? ""}`,
    ),
    lines: [portLine(at.ns, settings)],
    facts: mac === null ? {} : { mac },
  });
}

// br_fdb_update: the sender is behind this port from now on, unless it has an address of the bridge itself.
function learn(at: At<Frame>, bridge: Link, settings: BridgePort): void {
  const { walk, ns } = at;
  const { source } = at.packet;
  if (source === null) return;
  if (!isOwnMac(ns, bridge, source)) {
    // br_fdb_update: with an ageing time of 0 nothing is ever learned, and what is for one host goes to every port.
    const remembers = Number(bridge.data.ageing_time ?? 1) !== 0;
    if (settings.learning && remembers) walk.learnPort(ns.key, bridge.name, source, at.interface);
    return;
  }
  const own = ns.links?.find((l) => l.mac === source && (l.name === bridge.name || l.master === bridge.name)) ?? bridge;
  at.remark({
    code: "bridge-own-mac-source",
    facts: { ...factsAtPort(at, bridge), mac: formatMac(source), port: own.name },
    lines: [linkLine(ns.key, own)],
  });
}

// br_do_proxy_suppress_arp looks at questions, then the frame goes where the table sends it.
function handOn(at: At<Frame>, bridge: Link, from: From & { readonly settings: BridgePort }): Delivery {
  const { walk, ns } = at;
  const { payload, vlan } = at.packet;
  if (payload.kind !== "arp-request") return forwardFrame(at, bridge, from);
  const behind = (mac: Mac): string | null => lookUp(walk, ns, bridge, mac, vlan)?.port ?? null;
  const { spares, answer } = suppression(ns, bridge, from.settings, payload, behind);
  const delivery = forwardFrame(at, bridge, from, spares);
  return answer ? { ...delivery, answer } : delivery;
}

// `from` is null for what the bridge's own host sends; `spares` leaves out the ports for which the bridge answers.
function forwardFrame(at: At<Frame>, bridge: Link, from: From | null, spares = false): Delivery {
  const { walk, ns } = at;
  const { destination, payload, vlan } = at.packet;
  const here = at.on(bridge.name);
  const isGroup = destination !== null && isGroupMac(destination);
  const known = destination === null || isGroup ? null : lookUp(walk, ns, bridge, destination, vlan);
  if (known === null) return flood(here, bridge, from, spares);
  const { entry } = known;
  const lines = entry ? [fdbLine(ns.key, entry)] : [];
  if (known.port === bridge.name) {
    const step = here.step("bridge", say.takenByBridge(bridge.name, payload), { lines });
    return from === null ? nothing([step]) : after([step], upTo(here, bridge, from));
  }
  const step = here.step("bridge", say.knownBehind(bridge.name, known.port), { lines });
  const port = ns.links?.find((l) => l.name === known.port);
  if (port) return after([step], outOf(here.on(port.name), bridge, port, { from, how: "known", entry }));
  const question = text(`where is bridge port ${known.port}?`, `网桥端口 ${known.port} 在哪里？`);
  return undecided(here.open(["link"], question), [step]);
}

function flood(here: At<Frame>, bridge: Link, from: From | null, spares: boolean): Delivery {
  const { ns, packet: frame } = here;
  const { destination } = frame;
  const ports = portsOf(ns, bridge)
    .filter((p) => p.name !== from?.link.name || portOf(ns, p)?.hairpin)
    .filter((p) => !spares || !(portOf(ns, p)?.neighSuppress || p.slaveData.proxy_arp_wifi === true));
  const isGroup = destination !== null && isGroupMac(destination);
  const how = destination === BROADCAST_MAC ? "broadcast" : isGroup ? "multicast" : "unknown";
  const isForItself = from !== null && isGroup;
  const toItself = isForItself && allowedOut(ns, bridge, bridge.name, frame.vlan).kind === "passes";
  const step = here.step("bridge", say.flooded(bridge.name, ports.map((p) => p.name).join(", "), toItself));
  const marked = { ...frame, floodedBy: [...(frame.floodedBy ?? []), floodKey(ns, bridge, frame)] };
  const copies = ports.map((p) => outOf(here.on(p.name).with(marked), bridge, p, { from, how, entry: null }));
  return branch([step], isForItself ? [upTo(here, bridge, from), ...copies] : copies);
}

// br_pass_frame_up: the bridge is an interface like any other for its own host; whether it is in the frame's VLAN
// (`bridge vlan … self`) is asked in front of its tap.
function upTo(here: At<Frame>, device: Link, from: From): Delivery {
  const { ns, packet: frame } = here;
  const { name: bridge } = device;
  const vlan = allowedOut(ns, device, bridge, frame.vlan);
  // Where it has no address, nothing is missed.
  if (vlan.kind === "refused" && !ns.addresses?.some((own) => own.interface === bridge)) return nothing();
  if (vlan.kind === "refused")
    return lose(
      here,
      {
        code: "bridge-vlan-mismatch",
        says: say.notTakenByBridge(bridge, frame.vlan),
        lines: vlan.lines,
        facts: {
          ...addressFacts(frame.payload),
          bridge,
          outInterface: bridge,
          inInterface: from.link.name,
          vlan: String(frame.vlan),
          state: "self",
        },
      },
      { netns: ns.key, interface: bridge },
    );
  const step = here.step("cross", text(`${bridge} itself gets it too`, `${bridge} 自己也收到一份`), {
    expects: sightingOf(ns.key, bridge, "in", frame),
  });
  return {
    ...nothing(),
    arrivals: [
      {
        netns: ns.key,
        interface: bridge,
        frame: { ...frame, vlan: vlan.vlan },
        trail: [step],
        portMac: from?.link.mac ?? null,
      },
    ],
  };
}

/** The bridge's own host sends a frame out of the bridge interface (br_dev_xmit). */
export function bridgeTransmit(at: At<Frame>, bridge: Link): Delivery {
  const { ns, packet: frame } = at;
  const { name } = bridge;
  const step = at.step("transmit", words.givenToDevice(frame.payload, name), {
    expects: sightingOf(ns.key, name, "out", frame),
  });
  const vlan = allowedIn(ns, bridge, name, frame.vlan);
  if (vlan.kind !== "refused")
    return after([step], forwardFrame(at.with<Frame>({ ...frame, vlan: vlan.vlan }), bridge, null));
  const facts = { ...addressFacts(frame.payload), bridge: name };
  const { lines } = vlan;
  return lost(makeHit({ code: "bridge-vlan-no-pvid", netns: ns.key, interface: name, facts, lines }), [step]);
}
