// br_netfilter at a bridge's forward hook takes the frame out of the bridge's chains and goes on behind priority 0 only
// (br_nf_hook_thresh): which chains of priority 0 have seen the frame by then depends on kernel and order.

import type { Link } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import type { At } from "../at.ts";
import type { Frame } from "../message.ts";
import type { BaseChain } from "./firewall-chain.ts";

/** br_nf_forward_ip stood in front of priority 0 up to here; since 6.12 at the latest the order of registration decides. */
const LAST_BEFORE = [6, 1] as const;

/** Whether br_netfilter shows bridged frames of this kind to the IP or ARP hooks. */
export function callsTables({ ns }: At<Frame>, bridge: Link, tables: "iptables" | "arptables"): boolean {
  if (ns.notLoaded.has("sysctl.net.bridge")) return false;
  const key = `net.bridge.bridge-nf-call-${tables}`;
  return ns.sysctl?.get(key) === "1" || Number(bridge.data[`nf_call_${tables}`]) === 1;
}

/** The chains of family bridge that see a frame between two ports. */
export function seenForward(at: At<Frame>, bridge: Link, chains: readonly BaseChain[]): readonly BaseChain[] {
  const isIp = "length" in at.packet.payload;
  const [met] = chains.filter(({ priority }) => priority === 0);
  if (met === undefined || !callsTables(at, bridge, isIp ? "iptables" : "arptables")) return chains;
  if (isIp && isBefore(at.walk.state.kernel)) return chains.filter((chain) => chain !== met && chain.priority !== 0);
  const question = {
    text: text(
      `does the chain ${met.name} (priority 0) see this frame? Behind br_netfilter only if it was made after the bridge, which state does not tell`,
      `优先级为 0 的链 ${met.name} 能看到这个帧吗？有 br_netfilter 时，只有在网桥之后建立的链才能看到，而状态里看不出先后`,
    ),
    missing: [],
    state: [met.line],
  };
  if (at.walk.choose(`order of chains ${at.ns.key} ${bridge.name}`, 2, question) === 0) return chains;
  return chains.filter(({ priority }) => priority !== 0);
}

function isBefore(kernel: string | null): boolean {
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(kernel ?? "") ?? []).slice(1).map(Number);
  if (major === undefined || minor === undefined) return false;
  return major < LAST_BEFORE[0] || (major === LAST_BEFORE[0] && minor <= LAST_BEFORE[1]);
}
