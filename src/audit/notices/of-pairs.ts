// What shows in how the pairs end: loops, places that swallow without a word, pairs of one way, subnets that nobody outside reaches.

import { formatIpv4, type Ipv4, inPrefix, isLoopback, type Prefix } from "../../model/address.ts";
import type { AuditNotice } from "../../model/audit.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import { printable, text } from "../../model/text.ts";
import { ownersIn, type PairClass } from "../classes/pairs.ts";
import { isFailing } from "../faults.ts";
import type { End } from "../walks.ts";
import type { Noticed } from "./noticed.ts";
import { fewOf, placeName } from "./place-name.ts";

interface EndOfClass {
  readonly one: PairClass;
  readonly end: End;
}

function endsOf({ state, walks, all }: Noticed): EndOfClass[] {
  return all.classes.map((one) => ({ one, end: walks.end(state, one.askers[0], one.destinations[0]) }));
}

const LOOPS = new Set(["bridge-loop", "routing-loop"]);

/** Loops of bridges and of routers that a packet of some pair meets. */
export function loops(noticed: Noticed): AuditNotice[] {
  const found = new Map<string, { readonly hit: CauseHit; pairs: number }>();
  for (const { one, end } of endsOf(noticed))
    for (const hit of [...(end.hit === null ? [] : [end.hit]), ...end.besides]) {
      if (!LOOPS.has(hit.code)) continue;
      const key = hit.code === "bridge-loop" ? `${hit.code} ${hit.netns}` : hit.code + (hit.facts.target ?? "");
      const known = found.get(key);
      if (known === undefined) found.set(key, { hit, pairs: one.pairs });
      else known.pairs += one.pairs;
    }
  return [...found.values()].map(({ hit, pairs }) => {
    const place = hit.netns === null ? "?" : placeName(hit.netns, hit.interface ?? "");
    const words =
      hit.code === "bridge-loop"
        ? text(`flooded frames go round without end at ${place}`, `泛洪的帧在 ${place} 无休止地打转`)
        : text(
            `packets go round between routers until their TTL is used up, last at ${place}`,
            `报文在路由器之间兜圈子，直到 TTL 用尽，最后到 ${place}`,
          );
    return { kind: "loop", text: words, netns: hit.netns === null ? [] : [hit.netns], pairs };
  });
}

/** Hosts where packets vanish and the asker hears nothing. */
export function blackHoles(noticed: Noticed): AuditNotice[] {
  const found = new Map<string, { codes: Set<string>; pairs: number }>();
  for (const { one, end } of endsOf(noticed)) {
    if (!isFailing(end) || !end.isSilent || end.hit === null || end.hit.netns === null) continue;
    const known = found.get(end.hit.netns) ?? { codes: new Set(), pairs: 0 };
    known.codes.add(end.hit.code);
    known.pairs += one.pairs;
    found.set(end.hit.netns, known);
  }
  return [...found]
    .sort(([, a], [, b]) => b.pairs - a.pairs)
    .map(([netns, { codes, pairs }]): AuditNotice => {
      const host = netns === "" ? text("this host", "本机") : text(printable(netns), printable(netns));
      const list = fewOf([...codes]);
      const words = text(`${host.en} swallows without a word (${list})`, `${host.zh} 不作任何回应地丢弃（${list}）`);
      return { kind: "black-hole", text: words, netns: [netns], pairs };
    });
}

/** Pairs of which one gets its answer and the other does not. */
export function oneWayPairs(noticed: Noticed): AuditNotice[] {
  const { state, walks } = noticed;
  const owners = ownersIn(state);
  const found = new Map<string, { pairs: number; sample: readonly [string, string, Ipv4]; hit: CauseHit }>();
  for (const { one, end } of endsOf(noticed)) {
    const [asker, destination] = [one.askers[0], one.destinations[0]];
    const owner = owners.get(destination)?.[0];
    if (end.kind !== "answered" || end.source === null || owner === undefined) continue;
    const back = walks.end(state, owner, end.source);
    if (!isFailing(back) || back.hit === null) continue;
    const key = `${back.hit.code} ${back.hit.netns}`;
    const known = found.get(key);
    if (known !== undefined) known.pairs += one.pairs;
    else found.set(key, { pairs: one.pairs, sample: [asker, owner, end.source], hit: back.hit });
  }
  return [...found.values()].map(({ pairs, sample: [asker, owner, source], hit }) => ({
    kind: "one-way",
    text: text(
      `answered one way only: ${named(asker)} gets answers from ${named(owner)}, which gets none from ${formatIpv4(source)} (${hit.code})`,
      `只有单向有应答：${named(asker)} 能得到 ${named(owner)} 的应答，反过来 ping ${formatIpv4(source)} 则没有（${hit.code}）`,
    ),
    netns: [asker, owner],
    pairs,
  }));
}

function named(netns: string): string {
  return netns === "" ? "this host" : printable(netns);
}

/** Subnets of which no address answers anybody outside of them. */
export function unansweredSubnets(noticed: Noticed): AuditNotice[] {
  const { state, walks, all } = noticed;
  const ends = endsOf(noticed);
  return subnetsIn(state).flatMap((subnet): AuditNotice[] => {
    const isInside = (netns: string): boolean => holdsIn(state, netns, subnet);
    const own = all.addresses.filter((address) => inPrefix(address, subnet));
    let pairs = 0;
    for (const { one, end } of ends) {
      const within = one.destinations.filter((address) => inPrefix(address, subnet));
      if (within.length === 0) continue;
      const outside = one.askers.filter((asker) => !isInside(asker));
      const [some] = outside;
      const [address] = within;
      if (some === undefined || address === undefined) continue;
      // What stands for the class may be inside of this subnet, and then asks from elsewhere than these.
      const theirs = isInside(one.askers[0]) ? walks.end(state, some, address) : end;
      if (theirs.kind !== "stopped") return [];
      pairs += outside.length * within.length;
    }
    if (pairs === 0) return [];
    const name = `${formatIpv4(subnet.address)}/${subnet.length}`;
    return [
      {
        kind: "unanswered-subnet",
        text: text(
          `${name}: nobody outside gets an answer from any of its ${own.length} addresses`,
          `${name}：网段外的主机得不到其中 ${own.length} 个地址的任何应答`,
        ),
        netns: [],
        pairs,
      },
    ];
  });
}

function subnetsIn({ namespaces }: SystemState): Prefix[] {
  const found = new Map<string, Prefix>();
  for (const { addresses = [] } of namespaces.values())
    for (const { local, prefixLength } of addresses) {
      if (isLoopback(local) || prefixLength > 30) continue;
      const size = 2 ** (32 - prefixLength);
      const address = (Math.floor(local / size) * size) as Ipv4;
      found.set(`${address}/${prefixLength}`, { address, length: prefixLength });
    }
  return [...found.values()];
}

function holdsIn({ namespaces }: SystemState, netns: string, subnet: Prefix): boolean {
  return (namespaces.get(netns)?.addresses ?? []).some(({ local }) => inPrefix(local, subnet));
}
