// Bonds: one of the slaves sends, and what comes in by a slave that is not in use is dropped.

import type { Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import { linkLine } from "../lines.ts";
import { addressFacts, type Frame, sightingOf } from "../message.ts";
import * as words from "../words.ts";
import { after, branch, type Delivery, undecided } from "./delivery.ts";
import { lose } from "./lose.ts";
import { deeperAt } from "./nested.ts";

function slavesOf({ ns }: At<Frame>, bond: Link): Link[] {
  return (ns.links ?? []).filter(({ master }) => master === bond.name);
}

function isBackup(slave: Link): boolean {
  return slave.slaveData.state === "BACKUP";
}

/** bond_start_xmit: the active slave sends; in the modes that balance, one of them does. */
export function bondTransmit(at: At<Frame>, bond: Link): Delivery {
  const { ns, packet: frame } = at;
  const slaves = slavesOf(at, bond);
  if (!bond.flags.has("LOWER_UP") && bond.flags.has("NO-CARRIER")) return withoutSlave(at, bond, slaves);
  const out = at.step("transmit", words.givenToDevice(frame.payload, bond.name), {
    expects: sightingOf(ns.key, bond.name, "out", frame),
  });
  const { mode, active_slave: active } = bond.data;
  if (mode === "active-backup") {
    const slave = slaves.find(({ name }) => name === active);
    return slave === undefined ? after([out], withoutSlave(at, bond, slaves)) : after([out], outOf(at, bond, slave));
  }
  if (mode === "broadcast")
    return branch(
      [out],
      slaves.map((slave) => outOf(at, bond, slave)),
    );
  const usable = slaves.filter((slave) => !isBackup(slave) && slave.slaveData.mii_status !== "DOWN");
  if (usable.length === 0) return after([out], withoutSlave(at, bond, slaves));
  const question = {
    text: text(
      `by which of its slaves does ${bond.name} (${String(mode)}) send this?`,
      `${bond.name}（${String(mode)}）从哪个成员接口发出它？`,
    ),
    missing: [],
    state: usable.map((slave) => linkLine(ns.key, slave)),
  };
  const chosen = usable[at.walk.choose(`bond ${ns.key} ${bond.name} ${frame.payload.kind}`, usable.length, question)];
  return chosen === undefined
    ? undecided(at.open(["link"], question.text), [out])
    : after([out], outOf(at, bond, chosen));
}

function outOf(at: At<Frame>, bond: Link, slave: Link): Delivery {
  const step = at.step(
    "transmit",
    text(`${bond.name} sends it by its slave ${slave.name}`, `${bond.name} 从成员接口 ${slave.name} 发出`),
    { lines: [linkLine(at.ns.key, bond), linkLine(at.ns.key, slave)] },
  );
  return after([step], at.stack.transmit(deeperAt(at, slave.name)));
}

function withoutSlave(at: At<Frame>, bond: Link, slaves: readonly Link[]): Delivery {
  return lose(at, {
    code: "peer-down",
    says: text(
      `no slave of ${bond.name} has a carrier: it sends nothing`,
      `${bond.name} 没有一个成员接口有载波：什么也发不出去`,
    ),
    lines: [bond, ...slaves].map((link) => linkLine(at.ns.key, link)),
    facts: { ...addressFacts(at.packet.payload), outInterface: bond.name, state: bond.operstate ?? "NO-CARRIER" },
  });
}

/** bond_handle_frame: what a slave in use gets is the bond's own; of all others it is dropped (bond_should_deliver_exact_match). */
export function bondReceive(at: At<Frame>, bond: Link, slave: Link): Delivery {
  const { ns, packet: frame } = at;
  const lines = [linkLine(ns.key, slave), linkLine(ns.key, bond)];
  if (isBackup(slave) && Number(bond.data.all_slaves_active ?? 0) === 0)
    return lose(
      at,
      {
        code: "bond-inactive-slave",
        says: text(
          `${slave.name} is a backup slave of ${bond.name}: what comes in there is dropped`,
          `${slave.name} 是 ${bond.name} 的备用成员：从那里进来的都被丢弃`,
        ),
        lines,
        facts: { ...addressFacts(frame.payload), inInterface: slave.name, ownerInterface: bond.name },
      },
      { netns: ns.key, interface: bond.name },
    );
  const crossing = text(`it counts as come in by ${bond.name}`, `算作从 ${bond.name} 进来`);
  return at.stack.arrive(deeperAt(at, bond.name), bond, crossing);
}
