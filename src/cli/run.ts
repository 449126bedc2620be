// pktwhy run: captures while a command runs, then explains what happened to it.

import { resolve as absolute } from "node:path";
import { type Command, Option } from "commander";
import { CAP_CHILD } from "../capture/cap-names.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { BACKENDS } from "./live-backends.ts";
import { EXPLAINER } from "./live-messages.ts";
import type { RunOptions } from "./live-run.ts";
import { addReportOptions, checkExpected, formatOf } from "./report-options.ts";
import { usageError } from "./usage.ts";

/** Adds the command, and the internal one that reads the packets for it. */
export function addRun(program: Command, say: Say, language: Language): void {
  const command = program
    .command("run")
    .summary(say(text("capture while a ping runs, then explain it", "在 ping 运行期间抓包，然后解释")))
    .description(
      say(
        text(
          "Captures while a command runs (a ping, also behind sudo, ip netns exec or nsenter) and explains what happened to it.\nLooks by itself where the packets should pass, in every namespace on the way. Needs root.",
          "在命令运行期间抓包（命令通常是 ping，也可以在 sudo、ip netns exec 或 nsenter 之后），然后解释发生了什么。\n自动在报文应经过的各个接口和命名空间抓包。需要 root。",
        ),
      ),
    )
    .usage(say(text("[options] -- <command...>", "[选项] -- <命令...>")))
    .argument("[command...]", say(text("the command and its arguments", "命令及其参数")))
    .option(
      "-i, --interface <if[@netns]>",
      say(text("capture only there (repeatable)", "只在这个接口抓包（可重复）")),
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option(
      "-w, --write <dir|file>",
      say(
        text(
          "keep everything: DIR/ for a bundle, FILE for one pcapng",
          "保存全部内容：目录/ 存为一组文件，文件名则存为单个 pcapng",
        ),
      ),
    )
    .option(
      "--filter <expression>",
      say(text("pcap filter instead of 'arp or icmp'", "代替 'arp or icmp' 的 pcap 过滤表达式")),
    )
    .option(
      "--no-kernel-events",
      say(text("do not record why the kernel drops packets (tracefs)", "不记录内核丢包的原因（tracefs）")),
    )
    .addOption(
      new Option("--backend <name>", say(text("what captures", "抓包方式"))).choices(BACKENDS).default("tcpdump"),
    )
    // What follows -- is the command's own.
    .allowUnknownOption();
  addReportOptions(command, say).action(async (words: string[]) => {
    const options = command.optsWithGlobals<RunOptions>();
    const argv = commandAfterDashes(process.argv, words);
    formatOf(options);
    await checkExpected(options.expect);
    const { checkCommand } = await import("./live-command.ts");
    checkCommand(argv);
    refuseOneFileForBoth(options);
    const { runLive } = await import("./live-run.ts");
    await runLive(argv, options, language);
  });
  program.command(EXPLAINER, { hidden: true }).action(async () => {
    const { explainLive } = await import("./live-explainer.ts");
    await explainLive();
  });
  program
    .command(CAP_CHILD, { hidden: true })
    .argument("[interfaces...]")
    .action(async (names: string[]) => {
      const { captureWithCap } = await import("../capture/cap-child.ts");
      await captureWithCap(names);
    });
}

// Without -- nobody could tell whose option -c is.
function commandAfterDashes(all: readonly string[], words: readonly string[]): readonly string[] {
  const at = all.indexOf("--");
  const argv = at < 0 ? [] : all.slice(at + 1);
  const example = "pktwhy run -- ping -c 4 192.168.2.1";
  if (argv.length === 0) {
    throw usageError(
      "run",
      text(
        `There is no command to watch. Put it behind --, for instance: ${example}`,
        `没有要观察的命令。请写在 -- 之后，例如：${example}`,
      ),
    );
  }
  const stray = words.length > argv.length ? words[0] : undefined;
  if (stray === undefined) return argv;
  const name = printable(stray);
  throw usageError(
    stray,
    text(
      stray.startsWith("-")
        ? `There is no option ${name}. See pktwhy run --help`
        : `${name} stands before --. The whole command belongs behind it: ${example}`,
      stray.startsWith("-")
        ? `没有 ${name} 这个选项。用法见 pktwhy run --help`
        : `${name} 写在了 -- 之前。整条命令都应写在 -- 之后：${example}`,
    ),
  );
}

function refuseOneFileForBoth({ write, output }: RunOptions): void {
  if (write === undefined || output === undefined || absolute(write) !== absolute(output)) return;
  const name = printable(output);
  throw usageError(
    output,
    text(
      `-w and -o name the same file ${name}. Give the report another one.`,
      `-w 和 -o 指定了同一个文件 ${name}。请为报告另外指定文件。`,
    ),
  );
}
