// pktwhy predict: the path a ping, a TCP connection or a question over UDP would take by the state alone; nothing is sent.

import type { Command } from "commander";
import { statusOf } from "../case/exit-status.ts";
import { type ReportOptions, shareable, wordsFormatOf } from "../case/report-writer.ts";
import type { Problem } from "../model/problem.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Language, text } from "../model/text.ts";
import { type AskedOptions, addAskedOptions, attemptIn, questionOf } from "./asked-attempt.ts";
import type { Say } from "./language.ts";
import { addReportOptions, addWhyOption, checkExpected, wordsOf } from "./report-options.ts";
import { deliver, refuseOverwriting, tell } from "./terminal.ts";

interface PredictOptions extends ReportOptions, AskedOptions {
  readonly state?: string;
}

/** Adds the command. */
export function addPredict(program: Command, say: Say, language: Language): void {
  const command = addAskedOptions(program.command("predict"), say)
    .summary(
      say(text("the expected path of a ping or a connection, by state alone", "仅凭系统状态推算 ping 或连接的路径")),
    )
    .description(
      say(
        text(
          "Walks a ping, a TCP connection or a question over UDP through the state of the system as the kernel would, without sending anything.",
          "按内核的处理顺序推算一个 ping、一个 TCP 连接或一次 UDP 询问的路径，不发送任何报文。",
        ),
      ),
    )
    .argument("<address>", say(text("IPv4 address to ping or to connect to", "要 ping 或连接的 IPv4 地址")))
    .option(
      "--state <file>",
      say(text("state file; without it this machine's own state", "状态文件；不给则读取本机状态")),
    );
  addWhyOption(addReportOptions(command, say), say).action(async (address: string) => {
    await predictPath(address, command.optsWithGlobals<PredictOptions>(), language);
  });
}

async function predictPath(address: string, options: PredictOptions, language: Language): Promise<void> {
  const format = wordsFormatOf(options);
  const question = questionOf(address, options);
  await checkExpected(options.expect);
  refuseOverwriting(options.output, [options.state ?? null]);
  const { state, problems: found } = await stateOf(options.state);
  const attempt = attemptIn(state, question, options.netns);
  const [{ causes }, { assumedBy }, { predict }, { forecast, whyOfForecast }] = await Promise.all([
    import("../causes/registry.ts"),
    import("../edits/assumed.ts"),
    import("../predict/predict.ts"),
    import("../case/predict-report.ts"),
  ]);
  const trace = predict(state, attempt, assumedBy(causes));
  const why = options.why === true ? whyOfForecast(state, trace) : null;
  const { report, problems } = await shareable(options, forecast(trace, found, state, why), found);
  if (report === null) throw new Error("a forecast is always there");
  if (format !== "text" || options.output !== undefined || options.quiet === true) tell(problems, language);
  process.exitCode = statusOf(report, options.expect);
  await deliver(await wordsOf(report, format, language, { ...options, predicted: true }), options.output);
}

/** The state of a file, or of this machine. */
export async function stateOf(path: string | undefined): Promise<{ state: SystemState; problems: readonly Problem[] }> {
  if (path !== undefined) return (await import("../case/state-file.ts")).readState(path);
  const [{ collectState }, { parseState }] = await Promise.all([
    import("../system/collect.ts"),
    import("../system/parse.ts"),
  ]);
  return parseState(await collectState(), "this machine");
}
