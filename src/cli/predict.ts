// pktwhy predict: the path a ping would take by the state alone, without sending anything.

import type { Command } from "commander";
import { parseIpv4 } from "../model/address.ts";
import type { Problem } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Attempt } from "../model/trace.ts";
import { statusOf } from "./exit-status.ts";
import type { Say } from "./language.ts";
import { addReportOptions, checkExpected, formatOf, type ReportOptions, shareable, wordsOf } from "./report-options.ts";
import { nearest } from "./suggest.ts";
import { deliver, refuseOverwriting, tell } from "./terminal.ts";
import { usageError } from "./usage.ts";

interface PredictOptions extends ReportOptions {
  readonly interface?: string;
  readonly netns?: string;
  readonly state?: string;
}

// What ping sends by default: 20 bytes of IPv4, 8 of ICMP, 56 of payload.
const PLAIN_PING = 84;

/** Adds the command. */
export function addPredict(program: Command, say: Say, language: Language): void {
  const command = program
    .command("predict")
    .summary(say(text("the expected path of a ping, by state alone", "仅凭系统状态推算 ping 的路径")))
    .description(
      say(
        text(
          "Walks a ping through the state of the system as the kernel would, without sending anything.",
          "按内核的处理顺序推算一个 ping 的路径，不发送任何报文。",
        ),
      ),
    )
    .argument("<address>", say(text("IPv4 address to ping", "要 ping 的 IPv4 地址")))
    .option(
      "-I, --interface <if|addr>",
      say(text("as ping's -I: interface or source address", "同 ping 的 -I：接口或源地址")),
    )
    .option("--netns <ns>", say(text("namespace of the pinging process", "发起 ping 的命名空间")))
    .option(
      "--state <file>",
      say(text("state file; without it this machine's own state", "状态文件；不给则读取本机状态")),
    );
  addReportOptions(command, say).action(async (address: string) => {
    await predictPath(address, command.optsWithGlobals<PredictOptions>(), language);
  });
}

async function predictPath(address: string, options: PredictOptions, language: Language): Promise<void> {
  const format = formatOf(options);
  const destination = parseIpv4(address);
  if (destination === null) {
    const name = printable(address);
    throw usageError(
      address,
      text(
        `${name} is no IPv4 address. Names are not resolved: give the address, e.g. 192.168.2.1.`,
        `${name} 不是 IPv4 地址。本工具不解析名字，请直接给出地址，例如 192.168.2.1。`,
      ),
    );
  }
  await checkExpected(options.expect);
  refuseOverwriting(options.output, [options.state ?? null]);
  const { state, problems: found } = await stateOf(options.state);
  const source = options.interface === undefined ? null : parseIpv4(options.interface);
  const attempt: Attempt = {
    netns: namespaceOf(state, options.netns),
    destination,
    source,
    outInterface: source === null ? (options.interface ?? null) : null,
    ttl: null,
    length: PLAIN_PING,
    dontFragment: true,
    broadcastAllowed: false,
    mark: 0,
    origin: "asked",
  };
  const [{ predict }, { forecast }] = await Promise.all([
    import("../explain/predict.ts"),
    import("./predict-report.ts"),
  ]);
  const { report, problems } = await shareable(options, forecast(predict(state, attempt), found), found);
  if (report === null) throw new Error("a forecast is always there");
  if (format !== "text" || options.output !== undefined || options.quiet === true) tell(problems, language);
  process.exitCode = statusOf(report, options.expect);
  await deliver(await wordsOf(report, format, language, { ...options, predicted: true }), options.output);
}

async function stateOf(path: string | undefined): Promise<{ state: SystemState; problems: readonly Problem[] }> {
  if (path !== undefined) return (await import("./state-file.ts")).readState(path);
  const [{ collectState }, { parseState }] = await Promise.all([
    import("../system/collect.ts"),
    import("../system/parse.ts"),
  ]);
  return parseState(await collectState(), "this machine");
}

function namespaceOf(state: SystemState, asked: string | undefined): string {
  const keys = [...state.namespaces.keys()];
  if (asked === undefined && (state.namespaces.has("") || keys.length === 1))
    return keys.length === 1 ? (keys[0] ?? "") : "";
  if (asked !== undefined && state.namespaces.has(asked)) return asked;
  const known = keys.filter((key) => key !== "").map(printable);
  const list =
    known.length === 0 ? text("none with a name", "没有具名的命名空间") : text(known.join(", "), known.join("、"));
  if (asked === undefined) {
    throw usageError(
      "--netns",
      text(
        `Say which namespace pings, with --netns: ${list.en}.`,
        `请用 --netns 指明由哪个命名空间发起 ping：${list.zh}。`,
      ),
    );
  }
  const meant = nearest(asked, known);
  throw usageError(
    asked,
    text(
      `The state holds no namespace ${printable(asked)}.${meant === null ? "" : ` Did you mean ${meant}?`} It holds: ${list.en}.`,
      `状态里没有命名空间 ${printable(asked)}。${meant === null ? "" : `是不是 ${meant}？`}其中有：${list.zh}。`,
    ),
  );
}
