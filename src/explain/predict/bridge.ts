// A bridge: what a port lets in, where the frame goes (table, flood, the bridge itself), and what a port lets out (causes.md 1.5).

import { BROADCAST_MAC, formatMac, isGroupMac, type Mac } from "../../model/address.ts";
import type { BridgePort, FdbEntry, Link, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Step } from "../../model/trace.ts";
import { otherEnd } from "../../system/lookup/peer.ts";
import { FLOODS } from "./bridge-flood.ts";
import { comesBack, floodKey } from "./bridge-loop.ts";
import { tooLargeForPort } from "./bridge-port-mtu.ts";
import { suppression } from "./bridge-suppress.ts";
import { allowedIn, allowedOut } from "./bridge-vlan.ts";
import { passBridge } from "./firewall.ts";
import { makeHit, open } from "./hits.ts";
import { fdbLine, linkLine, portLine } from "./lines.ts";
import { after, branch, type Delivery, frameFacts, lost, nothing, transmit, undecided } from "./transmit.ts";
import { type Frame, makeStep, sightingOf, type Walk } from "./walk.ts";
import * as words from "./words.ts";

// A port's settings: from `bridge link`, else from what `ip -d link` says of it.
function portOf(ns: Namespace, link: Link): BridgePort | null {
  const listed = ns.bridge?.ports?.find((p) => p.interface === link.name);
  if (listed) return listed;
  if (link.master === null || Object.keys(link.slaveData).length === 0) return null;
  const d = link.slaveData;
  return {
    interface: link.name,
    bridge: link.master,
    state: typeof d.state === "string" ? d.state : "forwarding",
    hairpin: d.hairpin === true,
    isolated: d.isolated === true,
    locked: d.locked === true,
    flood: d.flood !== false,
    broadcastFlood: d.bcast_flood !== false,
    multicastFlood: d.mcast_flood !== false,
    learning: d.learning !== false,
    neighSuppress: d.neigh_suppress === true,
    line: link.line,
  };
}

/** A frame comes in by a bridge port (br_handle_frame, br_handle_frame_finish). */
export function bridgeReceive(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  port: Link,
  frame: Frame,
  depth: number,
): Delivery {
  const settings = portOf(ns, port);
  const what = words.payloadName(frame.payload);
  const facts = { ...frameFacts(frame), bridge: bridge.name, inInterface: port.name };
  const stop = (code: string, reason: ReturnType<typeof text>, state: Step["state"], more: object = {}): Delivery => {
    const step = makeStep({
      kind: "stop",
      leg: frame.leg,
      netns: ns.key,
      interface: port.name,
      text: text(
        `${bridge.name} drops the ${what.en} at its port ${port.name}: ${reason.en}`,
        `网桥 ${bridge.name} 在端口 ${port.name} 丢弃${what.zh}：${reason.zh}`,
      ),
      state,
    });
    return lost(makeHit({ code, netns: ns.key, interface: port.name, facts: { ...facts, ...more }, lines: state }), [
      step,
    ]);
  };
  if (settings === null)
    return undecided(
      open(
        ns.key,
        ["bridge"],
        text(`which state is the bridge port ${port.name} in?`, `网桥端口 ${port.name} 处于什么状态？`),
        ["bridge-port-state"],
      ),
    );
  if (!bridge.flags.has("UP"))
    return stop("bridge-device-down", text(`${bridge.name} itself is down`, `${bridge.name} 自身没有启用（DOWN）`), [
      linkLine(ns.key, bridge),
    ]);
  if (settings.state !== "forwarding")
    return stop(
      portStateCode(bridge, settings.state),
      text(`the port is ${settings.state}`, `端口状态是 ${settings.state}`),
      [portLine(ns.key, settings)],
      { state: settings.state },
    );
  const blocked = passBridge(walk, ns, bridge, "prerouting", { iif: port.name, oif: null }, frame);
  if (blocked) return blocked.kind === "stopped" ? lost(blocked.hit, []) : undecided(blocked);
  const vlan = allowedIn(ns, bridge, port.name, frame.vlan);
  if (vlan.kind === "refused")
    return stop("bridge-vlan-no-pvid", text(`VLAN filtering does not let it in`, `VLAN 过滤不放行`), vlan.lines, {
      vlan: String(frame.vlan ?? "untagged"),
    });
  if (settings.locked && !fdbHas(ns, frame.source, port.name)) {
    return stop(
      "bridge-port-locked",
      text(
        `the port is locked and does not know ${frame.source === null ? "the sender" : formatMac(frame.source)}`,
        `端口已锁定（locked），不认识源 MAC ${frame.source === null ? "" : formatMac(frame.source)}`,
      ),
      [portLine(ns.key, settings)],
      frame.source === null ? {} : { mac: formatMac(frame.source) },
    );
  }
  const onward = { ...frame, vlan: vlan.vlan };
  const loop = comesBack(walk, ns, bridge, port, onward);
  if (loop) return loop;
  if (frame.source !== null && isOwnMac(ns, bridge, frame.source)) {
    const own = ns.links?.find((l) => l.mac === frame.source && (l.name === bridge.name || l.master === bridge.name));
    const lines = [linkLine(ns.key, own ?? bridge)];
    walk.remark(
      makeHit({
        code: "bridge-own-mac-source",
        netns: ns.key,
        interface: port.name,
        facts: { ...facts, mac: formatMac(frame.source), port: (own ?? bridge).name },
        lines,
      }),
    );
  } else if (frame.source !== null && settings.learning) walk.learnPort(ns.key, bridge.name, frame.source, port.name);
  if (frame.payload.kind !== "arp-request") return forwardFrame(walk, ns, bridge, port, settings, onward, depth);
  const named = (name: string): BridgePort | null => {
    const link = ns.links?.find((l) => l.name === name);
    return link ? portOf(ns, link) : null;
  };
  const behind = (mac: Mac): string | null => lookUp(walk, ns, bridge, mac, vlan.vlan)?.port ?? null;
  const { spares, answer } = suppression(ns, bridge, settings, frame.payload, named, behind);
  const delivery = forwardFrame(walk, ns, bridge, port, settings, onward, depth, spares);
  return answer ? { ...delivery, answer } : delivery;
}

function portStateCode(bridge: Link, state: string): string {
  const stp = Number(bridge.data.stp_state) > 0;
  return stp && (state === "listening" || state === "learning") ? "bridge-stp-forward-delay" : "bridge-port-state";
}

function fdbHas(ns: Namespace, mac: Mac | null, port: string): boolean {
  return mac !== null && (ns.bridge?.fdb ?? []).some((e) => e.mac === mac && e.interface === port && !e.local);
}

function isOwnMac(ns: Namespace, bridge: Link, mac: Mac): boolean {
  return bridge.mac === mac || portsOf(ns, bridge).some((p) => p.mac === mac);
}

function portsOf(ns: Namespace, bridge: Link): Link[] {
  return (ns.links ?? []).filter((l) => l.master === bridge.name).sort((a, b) => b.index - a.index);
}

// Where the table sends a frame: a port, the bridge itself, or nowhere known.
function lookUp(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  mac: Mac,
  vlan: number | null,
): { port: string; entry: FdbEntry | null } | null {
  const entries = (ns.bridge?.fdb ?? []).filter(
    (e) =>
      e.mac === mac &&
      (e.master === bridge.name || e.interface === bridge.name) &&
      (e.vlan === null || vlan === null || e.vlan === vlan),
  );
  const fixed = entries.find((e) => e.local || e.sticky);
  if (fixed) return { port: fixed.local ? bridge.name : fixed.interface, entry: fixed };
  const learned = walk.learnedPort(ns.key, bridge.name, mac);
  if (learned !== undefined) return { port: learned, entry: entries.find((e) => e.interface === learned) ?? null };
  const entry = entries[0];
  if (entry) return { port: entry.interface, entry };
  return isOwnMac(ns, bridge, mac) ? { port: bridge.name, entry: null } : null;
}

function forwardFrame(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  from: Link | null,
  fromSettings: BridgePort | null,
  frame: Frame,
  depth: number,
  spares = false,
): Delivery {
  const { destination } = frame;
  const group = destination !== null && isGroupMac(destination);
  const known = destination === null || group ? null : lookUp(walk, ns, bridge, destination, frame.vlan);
  const what = words.payloadName(frame.payload);
  const tell = (sentence: ReturnType<typeof text>, state: Step["state"] = []): Step =>
    makeStep({ kind: "bridge", leg: frame.leg, netns: ns.key, interface: bridge.name, text: sentence, state });
  if (known && known.port === bridge.name) {
    const step = tell(
      text(
        `${bridge.name} takes the ${what.en} for itself: the destination MAC is its own or a port's`,
        `网桥 ${bridge.name} 自己收下${what.zh}：目的 MAC 是它自己或某个端口的`,
      ),
      known.entry ? [fdbLine(ns.key, known.entry)] : [],
    );
    return from === null ? nothing([step]) : after([step], upTo(ns, bridge, frame));
  }
  if (known) {
    const port = ns.links?.find((l) => l.name === known.port);
    const state = known.entry ? [fdbLine(ns.key, known.entry)] : [];
    const step = tell(
      text(
        `${bridge.name} knows its destination MAC behind port ${known.port}: it goes there alone`,
        `网桥 ${bridge.name} 知道目的 MAC 在端口 ${known.port} 后面，只发到那里`,
      ),
      state,
    );
    if (!port)
      return undecided(
        open(ns.key, ["link"], text(`where is bridge port ${known.port}?`, `网桥端口 ${known.port} 在哪里？`)),
        [step],
      );
    return after([step], out(walk, ns, bridge, from, fromSettings, port, frame, depth, "known", known.entry));
  }
  const ports = portsOf(ns, bridge)
    .filter((p) => p.name !== from?.name || portOf(ns, p)?.hairpin)
    .filter((p) => !spares || !(portOf(ns, p)?.neighSuppress || p.slaveData.proxy_arp_wifi === true));
  const names = ports.map((p) => p.name).join(", ");
  const flooded = { ...frame, floodedBy: [...(frame.floodedBy ?? []), floodKey(ns, bridge, frame)] };
  const toItself = from !== null && group;
  const step = tell(
    text(
      `${bridge.name} floods it to its other ports${names ? ` (${names})` : ""}${toItself ? ` and to ${bridge.name} itself` : ""}`,
      `网桥 ${bridge.name} 把它泛洪到其它端口${names ? `（${names}）` : ""}${toItself ? `，同时也交给 ${bridge.name} 自己` : ""}`,
    ),
  );
  const copies = ports.map((p) =>
    out(
      walk,
      ns,
      bridge,
      from,
      fromSettings,
      p,
      flooded,
      depth,
      destination === BROADCAST_MAC ? "broadcast" : group ? "multicast" : "unknown",
      null,
    ),
  );
  return branch([step], toItself ? [upTo(ns, bridge, frame), ...copies] : copies);
}

// br_pass_frame_up: the bridge is an interface like any other for its own host.
function upTo(ns: Namespace, bridge: Link, frame: Frame): Delivery {
  const step = makeStep({
    kind: "cross",
    leg: frame.leg,
    netns: ns.key,
    interface: bridge.name,
    text: text(`${bridge.name} itself gets it too`, `${bridge.name} 自己也收到一份`),
    expects: sightingOf(ns.key, bridge.name, "in", frame),
  });
  return { ...nothing(), arrivals: [{ netns: ns.key, interface: bridge.name, frame, trail: [step] }] };
}

// should_deliver: what keeps a port out; a port left out of a flood leaves no trace in the kernel.
function out(
  walk: Walk,
  ns: Namespace,
  bridge: Link,
  from: Link | null,
  fromSettings: BridgePort | null,
  port: Link,
  frame: Frame,
  depth: number,
  how: "known" | keyof typeof FLOODS,
  entry: FdbEntry | null,
): Delivery {
  const settings = portOf(ns, port);
  const end = otherEnd(walk.state, ns.key, port.name);
  const towards = end.kind === "peer" ? { netns: end.netns, interface: end.link.name } : null;
  const facts = {
    ...frameFacts(frame),
    bridge: bridge.name,
    outInterface: port.name,
    ...(from ? { inInterface: from.name } : {}),
  };
  const stop = (code: string, reason: ReturnType<typeof text>, state: Step["state"], more: object = {}): Delivery => {
    const step = makeStep({
      kind: "stop",
      leg: frame.leg,
      netns: ns.key,
      interface: port.name,
      text: text(
        `the frame is not sent to port ${port.name}: ${reason.en}`,
        `这个帧不发往端口 ${port.name}：${reason.zh}`,
      ),
      state,
    });
    return lost(
      makeHit({ code, netns: ns.key, interface: port.name, facts: { ...facts, ...more }, lines: state }),
      [step],
      towards,
    );
  };
  if (settings === null)
    return undecided(
      open(
        ns.key,
        ["bridge"],
        text(`which state is the bridge port ${port.name} in?`, `网桥端口 ${port.name} 处于什么状态？`),
        ["bridge-port-state"],
      ),
    );
  if (from && port.name === from.name && !settings.hairpin)
    return stop(
      "bridge-fdb-ingress-port",
      text(
        "the table places the destination behind the port the frame came in by",
        "转发表认为目的地就在它进来的端口后面",
      ),
      entry ? [fdbLine(ns.key, entry)] : [portLine(ns.key, settings)],
      frame.destination === null ? {} : { mac: formatMac(frame.destination) },
    );
  // A port that is down or has no carrier is disabled for that reason.
  if (settings.state === "disabled" && bridge.flags.has("UP")) {
    const dead = transmit(walk.fork(), ns, port.name, frame, depth + 1);
    if (
      dead.arrivals.length === 0 &&
      dead.losses[0] &&
      ["link-admin-down", "peer-down"].includes(dead.losses[0].hit.code)
    ) {
      return { ...dead, losses: dead.losses.map((l) => ({ ...l, towards })) };
    }
  }
  if (settings.state !== "forwarding")
    return stop(
      portStateCode(bridge, settings.state),
      text(`it is ${settings.state}`, `它的状态是 ${settings.state}`),
      [portLine(ns.key, settings)],
      { state: settings.state },
    );
  const vlan = allowedOut(ns, bridge, port.name, frame.vlan);
  if (vlan.kind === "refused")
    return stop(
      "bridge-vlan-mismatch",
      text(`it is no member of VLAN ${frame.vlan}`, `它不是 VLAN ${frame.vlan} 的成员`),
      vlan.lines,
      { vlan: String(frame.vlan) },
    );
  if (fromSettings?.isolated && settings.isolated)
    return stop(
      "bridge-port-isolated",
      text(`it and ${fromSettings.interface} are both isolated`, `它和 ${fromSettings.interface} 都被隔离（isolated）`),
      [portLine(ns.key, fromSettings), portLine(ns.key, settings)],
    );
  if (how !== "known" && !settings[FLOODS[how].flag])
    return stop("bridge-flood-off", FLOODS[how].refusal, [portLine(ns.key, settings)]);
  if (from !== null) {
    const halt =
      passBridge(walk, ns, bridge, "forward", { iif: from.name, oif: port.name }, frame) ??
      passBridge(walk, ns, bridge, "postrouting", { iif: null, oif: port.name }, frame);
    if (halt) return halt.kind === "stopped" ? lost(halt.hit, [], towards) : undecided(halt);
  }
  return (
    tooLargeForPort(ns, bridge, port, frame, towards) ??
    transmit(walk, ns, port.name, { ...frame, vlan: vlan.vlan }, depth + 1)
  );
}

/** The bridge's own host sends a frame out of the bridge interface (br_dev_xmit). */
export function bridgeTransmit(walk: Walk, ns: Namespace, bridge: Link, frame: Frame, depth: number): Delivery {
  const step = makeStep({
    kind: "transmit",
    leg: frame.leg,
    netns: ns.key,
    interface: bridge.name,
    text: words.givenToDevice(frame.payload, bridge.name),
    expects: sightingOf(ns.key, bridge.name, "out", frame),
  });
  const vlan = allowedIn(ns, bridge, bridge.name, frame.vlan);
  if (vlan.kind === "refused")
    return lost(
      makeHit({
        code: "bridge-vlan-no-pvid",
        netns: ns.key,
        interface: bridge.name,
        facts: { ...frameFacts(frame), bridge: bridge.name },
        lines: vlan.lines,
      }),
      [step],
    );
  return after([step], forwardFrame(walk, ns, bridge, null, null, { ...frame, vlan: vlan.vlan }, depth));
}
