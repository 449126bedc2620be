// Like flows told as one: of each way in which the flows of a crowd went, one is explained and stands for the others.

import { formatIpv4 } from "../model/address.ts";
import { type Crowd, type InCrowd, LEAST_OF_CROWD } from "../model/crowd.ts";
import type { Flow } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import { ownersOf } from "../system/lookup/owner.ts";

/** What is explained: flows that stand for themselves, and those that stand for a crowd. */
export interface Representative {
  readonly flow: Flow;
  /** Set where it stands for others. */
  readonly standsFor: InCrowd | null;
}

/** Chooses before anything is walked: a sweep runs no repairs and no worlds for each of its targets. */
export function chooseOfCrowds(
  flows: readonly Flow[],
  isAsked: (flow: Flow) => boolean,
  state: SystemState | null,
): Representative[] {
  const told = new Map<Crowd, Set<string>>();
  return flows.flatMap((flow): Representative[] => {
    const { inCrowd } = flow;
    const alone = inCrowd === undefined || inCrowd.alike < LEAST_OF_CROWD || flow.joinedRuns !== undefined;
    if (alone || isAsked(flow) || isOfKnownHost(flow, inCrowd.crowd, state)) return [{ flow, standsFor: null }];
    const ways = told.get(inCrowd.crowd) ?? new Set();
    if (ways.has(inCrowd.likeness)) return [];
    told.set(inCrowd.crowd, ways.add(inCrowd.likeness));
    return [{ flow, standsFor: inCrowd }];
  });
}

// What tells one member from another is one of its ends: where the state knows that host, it has a story of its own.
function isOfKnownHost(flow: Flow, { shared }: Crowd, state: SystemState | null): boolean {
  if (state === null || shared === "pair") return false;
  const ends = [shared === "target" ? null : flow.dst, shared === "asker" ? null : flow.src];
  return ends.some((end) => end !== null && ownersOf(state, end).length > 0);
}

/** How many of how many ended so, and what that is: `2,480 of 2,500 addresses asked for by 10.0.0.5 were not answered: a scan`. */
export function sentenceOf({ crowd, likeness, alike }: InCrowd): Text {
  const { members, answered, kind } = crowd;
  if (kind === "icmp-error" || kind === "other") return messagesOf(crowd);
  const heard = likeness.split(" ")[0];
  const most = heard === "silent" ? members - answered : answered;
  const count = Math.min(alike, most);
  const who = membersOf(crowd);
  const what = natureOf(crowd);
  const [n, of] = [grouped(count), grouped(members)];
  if (heard === "silent")
    return text(
      `${n} of ${of} ${who.en} were not answered${what.en}`,
      `${who.zh.replace("#", of)}，其中 ${n} 个没有应答${what.zh}`,
    );
  if (heard === "partly")
    return text(
      `${n} of ${of} ${who.en} were answered now and then${what.en}`,
      `${who.zh.replace("#", of)}，其中 ${n} 个只有部分得到应答${what.zh}`,
    );
  return text(
    `${n} of ${of} ${who.en} were answered${what.en}`,
    `${who.zh.replace("#", of)}，其中 ${n} 个有应答${what.zh}`,
  );
}

// The number stands at # in Chinese.
function membersOf({ shared, kind, src, dst }: Crowd): Text {
  const asker = src === null ? "?" : formatIpv4(src);
  const target = dst === null ? "?" : formatIpv4(dst);
  const ping = kind === "ping";
  switch (shared) {
    case "asker":
      return ping
        ? text(`addresses pinged by ${asker}`, `${asker} 一共 ping 了 # 个地址`)
        : text(`addresses asked for by ${asker}`, `${asker} 用 ARP 一共询问了 # 个地址`);
    case "target":
      return ping
        ? text(`addresses that pinged ${target}`, `一共有 # 个地址 ping 过 ${target}`)
        : text(`addresses that asked for ${target}`, `一共有 # 个地址用 ARP 询问过 ${target}`);
    case "pair":
      return ping
        ? text(`pings from ${asker} to ${target}`, `${asker} 对 ${target} 一共 ping 了 # 次`)
        : text(`ARP rounds in which ${asker} asked for ${target}`, `${asker} 一共用 ARP 询问了 ${target} # 轮`);
    case "nothing":
      return ping
        ? text("pings between ever new addresses", "不同地址之间一共有 # 次 ping")
        : text("ARP questions between ever new addresses", "不同地址之间一共有 # 次 ARP 询问");
  }
}

function natureOf({ shared }: Crowd): Text {
  switch (shared) {
    case "asker":
      return text(": a scan", "：这是在扫描");
    case "target":
      return text(": many askers, or made-up source addresses", "：询问方很多，或者源地址是伪造的");
    case "pair":
      return text("", "");
    case "nothing":
      return text(": a flood", "：这是泛洪");
  }
}

function messagesOf({ shared, kind, src, dst, members }: Crowd): Text {
  const what =
    kind === "icmp-error" ? text("ICMP errors about packets", "ICMP 差错") : text("ICMP messages", "ICMP 消息");
  const of = grouped(members);
  const asker = src === null ? "?" : formatIpv4(src);
  const target = dst === null ? "?" : formatIpv4(dst);
  switch (shared) {
    case "asker":
      return text(`${what.en} from ${asker} to ${of} addresses`, `${asker} 发往 ${of} 个地址的报文的${what.zh}`);
    case "target":
      return text(`${what.en} from ${of} addresses to ${target}`, `${of} 个地址发往 ${target} 的报文的${what.zh}`);
    case "pair":
      return text(
        `${of} × ${what.en} from ${asker} to ${target}`,
        `${of} 组 ${asker} 发往 ${target} 的报文的${what.zh}`,
      );
    case "nothing":
      return text(`${what.en} between ${of} pairs of addresses`, `${of} 对地址之间的报文的${what.zh}`);
  }
}

/** A number with its thousands apart: `2,480`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
