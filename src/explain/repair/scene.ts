// What stands out in the state whatever stopped the packet: an address twice, an entry with another host's MAC address, two
// lengths of one subnet; and the option of ping that forced it there.

import { formatIpv4, formatMac, type Ipv4, inPrefix } from "../../model/address.ts";
import type { Edit } from "../../model/edit.ts";
import type { InterfaceAddress, SystemState } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { Attempt } from "../../model/trace.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { segmentFrom } from "../../system/lookup/segment.ts";
import type { HitPlace, Proposal } from "./proposals.ts";

/** What could be done about them, for a ping that was stopped. */
export function sceneProposals(attempt: Attempt, place: HitPlace): Proposal[] {
  const ends = [place.destination, ...(place.source === null ? [] : [place.source])];
  return [
    ...ends.flatMap((end) => wrongEntries(place.state, end)),
    ...(place.source === null ? [] : otherHolders(place.state, place.source, place.asker)),
    ...ends.flatMap((end) => otherLengths(place.state, end)),
    ...unbound(attempt),
  ];
}

function unbound({ source, outInterface, destination, netns, origin, transport }: Attempt): Proposal[] {
  if (transport !== undefined || origin !== "command" || (source === null && outInterface === null)) return [];
  const effect = text("without -I: the kernel then chooses source and interface", "不带 -I：由内核选择源地址和接口");
  return [{ edits: [{ kind: "question", netns, target: formatIpv4(destination), bind: null }], effect }];
}

// An entry that was typed stays, whatever ARP would say.
function wrongEntries(state: SystemState, address: Ipv4): Proposal[] {
  const owners = ownersOf(state, address);
  const [owner] = owners;
  const macs = owners.map(({ netns, interface: name }) => macOf(state, netns, name));
  if (owner === undefined || macs[0] === null || macs[0] === undefined) return [];
  const right = macs[0];
  return [...state.namespaces.values()].flatMap((ns) =>
    (ns.neighbours ?? []).flatMap((entry): Proposal[] => {
      const held = entry.mac === null ? null : formatMac(entry.mac);
      if (entry.address !== address || !entry.states.has("PERMANENT") || held === null || held === right) return [];
      const effect = text(
        `enters the MAC address of ${owner.netns || "this host"}, which has this address`,
        `改成 ${owner.netns || "本机"} 的 MAC：这个地址在它那里`,
      );
      const edit: Edit = {
        kind: "neighbour",
        netns: ns.key,
        verb: "replace",
        address: formatIpv4(address),
        mac: right,
        device: entry.interface,
        state: "permanent",
      };
      return [{ edits: [edit], effect }];
    }),
  );
}

function macOf(state: SystemState, netns: string, name: string): string | null {
  const mac = state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.mac ?? null;
  return mac === null ? null : formatMac(mac);
}

function otherHolders(state: SystemState, source: Ipv4, asker: string): Proposal[] {
  return holdersOf(state, source)
    .filter(({ netns }) => netns !== asker)
    .map(({ netns, address }) => ({
      edits: [{ kind: "address", netns, verb: "del", address: written(address), device: address.interface }],
      effect: text(
        "takes the asker's address off this host: one address on two hosts cannot work",
        "从这台主机上删掉请求方的地址：同一个地址不能配在两台主机上",
      ),
    }));
}

// Hosts of one segment that hold different lengths of one subnet: this one is given the others' length.
function otherLengths(state: SystemState, end: Ipv4): Proposal[] {
  return holdersOf(state, end).flatMap(({ netns, address }) => {
    const lengths = segmentFrom(state, { netns, interface: address.interface })
      .flatMap((place) =>
        (state.namespaces.get(place.netns)?.addresses ?? []).filter((one) => one.interface === place.interface),
      )
      .filter((one) => one.prefixLength !== address.prefixLength && areTogether(one, address))
      .map(({ prefixLength }) => prefixLength);
    return [...new Set(lengths)].map((length): Proposal => {
      const local = formatIpv4(address.local);
      const changed = { kind: "address", netns, device: address.interface } as const;
      return {
        edits: [
          { ...changed, verb: "add", address: `${local}/${length}` },
          { ...changed, verb: "del", address: written(address) },
        ],
        effect: text(
          `gives ${local} the prefix length that the other host on this link has`,
          `把 ${local} 的前缀长度改成与本链路上另一台主机一致`,
        ),
      };
    });
  });
}

function areTogether(a: InterfaceAddress, b: InterfaceAddress): boolean {
  const length = Math.min(a.prefixLength, b.prefixLength);
  return inPrefix(a.local, { address: b.local, length });
}

function holdersOf(state: SystemState, wanted: Ipv4): { netns: string; address: InterfaceAddress }[] {
  return [...state.namespaces.values()].flatMap((ns) =>
    (ns.addresses ?? []).flatMap((address) =>
      address.local === wanted && address.prefixLength < 32 ? [{ netns: ns.key, address }] : [],
    ),
  );
}

function written({ local, prefixLength }: InterfaceAddress): string {
  return `${formatIpv4(local)}/${prefixLength}`;
}
