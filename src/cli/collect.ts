// pktwhy collect: what several hosts show at the same time, into one case.

import { type Command, Option } from "commander";
import { UNUSABLE } from "../case/exit-status.ts";
import { usageError } from "../case/usage-error.ts";
import type { AskedHosts } from "../hosts/collect.ts";
import { FAR_SIDE, type Remote } from "../hosts/remotes.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { collected, debugImageOption, podOption, remoteOption } from "./live-options.ts";
import { tell } from "./terminal.ts";

interface CollectOptions extends AskedHosts {
  readonly output?: string;
  readonly for?: string;
  readonly filter?: string;
  readonly beside?: string;
  /** Words of a command, in JSON. */
  readonly during?: string;
  readonly remote: Remote;
}

// Whatever becomes of us, captures on other hosts end by then.
const LONGEST_S = 3600;

/** Adds the command. */
export function addCollect(program: Command, say: Say, language: Language): void {
  const command = program
    .command("collect")
    .summary(say(text("capture on several hosts at once, by ssh", "通过 ssh 同时在多台主机上抓包")))
    .description(
      say(
        text(
          "Takes the state of several hosts and captures on all of them until Ctrl-C, over your own ssh; the case is for pktwhy explain.\nThe other side needs sh, iproute2 and tcpdump, and rights to capture; nothing is installed or left there.",
          "通过你自己的 ssh 读取多台主机的状态并同时抓包，按 Ctrl-C 结束；得到的案例用 pktwhy explain 解释。\n对端只需要 sh、iproute2 和 tcpdump，以及抓包权限；不在那里安装或留下任何东西。",
        ),
      ),
    )
    .option(
      "--host <[name=]user@host>",
      say(text("a host to capture on (repeatable)", "要抓包的主机（可重复）")),
      collected,
    )
    .addOption(podOption(say))
    .addOption(debugImageOption(say))
    .addOption(remoteOption(say))
    .option("-o, --output <dir>", say(text("directory of the case", "案例的目录")))
    .option("--for <time>", say(text("end by itself after 30s, 5m", "经过 30s、5m 之类的时间后自动结束")))
    .option(
      "--filter <expression>",
      say(text("pcap filter instead of 'arp or icmp'", "代替 'arp or icmp' 的 pcap 过滤表达式")),
    )
    // How `run --host` names the host it captures on itself, and the command that it runs.
    .addOption(new Option("--beside <name>").hideHelp())
    .addOption(new Option("--during <argv>").hideHelp())
    .action(() => collect(command.opts<CollectOptions>(), language));
  // What `--remote pktwhy` starts on the other side.
  program.command(FAR_SIDE, { hidden: true }).action(async () => {
    const { serveOrders } = await import("../hosts/far-side/serve.ts");
    await serveOrders();
  });
}

async function collect(options: CollectOptions, language: Language): Promise<void> {
  const seconds = options.for === undefined ? null : secondsOf(options.for);
  const { Collection, listeningText, parseHosts } = await import("../hosts/collect.ts");
  const { endOf } = await import("../hosts/until.ts");
  const hosts = parseHosts(options);
  if (hosts.length === 0 || options.output === undefined) throw nothingAsked();
  const end = endOf(seconds);
  const collection = await Collection.start({
    hosts,
    path: options.output,
    remote: options.remote,
    longest: seconds === null ? LONGEST_S : seconds + 60,
    ...(await filterOf(options)),
    ...(options.beside === undefined ? {} : { beside: [options.beside] }),
  });
  const isAny = collection.hosts.some(({ isListening }) => isListening);
  process.stderr.write(`pktwhy: ${listeningText(collection.hosts)[language]}\n`);
  const isPart = options.beside !== undefined;
  if (isPart) process.send?.("begun");
  if (isAny || isPart) await end.reached();
  await collection.finish();
  end.forget();
  // The report tells them.
  if (!isPart) tell(collection.problems, language);
  if (!isPart && isAny) process.stderr.write(`pktwhy: ${writtenText(options.output)[language]}\n`);
  const isWritten = collection.problems.every(({ kind }) => kind !== "cannot-write");
  if (!isAny || !isWritten) process.exitCode = UNUSABLE;
}

async function filterOf({ filter, during }: CollectOptions) {
  if (filter !== undefined) return { filter: () => filter };
  if (during === undefined) return {};
  const { filterDuring } = await import("../hosts/filter-during.ts");
  return { filter: await filterDuring(JSON.parse(during)) };
}

function secondsOf(asked: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m)?$/.exec(asked) ?? [];
  const seconds = Number(count ?? 0) * (unit === "m" ? 60 : 1);
  if (seconds >= 1 && seconds <= LONGEST_S) return seconds;
  const shown = printable(asked);
  throw usageError(
    asked,
    text(
      `${shown} is no time for --for: write 30s or 5m, at most ${LONGEST_S / 60}m.`,
      `${shown} 不是 --for 能用的时间：请写成 30s 或 5m，最长 ${LONGEST_S / 60}m。`,
    ),
  );
}

function writtenText(path: string) {
  const name = printable(path);
  return text(
    `${name} is written; explain it with: pktwhy explain ${name}`,
    `已写入 ${name}；解释：pktwhy explain ${name}`,
  );
}

function nothingAsked() {
  return usageError(
    "collect",
    text(
      "Name the hosts and where to write: pktwhy collect --host root@a --host root@b -o case/ --for 30s",
      "请指明主机和写入位置：pktwhy collect --host root@a --host root@b -o case/ --for 30s",
    ),
  );
}
