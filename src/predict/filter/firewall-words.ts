// What a firewall does with a packet, in sentences.

import { type Text, text } from "../../model/text.ts";
import { printedPart } from "../../model/typed-line.ts";
import type { BaseChain, Ruling } from "./firewall-chain.ts";

/** What a ruling by the rules alone rests on. */
export function uncounted(): Text {
  return text("these rules as state holds them; no counter was watched", "依据状态里的规则；没有观察计数器");
}

/** A rule that may hold or not. */
export function doubtful(rule: string): Text {
  return text(
    `whether “${rule}” applies to a packet cannot be told from the rules alone`,
    `规则“${rule}”对某个报文是否生效，只看规则无法判断`,
  );
}

/** A rule or a policy that ends the packet. */
export function dropWords(
  host: Text,
  chain: BaseChain,
  ruling: Extract<Ruling, { kind: "drop" | "reject" }>,
  where: string,
): Text {
  const verb = ruling.kind === "reject" ? text("rejects", "拒绝（reject）") : text("drops", "丢弃");
  if (!ruling.rule)
    return text(
      `the firewall of ${host.en} (${chain.name}, hook ${where}) ${verb.en} it by its policy`,
      `${host.zh}的防火墙（${chain.name}，${where} 钩子）按默认策略${verb.zh}了它`,
    );
  const rule = printedPart(ruling.rule.line);
  return text(
    `the firewall of ${host.en} (${chain.name}, hook ${where}) ${verb.en} it: ${rule}`,
    `${host.zh}的防火墙（${chain.name}，${where} 钩子）${verb.zh}了它：${rule}`,
  );
}

/** The same, of a datagram in fragments of which the first passes. */
export function laterPieces({ en, zh }: Text): Text {
  return text(`${en} (the fragments after the first)`, `${zh}（第一个之后的分片）`);
}
