// Firewalls that keep packets from passing, and translations that miss them.

import { assumedDefault } from "../../model/front-end.ts";
import type { Namespace } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import type { BaseChain } from "../../predict/filter/firewall-chain.ts";
import { iptablesChains } from "../../predict/filter/firewall-iptables.ts";
import { nftChains } from "../../predict/filter/firewall-nft.ts";

const HOOKS = [
  ["forward", text("forwarded", "要转发的")],
  ["input", text("addressed to this host", "发给本机的")],
] as const;

/** Policies that drop, and last rules that refuse everything: what comes by no rule that accepts it gets no further. */
export function chainsThatDrop(ns: Namespace): Text[] {
  return HOOKS.flatMap(([hook, what]) => {
    const chains = [...iptablesChains(ns, hook), ...nftChains(ns, ["ip", "inet"], hook, null)];
    return chains.filter(({ isNat }) => !isNat).flatMap((chain) => refusing(chain, what));
  });
}

const REFUSES_ALL =
  /^-A \S+ -j (?:REJECT|DROP)\b|^(?:\S+ ){3}(?:counter (?:packets \d+ bytes \d+ )?)?(?:reject|drop)\b/;

function refusing({ policy, line, rules }: BaseChain, what: Text): Text[] {
  const last = rules.at(-1)?.line.line ?? "";
  const decides = policy === "drop" ? line.line : REFUSES_ALL.test(last.replace(/^\w+: /, "")) ? last : null;
  return decides === null || assumedDefault(decides) !== null
    ? []
    : [
        text(
          `what is ${what.en} and no rule accepts is blocked (“${decides}”)`,
          `${what.zh}报文只要没有规则放行，就会被拦截（“${decides}”）`,
        ),
      ];
}

/** Somebody looked at the translations alone, and no rule translates source addresses. */
export function translatingNothing({ iptables }: Namespace): Text[] {
  const saved = [iptables?.nft, iptables?.legacy].join("\n");
  if (!/^\*nat$/m.test(saved) || /^\*filter$/m.test(saved) || !/^:POSTROUTING /m.test(saved)) return [];
  if (/^(?:\[\d+:\d+\]\s*)?-A POSTROUTING\b/m.test(saved)) return [];
  return [
    text(
      "no rule translates source addresses (POSTROUTING of table nat is empty): hosts behind this one get no answer from beyond, unless the next router knows a way back to them",
      "没有任何规则转换源地址（nat 表的 POSTROUTING 是空的）：这台主机后面的主机收不到外面的应答，除非上一级路由器有回到它们的路由",
    ),
  ];
}

const TRANSLATES = /^(?:\[\d+:\d+\]\s*)?-A POSTROUTING\b.*-j (?:MASQUERADE|SNAT)\b/;

/** Source addresses are translated, but not on the interface of the default route. */
export function masqueradedElsewhere({ iptables, routes = [] }: Namespace): Text[] {
  const rules = [iptables?.nft, iptables?.legacy]
    .flatMap((saved) => (saved ?? "").split("\n"))
    .map((one) => one.trim());
  const translating = rules.filter((rule) => TRANSLATES.test(rule));
  const [best] = routes
    .filter(({ table, destination, type }) => table === "main" && destination.length === 0 && type === "unicast")
    .toSorted((a, b) => a.metric - b.metric);
  const out = best?.hops[0]?.interface ?? null;
  if (out === null || translating.length === 0 || translating.some((rule) => mayCover(rule, out))) return [];
  return translating
    .slice(0, 1)
    .map((rule) =>
      text(
        `the default route leaves by ${out}, but source addresses are translated only elsewhere (“${rule}”): hosts behind this one get no answer from beyond, unless the next router knows a way back to them`,
        `默认路由的出接口是 ${out}，但源地址转换规则不在这个接口上（“${rule}”）：这台主机后面的主机收不到外面的应答，除非上一级路由器知道回去的路`,
      ),
    );
}

function mayCover(rule: string, out: string): boolean {
  const [, not, name] = /(?:(!) )?-o (\S+)/.exec(rule) ?? [];
  if (name === undefined) return true;
  const isIt = name.endsWith("+") ? out.startsWith(name.slice(0, -1)) : name === out;
  return not === undefined ? isIt : !isIt;
}
