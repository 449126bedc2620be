// A gateway's address on two hosts: the one that cannot be meant gives it up, or the sender is told the other one's MAC address.

import { formatIpv4, formatMac, parseIpv4 } from "../../model/address.ts";
import type { Edit } from "../../model/edit.ts";
import type { CauseHit } from "../../model/finding.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { ownersOf } from "../../system/lookup/owner.ts";
import { hasOneLeg } from "../../system/lookup/router.ts";

/** Edits that are typed together, and what they do. */
interface Way {
  readonly edits: readonly Edit[];
  readonly effect: Text;
}

/** What could be done where a packet came to a host that is no router, and that has the gateway's address as another one does. */
export function gatewayProposals({ netns: here, facts: { gateway, sender } }: CauseHit, state: SystemState): Way[] {
  const address = gateway === undefined ? null : parseIpv4(gateway);
  if (address === null || here === null) return [];
  const owners = ownersOf(state, address);
  const routers = owners.filter(({ netns }) => netns !== here && isRouter(state, netns));
  if (routers.length === 0) return [];
  const wrong = owners.flatMap(({ netns, interface: device }): Way[] => {
    const held = (state.namespaces.get(netns)?.addresses ?? []).find((one) => one.local === address);
    if (netns !== here || held === undefined) return [];
    const written = `${formatIpv4(address)}/${held.prefixLength}`;
    return [{ edits: [{ kind: "address", netns, verb: "del", address: written, device }], effect: GIVES_UP }];
  });
  const entry = state.namespaces.get(sender ?? "")?.neighbours?.find((one) => one.address === address);
  if (sender === undefined || entry === undefined || !entry.states.has("PERMANENT")) return wrong;
  const right = routers.flatMap(({ netns, interface: name }): Way[] => {
    const mac = state.namespaces.get(netns)?.links?.find((link) => link.name === name)?.mac ?? null;
    if (mac === null || mac === entry.mac) return [];
    const edit = { kind: "neighbour", netns: sender, verb: "replace", address: formatIpv4(address) } as const;
    const effect = text(
      `enters the MAC address of ${netns || "this host"}, the router that has this address`,
      `改成拥有这个地址的路由器 ${netns || "本机"} 的 MAC`,
    );
    return [{ edits: [{ ...edit, mac: formatMac(mac), device: entry.interface, state: "permanent" }], effect }];
  });
  return [...wrong, ...right];
}

function isRouter({ namespaces }: SystemState, netns: string): boolean {
  const ns = namespaces.get(netns);
  return ns !== undefined && !hasOneLeg(ns);
}

const GIVES_UP = text(
  "takes the gateway's address off this host, which is no router: one address on two hosts cannot work",
  "从这台主机上删掉网关的地址：它不是路由器，同一个地址不能配在两台主机上",
);
