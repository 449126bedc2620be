// Who put a firewall rule where it is: a program that writes its chains anew speaks another language than nft or iptables.

import type { Edit } from "../model/edit.ts";
import { type Text, text } from "../model/text.ts";

/** The program that keeps a chain, and how a rule is added so that it stays. */
export interface RuleOwner {
  readonly name: "Docker" | "ufw" | "firewalld" | "kube-proxy" | "CNI" | "libvirt";
  /** Where one's own rules stay: iptables chain of the filter table; null where there is none. */
  readonly chain: string | null;
  readonly advice: Text;
}

const DOCKER: RuleOwner = {
  name: "Docker",
  chain: "DOCKER-USER",
  advice: text(
    "Docker writes this chain anew; rules of one's own belong in chain DOCKER-USER",
    "这条链由 Docker 维护，会被重写；自己的规则应放进 DOCKER-USER 链",
  ),
};
const UFW: RuleOwner = {
  name: "ufw",
  chain: null,
  advice: text(
    "ufw writes this chain anew; use `ufw allow`, or /etc/ufw/before.rules for ICMP",
    "这条链由 ufw 维护，会被重写；请用 `ufw allow`，ICMP 规则写进 /etc/ufw/before.rules",
  ),
};
const FIREWALLD: RuleOwner = {
  name: "firewalld",
  chain: null,
  advice: text(
    "firewalld writes this chain anew; use firewall-cmd (a zone, a rich rule, --remove-icmp-block)",
    "这条链由 firewalld 维护，会被重写；请用 firewall-cmd（zone、富规则、--remove-icmp-block）",
  ),
};
const KUBE_PROXY: RuleOwner = {
  name: "kube-proxy",
  chain: null,
  advice: text(
    "kube-proxy writes this chain anew from services and endpoints; change those, a rule here is overwritten",
    "这条链由 kube-proxy 按 Service 和 Endpoint 重写；请修改它们，这里的规则会被覆盖",
  ),
};
const CNI: RuleOwner = {
  name: "CNI",
  chain: null,
  advice: text(
    "the container network writes this chain anew from its network policies; a rule here is overwritten",
    "这条链由容器网络按网络策略重写；这里的规则会被覆盖",
  ),
};
const LIBVIRT: RuleOwner = {
  name: "libvirt",
  chain: null,
  advice: text(
    "libvirt writes this chain anew for its networks; put a rule of one's own into the chain that jumps here",
    "这条链由 libvirt 为其网络重写；自己的规则请放进跳转到这里的那条链",
  ),
};

const BY_CHAIN: readonly (readonly [RegExp, RuleOwner])[] = [
  [
    /^DOCKER-USER$/,
    { ...DOCKER, advice: text("chain DOCKER-USER is for rules of one's own", "DOCKER-USER 链就是留给自定义规则的") },
  ],
  [/^DOCKER/, DOCKER],
  [/^ufw6?-/, UFW],
  [
    /^(?:IN|FWD[IO]?|FORWARD|POST|PRE)_(?:public|home|work|trusted|dmz|block|drop|external|internal)|_ZONES|^FirewallD/,
    FIREWALLD,
  ],
  [/^KUBE-/, KUBE_PROXY],
  [/^(?:CNI-|cali-|CILIUM_|FLANNEL-|WEAVE|NETAVARK)/, CNI],
  [/^LIBVIRT_/, LIBVIRT],
];
const BY_TABLE: readonly (readonly [RegExp, RuleOwner])[] = [
  [/^firewalld$/, FIREWALLD],
  [/^kube-proxy$/, KUBE_PROXY],
  [/^(?:cali|cilium|netavark|cni)/, CNI],
  [/^docker/, DOCKER],
];

/** Who keeps the chain; null where nobody does but whoever typed its rules. `table` is nft's, as `filter` or `firewalld`. */
export function ownerOf(table: string, chain: string): RuleOwner | null {
  for (const [pattern, owner] of BY_TABLE) if (pattern.test(table)) return owner;
  for (const [pattern, owner] of BY_CHAIN) if (pattern.test(chain)) return owner;
  return null;
}

/** Who keeps the chain that the edit changes; null where nobody does, or it changes no rule. */
export function ownerOfEdit(edit: Edit): RuleOwner | null {
  switch (edit.kind) {
    case "nft-rule":
      return ownerOf(edit.chain.table, edit.chain.name);
    case "tables-rule":
      return ownerOf(edit.table ?? "filter", edit.chain);
    case "policy":
      return "tool" in edit.chain ? null : ownerOf(edit.chain.table, edit.chain.name);
    default:
      return null;
  }
}
