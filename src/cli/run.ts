// pktwhy run: captures while a command runs, then explains what happened to it.

import { resolve as absolute } from "node:path";
import type { Command } from "commander";
import { CAP_CHILD } from "../capture/cap-names.ts";
import { UNUSABLE } from "../case/exit-status.ts";
import { formatOf } from "../case/report-writer.ts";
import { usageError } from "../case/usage-error.ts";
import type { AskedHosts } from "../hosts/collect.ts";
import type { Remote } from "../hosts/remotes.ts";
import { EXPLAINER } from "../live/run/messages.ts";
import type { RunOptions } from "../live/run/run.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import {
  backendOption,
  collected,
  debugImageOption,
  kernelEventsOption,
  podOption,
  remoteOption,
  writeOption,
} from "./live-options.ts";
import { addReportOptions, addWhyOption, checkExpected } from "./report-options.ts";
import { isOutputLost, looksOf, outliveOutput, refuseOnTerminal, tell } from "./terminal.ts";

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
      collected,
    )
    .option(
      "--host <[name=]user@host>",
      say(text("capture there too, by your own ssh (repeatable)", "通过你自己的 ssh 同时在那里抓包（可重复）")),
      collected,
    )
    .addOption(podOption(say))
    .addOption(debugImageOption(say))
    .addOption(remoteOption(say))
    .addOption(writeOption(say))
    .option(
      "--since <case>",
      say(
        text(
          "an earlier case of the same ping (-w): say what changed, and whether that fixed it",
          "同一 ping 的先前案例（-w 保存的）：说明有何变化，以及是否因此修复",
        ),
      ),
    )
    .option(
      "--filter <expression>",
      say(text("pcap filter instead of 'arp or icmp'", "代替 'arp or icmp' 的 pcap 过滤表达式")),
    )
    .addOption(kernelEventsOption(say))
    .addOption(backendOption(say))
    // What follows -- is the command's own.
    .allowUnknownOption();
  addWhyOption(addReportOptions(command, say), say).action(async (words: string[]) => {
    await run(words, command.optsWithGlobals<AskedRun>(), language);
  });
  addInternal(program);
}

type AskedRun = RunOptions & AskedHosts & { readonly remote: Remote };

async function run(words: readonly string[], options: AskedRun, language: Language): Promise<void> {
  const argv = commandAfterDashes(process.argv, words);
  const format = formatOf(options);
  refuseOnTerminal(format, options.output);
  if (format === "parquet") (await import("../case/table-files.ts")).tablesPlace(options.output);
  await checkExpected(options.expect);
  const { checkCommand } = await import("../live/run/command.ts");
  checkCommand(argv);
  refuseOneFileForBoth(options);
  sayWhatRedactLeaves(options, language);
  outliveOutput({ silently: true });
  if (options.host !== undefined || options.pod !== undefined) {
    const { runWithHosts } = await import("../hosts/run-with-hosts.ts");
    await runWithHosts(argv, options, language);
    return;
  }
  const { runLive } = await import("../live/run/run.ts");
  await runLive(argv, options, language);
  if (isOutputLost()) process.exitCode = UNUSABLE;
}

// The commands that a run starts itself.
function addInternal(program: Command): void {
  program.command(EXPLAINER, { hidden: true }).action(async () => {
    const { explainLive } = await import("../live/run/explainer.ts");
    await explainLive({ looksOf, tell, outliveOutput, isOutputLost });
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

// Packets and state are kept as they are, and what the command prints passes by: said before anything is shown.
function sayWhatRedactLeaves({ redact, write, quiet }: RunOptions, language: Language): void {
  if (redact !== true) return;
  if (write !== undefined) {
    throw usageError(
      "--redact",
      text(
        "-w keeps packets and state with all addresses and names, which --redact does not cover. Leave one of the two out; pktwhy explain --redact tells a kept case without them.",
        "-w 会原样保存报文和状态，其中的地址和名字不在 --redact 的处理范围内。两个选项请只用一个；对已保存的案例可以用 pktwhy explain --redact 输出去标识的报告。",
      ),
    );
  }
  if (quiet === true) return;
  const left = text(
    "--redact covers the report, not what the command itself prints on this terminal.",
    "--redact 只处理报告，命令自己在终端上的输出保持原样。",
  );
  process.stderr.write(`pktwhy: ${left[language]}\n`);
}
