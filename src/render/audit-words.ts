// The sentences of an audit, in both languages, whatever writes them.

import type { Audit, AuditFault, AuditNotice, AuditOpen, AuditUnmended } from "../model/audit.ts";
import { printable, type Text, text } from "../model/text.ts";

/** What is listed below the faults. */
export const UNMENDED = text("No fix is known for", "没有已知的修复办法");
export const ALSO = text("Also", "另外");
export const OPEN = text("Not in the state", "状态里没有");

/** What was audited, how the pairs end, and the answer. */
export function auditHead(audit: Audit): readonly [title: Text, counts: Text, answer: Text] {
  const { transport, name } = audit;
  const port = transport === null ? "ping" : `${transport.protocol} ${transport.destinationPort}`;
  const file = printable(name);
  const title = text(
    `${file}, all pairs by ${port}, each from the source that its routes choose`,
    `${file}，所有主机对（${port}，源地址由各自的路由选定）`,
  );
  return [title, countsOf(audit), answerOf(audit)];
}

function countsOf({ counts }: Audit): Text {
  const { hosts, addresses, pairs, answered, failed, closed, open, exits, apart, classes } = counts;
  const en = [
    `${plural(hosts, "host")}, ${plural(addresses, "address", "addresses")}, ${plural(pairs, "pair")}: ${answered} answered, ${failed} failed`,
    ...(closed > 0 ? [`${closed} to a port where nothing listens`] : []),
    ...(open > 0 ? [`${open} cannot be told`] : []),
    ...(exits > 0 ? [`${exits} leave the state`] : []),
  ].join(", ");
  const zh = [
    `${hosts} 台主机，${addresses} 个地址，${pairs} 对：${answered} 对有应答，${failed} 对失败`,
    ...(closed > 0 ? [`${closed} 对的目标端口无人监听`] : []),
    ...(open > 0 ? [`${open} 对无法判断`] : []),
    ...(exits > 0 ? [`${exits} 对离开了状态所知的范围`] : []),
  ].join("，");
  const rest = apart > 0 ? text(`; ${apart} more that no cable joins`, `；另有 ${apart} 对之间没有线路`) : text("", "");
  const alike = text(`; ${plural(classes, "class", "classes")} of pairs alike`, `；归为 ${classes} 类`);
  return text(`${en}${rest.en}${alike.en}.`, `${zh}${rest.zh}${alike.zh}。`);
}

function answerOf({ counts, faults, mended }: Audit): Text {
  const { failed, passing, hidden, open, exits } = counts;
  const lasting = failed - passing + hidden;
  if (counts.pairs === 0)
    return text(
      "Nothing to audit: an audit needs two hosts with addresses, and a way between them.",
      "没有可审计的内容：至少需要两台有地址、彼此相连的主机。",
    );
  const waits =
    passing > 0
      ? text(
          ` ${plural(passing, "pair")} will be answered within minutes, without any change.`,
          ` 另有 ${passing} 对过几分钟会自行恢复。`,
        )
      : text("", "");
  const remembered =
    hidden > 0
      ? text(
          ` ${plural(hidden, "pair")} still work only by what was learned and will fail when it has expired.`,
          ` 有 ${hidden} 对目前只靠已学到的表项才有应答，表项过期后就会失败。`,
        )
      : text("", "");
  if (lasting === 0) {
    const rest = open + exits;
    const well =
      rest > 0
        ? text("No fault was found in what the state holds.", "在状态所含的范围内没有发现故障。")
        : text(
            "No fault was found: by this state all pairs would be answered.",
            "没有发现故障：按这份状态，所有主机对都会有应答。",
          );
    const head = counts.closed > 0 && rest === 0 ? text("No fault was found.", "没有发现故障。") : well;
    return text(head.en + waits.en, head.zh + waits.zh);
  }
  if (faults.length === 0) {
    const none = text(
      `${plural(lasting, "pair")} fail, and no change that is known here mends any of them.`,
      `有 ${lasting} 对失败，没有已知的改动能修复其中任何一对。`,
    );
    return text(none.en + waits.en + remembered.en, none.zh + waits.zh + remembered.zh);
  }
  const found = text(
    `${plural(faults.length, "fault")} ${faults.length === 1 ? "explains" : "explain"} ${mended} of ${plural(lasting, "failing pair")}.`,
    `${faults.length} 处故障解释了 ${lasting} 对失败中的 ${mended} 对。`,
  );
  return text(found.en + waits.en + remembered.en, found.zh + waits.zh + remembered.zh);
}

/** How many pairs a fault explains, and one of them. */
export function pairWords({ explains, pair, alsoAs }: AuditFault): Text {
  const { netns, destination } = pair;
  const names = alsoAs.slice(0, 3).join(", ");
  const other = names === "" ? text("", "") : text(`; also seen as ${names}`, `；也表现为 ${names}`);
  const who = netns === "" ? text("this host", "本机") : text(printable(netns), printable(netns));
  return text(
    `explains ${plural(explains, "pair")}, for instance ${who.en} -> ${destination}${other.en}`,
    `解释了 ${explains} 对，例如 ${who.zh} -> ${destination}${other.zh}`,
  );
}

/** What the walks after its fix say. */
export function faultProof({ alone, of, fix: { host } }: AuditFault): Text {
  const there = host === undefined ? text("", "") : text(`on ${host}; `, `在 ${host} 上；`);
  return text(
    `${there.en}after it ${alone} of ${plural(of, "failing pair")} would work, and none that works would fail`,
    `${there.zh}执行之后，${of} 对失败中有 ${alone} 对会有应答，原来正常的都不受影响`,
  );
}

/** Pairs that nothing mends. */
export function unmendedWords({ finding, pair, pairs }: AuditUnmended): Text {
  const where = pair.netns === "" ? "" : `${printable(pair.netns)} `;
  return text(
    `${plural(pairs, "pair")}: ${finding.headline.en} (${finding.code}), for instance ${where}-> ${pair.destination}`,
    `${pairs} 对：${finding.headline.zh}（${finding.code}），例如 ${where}-> ${pair.destination}`,
  );
}

/** What stands out. */
export function noticeWords({ text: words, pairs }: AuditNotice): Text {
  return pairs === null ? words : text(`${words.en}: ${plural(pairs, "pair")}`, `${words.zh}：${pairs} 对`);
}

/** What is left open, by the parts that are missing. */
export function openWords({ text: words, missing, pairs }: AuditOpen): Text {
  const parts = missing.length === 0 ? text("", "") : text(` (${missing.join(", ")})`, `（${missing.join("、")}）`);
  return text(`${plural(pairs, "pair")}: ${words.en}${parts.en}`, `${pairs} 对：${words.zh}${parts.zh}`);
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
