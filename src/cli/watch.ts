// pktwhy watch: one line for each exchange as it is settled, marks where something changes, and a summary at the end.

import { type Command, Option } from "commander";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { BACKENDS } from "./live-backends.ts";
import { wholeNumber } from "./report-options.ts";
import { nearest } from "./suggest.ts";
import { usageError } from "./usage.ts";
import { WATCHER } from "./watch-messages.ts";
import type { WatchOptions } from "./watch-run.ts";

const FORMATS = ["text", "jsonl", "json"] as const;

/** Adds the command, and the internal one that reads the packets for it. */
export function addWatch(program: Command, say: Say, language: Language): void {
  const command = program
    .command("watch")
    .summary(say(text("tell each ping and ARP exchange as it happens", "实时讲述每次 ping 和 ARP 交互")))
    .description(
      say(
        text(
          "Tells each ping and ARP exchange in one line as soon as it is settled: where it went, how long it took or why it failed.\nMarks what changes: first loss, recovery, a new MAC address, a link that goes down. Ctrl-C prints a summary. Needs root.",
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
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option("-c, --count <n>", say(text("end after n exchanges", "n 次交互后结束")), wholeNumber)
    .option(
      "-w, --write <dir|file>",
      say(
        text(
          "keep everything: DIR/ for a bundle, FILE for one pcapng",
          "保存全部内容：目录/ 存为一组文件，文件名则存为单个 pcapng",
        ),
      ),
    )
    .option("--json", say(text("one JSON object a line, the same as -f jsonl", "每行一个 JSON 对象，等同于 -f jsonl")))
    .option("-f, --format <format>", say(text("text or jsonl", "text 或 jsonl")))
    .option("-q, --quiet", say(text("only the summary", "只显示小结")))
    .option("-v, --verbose", say(text("the summary is the whole report", "小结为完整报告")))
    .option(
      "--no-kernel-events",
      say(text("do not record why the kernel drops packets (tracefs)", "不记录内核丢包的原因（tracefs）")),
    )
    .addOption(
      new Option("--backend <name>", say(text("what captures", "抓包方式"))).choices(BACKENDS).default("tcpdump"),
    )
    .addOption(
      new Option("-n", say(text("accepted; names are never resolved", "可以给出；本来就不做名字解析"))).hideHelp(),
    )
    .action(async (filter: string[]) => {
      const given = command.optsWithGlobals<Omit<WatchOptions, "format"> & { json?: boolean; format?: string }>();
      const { watch } = await import("./watch-run.ts");
      await watch(filter, { ...given, format: formatOf(given) }, language);
    });
  program.command(WATCHER, { hidden: true }).action(async () => {
    const { watchLive } = await import("./watch-explainer.ts");
    await watchLive();
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
