// xfrm: what IPsec policies say of a plain packet that leaves, comes in or passes through.

import { formatIpv4, inPrefix } from "../../model/address.ts";
import type { StateLine } from "../../model/evidence.ts";
import type { IpsecPolicy, Namespace } from "../../model/system-state.ts";
import { text } from "../../model/text.ts";
import { effectiveSysctl } from "../../system/lookup/sysctl.ts";
import type { At } from "../at.ts";
import type { Halt } from "../hits.ts";
import type { Datagram } from "../message.ts";

type Addresses = Pick<Datagram, "source" | "destination" | "segment">;

/** A packet, or what ping's probing connect looks up, in front of the policies of one direction. */
export interface PolicyPass {
  readonly direction: IpsecPolicy["direction"];
  readonly device: string;
  /** `udp` for the probe. */
  readonly protocol?: "icmp" | "tcp" | "udp";
}

/** What the policies decide: null where the packet goes on as it is. */
interface Judged {
  readonly policy: IpsecPolicy;
  /** Refused for sure; else nobody can tell what becomes of it. */
  readonly refused: boolean;
}

/** xfrm_lookup, __xfrm_policy_check. */
function judge(ns: Namespace, { source, destination, segment }: Addresses, pass: PolicyPass): Judged | null {
  const { direction, device, protocol = segment?.what.protocol ?? "icmp" } = pass;
  // A loopback device is left alone (DST_NOXFRM, DST_NOPOLICY), and whatever is told to be.
  const exempt = direction === "in" ? "disable_policy" : "disable_xfrm";
  if (ns.policies === undefined || device === "lo" || effectiveSysctl(ns, exempt, device)?.value === 1) return null;
  const fitting = ns.policies.filter(
    (policy) =>
      policy.direction === direction &&
      inPrefix(source, policy.from) &&
      inPrefix(destination, policy.to) &&
      (policy.interface === null || policy.interface === device) &&
      (policy.protocol === null || policy.protocol === protocol),
  );
  // The lowest number counts, and of equals the oldest, which the dump shows last.
  const [first] = fitting.reverse().sort((a, b) => a.priority - b.priority);
  if (first === undefined) return null;
  const others = fitting.filter((one) => one.block !== first.block || one.template !== first.template);
  const clear = !first.unread && others.every(({ priority }) => priority > first.priority);
  if (clear && !first.block && !first.template) return null;
  // Received without protection where a template asks for it; what leaves is protected if there is a key for it.
  return { policy: first, refused: clear && (first.block || direction !== "out") };
}

/** The packet ends here, or state does not tell; null where it goes on. */
export function passPolicies(at: At<Addresses>, pass: PolicyPass): Halt | null {
  const judged = judge(at.ns, at.packet, { ...pass });
  if (judged === null) return null;
  const line: StateLine = policyLine(at.ns, judged.policy);
  if (!judged.refused) {
    const question = text(
      `what does the IPsec policy “${line.line}” do with this packet?`,
      `IPsec 策略“${line.line}”如何处理这个包？`,
    );
    at.tell("open", question, { lines: [line] });
    return at.open(["xfrm"], question, ["xfrm-policy-block"]);
  }
  return at.stop({
    code: "xfrm-policy-block",
    says: text(
      `an IPsec policy of ${at.host.en} refuses the plain packet`,
      `${at.host.zh}的 IPsec 策略拒绝这个明文报文`,
    ),
    lines: [line],
    facts: {
      source: formatIpv4(at.packet.source),
      target: formatIpv4(at.packet.destination),
      owner: at.ns.key,
      state: pass.direction,
      rule: selectorOf(judged.policy),
    },
  });
}

/** As `ip xfrm policy` prints it. */
function policyLine({ key }: Namespace, { line }: IpsecPolicy): StateLine {
  return { netns: key, key: "xfrm", line };
}

// What `ip xfrm policy delete` wants.
function selectorOf({ line }: IpsecPolicy): string {
  return line.replace(/ (?:action block|priority \d+|tmpl)/g, "");
}
