// What is said of a packet that a firewall's log names: the prefix of the line is all that tells what became of it.

import type { Code } from "./code.ts";
import type { Facts } from "./finding.ts";
import { allowedByUfw, openedByFirewalld } from "./front-end.ts";
import type { Remedy } from "./remedy.ts";
import { type Text, text } from "./text.ts";

/** The headline: the title, and how it was logged; null where no log speaks. */
export function loggedHeadline(title: Text, { basis, logged }: Facts): Text | null {
  if (basis !== "log") return null;
  const prefix = logged === undefined ? text("", "") : text(` as “${logged}”`, `，前缀为“${logged}”`);
  return text(`${title.en} (logged${prefix.en})`, `${title.zh}（日志有记录${prefix.zh}）`);
}

/** The summary; null where no log speaks. */
export function loggedSummary(code: Code, facts: Facts): Text | null {
  const { basis, logged, source, target } = facts;
  if (basis !== "log") return null;
  const way = wayOf(facts);
  const prefix = logged === undefined ? text("Its prefix", "日志前缀") : text(`“${logged}”`, `“${logged}”`);
  const became = code !== "nft-reject" ? text("dropped", "丢弃") : text("refused", "拒绝");
  return text(
    `The kernel's log names this packet from ${source ?? "the sender"} to ${target ?? "the target"}${way.en}. ${prefix.en} says that the firewall has ${became.en} it; the rule that did so is not in the log.`,
    `内核日志里有从 ${source ?? "发送方"} 到 ${target ?? "目标"} 的这个报文${way.zh}。${prefix.zh}表明防火墙把它${became.zh}了；日志里没有写明是哪条规则。`,
  );
}

function wayOf({ inInterface, outInterface }: Facts): Text {
  if (inInterface !== undefined && outInterface !== undefined)
    return text(
      `, on its way through that host from ${inInterface} to ${outInterface}`,
      `，当时正由那台主机从 ${inInterface} 转发到 ${outInterface}`,
    );
  if (inInterface !== undefined)
    return text(
      `, which came in by ${inInterface} and was for that host`,
      `，它从 ${inInterface} 进来，目的地就是那台主机`,
    );
  return outInterface === undefined
    ? text("", "")
    : text(`, which that host itself sent out by ${outInterface}`, `，它由那台主机自己经 ${outInterface} 发出`);
}

/** Whether firewalld made the rule, by the names of its chains. */
export function isOfFirewalld(prefix: string): boolean {
  return /^(?:filter_)?(?:IN|FWD[IO]?|FWD)_[\w-]+_(?:DROP|REJECT)$|^FINAL_REJECT$/.test(prefix);
}

/** What opens the port in the tool whose rule has logged it; of other tools nothing is known. */
export function loggedFixes(facts: Facts, netns: string | null): readonly Remedy[] {
  const { basis, logged = "", protocol, service, inInterface, outInterface, target } = facts;
  if (basis !== "log" || protocol === undefined || service === undefined || inInterface === undefined) return [];
  if (/\bUFW\b/.test(logged)) {
    const words =
      outInterface === undefined
        ? `ufw allow in on ${inInterface} to any port ${service} proto ${protocol}`
        : `ufw route allow in on ${inInterface} out on ${outInterface} to ${target ?? "any"} port ${service} proto ${protocol}`;
    return [allowedByUfw(netns, words)];
  }
  if (!isOfFirewalld(logged) || outInterface !== undefined) return [];
  const zone = /^(?:filter_)?IN_([\w-]+)_/.exec(logged)?.[1] ?? null;
  return [openedByFirewalld(netns, zone, `${service}/${protocol}`)];
}
