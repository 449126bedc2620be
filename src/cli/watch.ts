// pktwhy watch: one line for each exchange as it is settled, marks where something changes, and a summary at the end.

import { type Command, Option } from "commander";
import { UNUSABLE } from "../case/exit-status.ts";
import { usageError } from "../case/usage-error.ts";
import { WATCHER } from "../live/watch/messages.ts";
import type { WatchOptions } from "../live/watch/watch.ts";
import { nearest } from "../model/nearest.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { backendOption, collected, kernelEventsOption, writeOption } from "./live-options.ts";
import { wholeNumber } from "./report-options.ts";
import { isOutputLost, looksOf, outliveOutput, tell } from "./terminal.ts";

const FORMATS = ["text", "jsonl", "json"] as const;

/** Adds the command, and the internal one that reads the packets for it. */
export function addWatch(program: Command, say: Say, language: Language): void {
  const command = program
    .command("watch")
    .summary(say(text("report each ping and ARP exchange as it happens", "实时讲述每次 ping 和 ARP 交互")))
    .description(
      say(
        text(
          "Reports each ping and ARP exchange in one line as soon as its outcome is known: where it went, how long it took or why it failed.\nMarks what changes: first loss, recovery, a new MAC address, a link that goes down. Ctrl-C prints a summary. Needs root.",
          "每次 ping 或 ARP 交互一有结果就用一行讲述：经过哪里、耗时多少、为什么失败。\n并标出变化：首次丢失、恢复、MAC 地址变化、链路 down。按 Ctrl-C 显示小结。需要 root。",
        ),
      ),
    )
    .argument("[filter...]", say(text("pcap filter instead of 'arp or icmp'", "代替 'arp or icmp' 的 pcap 过滤表达式")))
    .option(
      "-i, --interface <if[@netns]>",
      say(
        text(
          "where to watch (repeatable); any for all (the default)",
          "在哪里观察（可重复）；any 表示全部接口（默认）",
        ),
      ),
      collected,
    )
    .option("-c, --count <n>", say(text("end after n exchanges", "n 次交互后结束")), wholeNumber)
    .addOption(writeOption(say))
    .option("--json", say(text("one JSON object a line, the same as -f jsonl", "每行一个 JSON 对象，等同于 -f jsonl")))
    .option("-f, --format <format>", say(text("text or jsonl", "text 或 jsonl")))
    .option("-q, --quiet", say(text("only the summary", "只显示小结")))
    .option("-v, --verbose", say(text("the summary is the whole report", "小结为完整报告")))
    .option(
      "--metrics <address>",
      say(
        text(
          "serve counts and round-trip times to Prometheus: a port of loopback, or ADDRESS:PORT",
          "向 Prometheus 提供计数和往返时间：只写端口即为本机，否则写地址加端口",
        ),
      ),
    )
    .addOption(kernelEventsOption(say))
    .addOption(backendOption(say))
    .addOption(
      new Option("-n", say(text("accepted; names are never resolved", "可以给出；本来就不做名字解析"))).hideHelp(),
    )
    .action(async (filter: string[]) => {
      const given = command.optsWithGlobals<Omit<WatchOptions, "format"> & { json?: boolean; format?: string }>();
      outliveOutput({ silently: true });
      const { watch } = await import("../live/watch/watch.ts");
      await watch(filter, { ...given, format: formatOf(given) }, language);
      if (isOutputLost()) process.exitCode = UNUSABLE;
    });
  program.command(WATCHER, { hidden: true }).action(async () => {
    const { watchLive } = await import("../live/watch/explainer.ts");
    await watchLive({ looksOf, tell, outliveOutput, isOutputLost });
  });
}

function formatOf({ json, format }: { json?: boolean; format?: string }): WatchOptions["format"] {
  if (format === undefined) return json === true ? "jsonl" : "text";
  const found = FORMATS.find((one) => one === format);
  if (found === undefined) {
    const name = printable(format);
    const meant = nearest(format, FORMATS);
    throw usageError(
      format,
      text(
        `There is no format ${name} for watch.${meant === null ? "" : ` Did you mean ${meant}?`} There are: text, jsonl.`,
        `watch 没有 ${name} 这种格式。${meant === null ? "" : `是不是 ${meant}？`}可用的有：text、jsonl。`,
      ),
    );
  }
  if (json === true && found === "text") {
    throw usageError(format, text("--json and -f text exclude each other.", "--json 与 -f text 不能同时使用。"));
  }
  return found === "text" ? "text" : "jsonl";
}
