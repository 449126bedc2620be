// A program that gets packets past the stack, by a packet or a raw socket, may answer where the kernel does not: no tool
// shows what it does, so that both are walked.

import type { StateLine } from "../../model/evidence.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { OpenSocket } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { onlyListens } from "../../system/lookup/listening-programs.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import { deviceOf } from "../lookup.ts";
import type { OpenQuestion } from "../walk.ts";

/** By which of its sockets a program would get the packet. */
export type Reached = "arp" | "ip" | "icmp";

const EVERY_PROTOCOL = 3;
const ETHER: Readonly<Record<Reached, number | null>> = { arp: 0x0806, ip: 0x0800, icmp: null };
const IPPROTO_ICMP = 1;
const IPPROTO_RAW = 255;

/** A program at this place that may answer what the kernel leaves unanswered; the walk follows it where this is no null. */
export function answersItself(at: At<unknown>, reached: Reached, unanswered: CauseHit): Halt | null {
  const socket = (at.ns.openSockets ?? []).find((one) => !onlyListens(one.program) && gets(at, one, reached));
  // What the asker's own programs hold decides nothing about an answer from elsewhere.
  if (socket === undefined || at.ns.key === at.walk.attempt.netns) return null;
  const question = questionOf(at, socket);
  const key = `program ${at.ns.key} ${at.interface} ${reached} ${at.leg}`;
  if (at.walk.choose(key, 2, question) === 0) return null;
  return at.open(question.missing, question.text, [unanswered.code]);
}

// ptype_all and ptype_base come before the stack, and see a bridge's ports too; raw_local_deliver comes before ICMP.
function gets({ ns, interface: device }: At<unknown>, socket: OpenSocket, reached: Reached): boolean {
  if (reached === "icmp")
    return socket.kind === "raw" && (socket.protocol === IPPROTO_ICMP || socket.protocol === IPPROTO_RAW);
  if (socket.kind !== "packet") return false;
  if (socket.protocol !== EVERY_PROTOCOL && socket.protocol !== ETHER[reached]) return false;
  if (socket.interface === null || socket.interface === device) return true;
  return deviceOf(ns, socket.interface)?.master === device;
}

function questionOf({ ns, host }: At<unknown>, { kind, program, line: quoted }: OpenSocket): OpenQuestion {
  const line: StateLine = { netns: ns.key, key: "sockets", line: quoted };
  const holder = holderWords(program);
  const socket =
    kind === "packet" ? text("packet socket", "报文套接字（packet socket）") : text("raw socket", "原始套接字");
  return {
    text: text(
      `${holder.en} in ${host.en} holds a ${socket.en} and gets this packet whatever the kernel does with it: does it answer?`,
      `${host.zh}里的${holder.zh}持有${socket.zh}，无论内核如何处理都会收到这个包：它会应答吗？`,
    ),
    missing: ["sockets"],
    state: [line],
  };
}

function holderWords(program: string | null): Text {
  return program === null ? text("a program", "某个程序") : text(program, `程序 ${program} `);
}
