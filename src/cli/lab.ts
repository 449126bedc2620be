// pktwhy lab: throw-away namespaces in which each cause can be seen for real.

import { join } from "node:path";
import type { Command } from "commander";
import { UNUSABLE } from "../case/exit-status.ts";
import { type ReportOptions, shareable, wordsFormatOf } from "../case/report-writer.ts";
import { usageError } from "../case/usage-error.ts";
import { nearest } from "../model/nearest.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { type Language, printable, type Text, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { addReportOptions, checkExpected, wordsOf } from "./report-options.ts";
import { deliver, tell } from "./terminal.ts";

const UNEXPECTED = 3;
// Each run is mostly waiting for its ping; more at once would only share one CPU.
const AT_ONCE = 4;

/** Adds the command and its verbs. */
export function addLab(program: Command, say: Say, language: Language): void {
  const lab = program
    .command("lab")
    .summary(say(text("see each cause for real, in throw-away namespaces", "在临时命名空间里实际重现各种原因")))
    .description(
      say(
        text(
          "Builds small networks with one fault each, in network namespaces of their own that are gone afterwards. Needs root; touches nothing else.",
          "搭建各有一处故障的小型网络，全部在专用的网络命名空间里进行，用完即删。需要 root，不影响系统的其他部分。",
        ),
      ),
    )
    .usage("list|run|up|down|record|from [scenario|case]")
    .argument("[verb]")
    .argument("[rest...]")
    .helpCommand(false)
    .action((verb: string | undefined) => {
      if (verb !== undefined) throw noSuchVerb(verb);
      lab.outputHelp({ error: true });
      process.exitCode = UNUSABLE;
    });
  addList(lab, say, language);
  addRunning(lab, say, language);
  addStanding(lab, say, language);
  addRecord(lab, say, language);
  addFrom(lab, say, language);
}

function nameOfScenario(say: Say): string {
  return say(text("name of a scenario (pktwhy lab list)", "场景的名字（见 pktwhy lab list）"));
}

function addList(lab: Command, say: Say, language: Language): void {
  const list = lab
    .command("list")
    .description(say(text("list the scenarios", "列出全部场景")))
    .option("--json", say(text("print JSON", "输出 JSON")))
    .action(async () => printList(language, list.opts<{ json?: boolean }>().json === true));
}

function addRunning(lab: Command, say: Say, language: Language): void {
  const run = lab
    .command("run")
    .description(
      say(
        text(
          "build, ping, explain, take down; exits 0 if the answer is the expected one, else 3",
          "搭建、ping、解释、拆除；答案与预期相符则退出状态为 0，否则为 3",
        ),
      ),
    )
    .argument("<scenarios...>", nameOfScenario(say));
  addReportOptions(run, say).action(async (names: string[]) => {
    await runAll(names, run.optsWithGlobals<ReportOptions>(), language);
  });
}

function addStanding(lab: Command, say: Say, language: Language): void {
  const name = nameOfScenario(say);
  lab
    .command("up")
    .description(say(text("build a scenario and leave it standing", "搭建一个场景并保留")))
    .argument("<scenario>", name)
    .action(async (scenario: string) => putUp(scenario, language));

  lab
    .command("down")
    .description(say(text("take down what up left standing", "拆除 up 保留的场景")))
    .argument("[scenario]", name)
    .action(async (scenario: string | undefined) => takeDown(scenario, language));
}

function addRecord(lab: Command, say: Say, language: Language): void {
  const record = lab
    .command("record")
    .description(say(text("run scenarios and keep their captures and state", "运行场景，并保存抓包和状态")))
    .argument("<scenarios...>", nameOfScenario(say))
    .option(
      "-o, --output <dir>",
      say(
        text(
          "directory (fixtures/NAME); of several DIR/NAME",
          "目录（默认 fixtures/场景名；多个场景时为 目录/场景名）",
        ),
      ),
    )
    .action(async (scenarios: string[]) => {
      const { output } = record.opts<{ output?: string }>();
      await recordAll([...new Set(scenarios)], output, language);
    });
}

interface FromOptions extends ReportOptions {
  readonly fix?: boolean;
}

function addFrom(lab: Command, say: Say, language: Language): void {
  const from = lab
    .command("from")
    .description(
      say(
        text(
          "rebuild the network of a case (state file, bundle, fixture), ping as it did, explain; exits 0 if it comes out as reported, 3 if otherwise, 2 if it cannot be built",
          "重建一个案例（状态文件、抓包目录）的网络，按原样 ping 并解释；结果与报告相符则退出状态为 0，不符为 3，无法重建为 2",
        ),
      ),
    )
    .usage("[options] <case> [-- ping ...]")
    .argument(
      "<case>",
      say(text("state file, bundle directory or capture with its state", "状态文件、抓包目录，或内含状态的抓包文件")),
    )
    .argument("[ping...]", say(text("another ping than that of the case", "代替案例里的 ping")))
    .option(
      "--fix",
      say(text("type the first fix of the report and ping again", "执行报告里的第一条修复命令，再 ping 一次")),
    );
  addReportOptions(from, say).action(async (path: string, ping: string[]) => {
    await rebuildCase(path, ping, from.optsWithGlobals<FromOptions>(), language);
  });
}

async function rebuildCase(
  path: string,
  ping: readonly string[],
  options: FromOptions,
  language: Language,
): Promise<void> {
  const format = wordsFormatOf(options);
  await checkExpected(options.expect);
  const [{ rebuild }, { wordsOfRebuilt }] = await Promise.all([
    import("../lab/from/from.ts"),
    import("../lab/from/words.ts"),
  ]);
  const rebuilt = await rebuild(path, { ...(ping.length === 0 ? {} : { ping }), fix: options.fix === true });
  const { report, problems } = await shareable(options, rebuilt.report, rebuilt.problems);
  tell(problems, language);
  if (report !== null) await deliver(await wordsOf(report, format, language, options), options.output);
  const met = options.expect === undefined ? rebuilt.same : rebuilt.now.code === options.expect;
  process.exitCode = met ? 0 : UNEXPECTED;
  const words = wordsOfRebuilt(rebuilt).map((one) => `${one[language]}\n`);
  // What a program reads must hold the report alone.
  const stream = format === "text" && options.output === undefined ? process.stdout : process.stderr;
  stream.write(`\n${words.join("")}`);
}

function noSuchVerb(verb: string) {
  const meant = nearest(verb, ["list", "run", "up", "down", "record", "from"]);
  return usageError(
    verb,
    text(
      `There is no pktwhy lab ${printable(verb)}.${meant === null ? "" : ` Did you mean ${meant}?`} See pktwhy lab --help`,
      `pktwhy lab 没有 ${printable(verb)} 这个子命令。${meant === null ? "" : `是不是 ${meant}？`}用法见 pktwhy lab --help`,
    ),
  );
}

async function printList(language: Language, json: boolean): Promise<void> {
  const { listScenarios } = await import("../lab/lab.ts");
  const all = listScenarios().map(({ name, setup, fault, expected }) => ({
    name,
    setup: setup[language],
    fault: fault[language],
    expected: [...expected],
  }));
  if (json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  for (const { name, setup, fault, expected } of all) {
    process.stdout.write(`${name}  [${expected.join(", ")}]\n    ${setup}\n    ${fault}\n`);
  }
}

async function runAll(names: readonly string[], options: ReportOptions, language: Language): Promise<void> {
  const format = wordsFormatOf(options);
  await checkExpected(options.expect);
  const wanted = [...new Set(names)];
  if (wanted.length > 1 && (format !== "text" || options.output !== undefined)) {
    throw usageError(
      "lab run",
      text(
        "Only one scenario can be told in that format or into a file.",
        "用这种格式或输出到文件时，一次只能运行一个场景。",
      ),
    );
  }
  const { explainScenario, scenarioByName } = await import("../lab/explain-scenario.ts");
  for (const name of wanted) scenarioByName(name);
  process.exitCode = 0;
  await inOrder(wanted, AT_ONCE, explainScenario, async (name, told) => {
    const { report, problems } = await shareable(options, told.report, told.problems);
    tell(problems, language);
    const heading = wanted.length > 1 ? `=== ${name} ===\n\n` : "";
    await deliver(`${heading}${await wordsOf(report ?? told.report, format, language, options)}`, options.output);
    const expected = options.expect ?? told.expected;
    const met = options.expect === undefined ? told.met : told.report.answer?.code === options.expect;
    if (!met) process.exitCode = UNEXPECTED;
    const got = told.codes.join(", ");
    const words = met
      ? text(`${name}: the expected answer, ${expected}`, `${name}：答案与预期相符，${expected}`)
      : text(
          `${name}: expected ${expected}, got ${got || "none"}`,
          `${name}：预期为 ${expected}，实际为 ${got || "无"}`,
        );
    // What a program reads must hold the report alone.
    if (format === "text" && options.output === undefined) process.stdout.write(`\n${words[language]}\n`);
    else process.stderr.write(`${words[language]}\n`);
  });
}

// Works on several at once, and tells each in the order given, whichever ends first.
async function inOrder<T>(
  names: readonly string[],
  atOnce: number,
  work: (name: string) => Promise<T>,
  say: (name: string, result: T) => Promise<void>,
): Promise<void> {
  const waiting = names.map((name) => {
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const result = turn.then(() => work(name));
    // A failure is told when its turn comes.
    result.catch(() => {});
    return { name, begin, result };
  });
  let next = 0;
  const begin = (): void => waiting[next++]?.begin();
  for (let index = 0; index < atOnce; index++) begin();
  for (const { name, result } of waiting) {
    result.then(begin, begin);
    await say(name, await result);
  }
}

async function putUp(scenario: string, language: Language): Promise<void> {
  const { scenarioByName, up } = await import("../lab/lab.ts");
  const { commands } = scenarioByName(scenario);
  const names = await up(scenario);
  const words = text(
    `${scenario} is up: ${[...names.values()].join(", ")}. Try:`,
    `${scenario} 已搭建：${[...names.values()].join("、")}。可以试试：`,
  );
  const lines = commands.map(
    ({ netns, argv }) => `  sudo ip netns exec ${names.get(netns) ?? netns} ${argv.join(" ")}`,
  );
  process.stdout.write(`${words[language]}\n${lines.join("\n")}\n  sudo pktwhy lab down ${scenario}\n`);
}

async function takeDown(scenario: string | undefined, language: Language): Promise<void> {
  const { down, scenarioByName } = await import("../lab/lab.ts");
  if (scenario !== undefined) scenarioByName(scenario);
  const gone = await down(scenario);
  const words =
    gone.length === 0
      ? text("Nothing was standing.", "没有需要拆除的场景。")
      : text(`Gone: ${gone.join(", ")}`, `已拆除：${gone.join("、")}`);
  process.stdout.write(`${words[language]}\n`);
}

// One that this machine cannot build is told, and keeps none of the others from being recorded.
async function recordAll(names: readonly string[], output: string | undefined, language: Language): Promise<void> {
  const { scenarioByName } = await import("../lab/lab.ts");
  for (const name of names) scenarioByName(name);
  const single = names.length === 1;
  const place = (name: string): string => (single && output !== undefined ? output : join(output ?? "fixtures", name));
  process.exitCode = 0;
  await inOrder(
    names,
    AT_ONCE,
    (name) => recordOne(name, place(name)),
    async (_name, recorded) => {
      if ("en" in recorded) process.stdout.write(`${recorded[language]}\n`);
      else {
        tell([recorded], language);
        process.exitCode = UNUSABLE;
      }
    },
  );
}

async function recordOne(scenario: string, directory: string): Promise<Text | Problem> {
  const { record } = await import("../lab/lab.ts");
  try {
    const files = await record(scenario, directory);
    return text(`${directory}: ${files.join(" ")}`, `${directory}：${files.join(" ")}`);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}
