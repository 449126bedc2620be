// What `lab from` says beside the report: what was not rebuilt, whether it came out as reported, what the fix did.

import type { Verdict } from "../../model/report.ts";
import { printable, type Text, text } from "../../model/text.ts";
import type { FixTried, PingOutcome, Rebuilt } from "./from.ts";

/** Lines for a person, in their order. */
export function wordsOfRebuilt({ leftOut, reported, now, same, fix }: Rebuilt): Text[] {
  return [...leftOut.map((one) => one.text), comparison(reported, now, same), ...(fix === null ? [] : [fixWords(fix)])];
}

function comparison(reported: PingOutcome, now: PingOutcome, same: boolean): Text {
  const before = outcomeWords(reported);
  const after = outcomeWords(now);
  return same
    ? text(`Rebuilt, it came out as reported: ${after.en}.`, `重建后的结果与报告相符：${after.zh}。`)
    : text(
        `Rebuilt, it came out otherwise: reported ${before.en}; now ${after.en}.`,
        `重建后的结果与报告不符：报告为${before.zh}；现在为${after.zh}。`,
      );
}

const VERDICTS: Readonly<Record<Verdict, Text>> = {
  worked: text("answered", "有应答"),
  "worked-with-trouble": text("answered, with trouble", "有应答，但有问题"),
  failed: text("failed", "失败"),
  "cannot-tell": text("cannot tell", "无法判断"),
};

function outcomeWords({ verdict, code, exitCode }: PingOutcome): Text {
  const end = verdict === null ? text("nothing", "无结果") : VERDICTS[verdict];
  const cause = code === null ? "" : ` (${code})`;
  const status = exitCode === null ? text("", "") : text(`, exit status ${exitCode}`, `，退出状态 ${exitCode}`);
  return text(`${end.en}${cause}${status.en}`, `${end.zh}${cause}${status.zh}`);
}

function fixWords(fix: FixTried): Text {
  if (fix.kind === "none") return text("The report has no fix to type.", "报告里没有可执行的修复命令。");
  const command = printable(fix.command);
  if (fix.kind === "not-typed") {
    return text(
      `The first fix was not typed, since it only looks or has a blank to fill in: ${command}`,
      `第一条修复命令没有执行（它只是查看，或有待填写的内容）：${command}`,
    );
  }
  if (fix.refused !== null) {
    const why = printable(fix.refused.split("\n")[0] ?? "");
    return text(`The first fix was refused: ${command}: ${why}`, `第一条修复命令被拒绝：${command}：${why}`);
  }
  return fix.exitCode === 0
    ? text(`The first fix worked, the ping is answered: ${command}`, `第一条修复命令有效，ping 有应答：${command}`)
    : text(
        `The first fix did not help, the ping still fails: ${command}`,
        `第一条修复命令无效，ping 仍然失败：${command}`,
      );
}
