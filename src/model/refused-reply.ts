// A route or a rule of the answering host that refuses its reply, as the causes of refused routes tell it.

import type { Facts } from "./finding.ts";
import { type Text, text } from "./text.ts";

/** What a person gets to read; null where it is the pinging host that refuses. */
export function refusedReply({ router, target, source, route, rule }: Facts): Text | null {
  if (router === undefined) return null;
  const quoted = route ?? rule;
  const what = quoted === undefined ? text("a route or a rule", "路由或策略规则") : text(`"${quoted}"`, `“${quoted}”`);
  return text(
    `The echo request arrives. For its reply from ${source ?? "the target"} to ${target ?? "the asker"} ${router === "" ? "the answering host" : router} looks up a route, and ${what.en} says no: the kernel gives up without a message, a counter or an ICMP error, so that the asker waits in vain.`,
    `echo 请求到了。${router === "" ? "应答主机" : ` ${router} `}为从 ${source ?? "目标"} 到 ${target ?? "询问方"} 的应答查路由，而${what.zh}不允许：内核放弃应答，没有消息、没有计数，也没有 ICMP 差错，询问方白等。`,
  );
}
