// pktwhy demo: the two experiments that started it all, live where this machine allows it, else from captures that come
// with the package.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { packageRoot, recordedCase } from "../case/package-root.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import { type Language, type Text, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { wordsOf } from "./report-options.ts";
import { tell } from "./terminal.ts";

// One address is missing, then both are there: why ARP gets no answer, and why its reply never crosses the pair.
const STORIES = ["veth-one-address", "veth-both-addresses"] as const;

/** Adds the command. */
export function addDemo(program: Command, say: Say, language: Language): void {
  const command = program
    .command("demo")
    .description(say(text("explain two experiments with a veth pair", "解释 veth 对的两个实验")))
    .option(
      "--recorded",
      say(text("use the captures that come with pktwhy, also as root", "即使是 root 也使用附带的抓包")),
    )
    .option("-v, --verbose", say(text("tell everything", "显示全部内容")))
    .action(async () => {
      const options = command.optsWithGlobals<{ color: boolean; verbose?: boolean; recorded?: boolean }>();
      await demonstrate(language, options);
    });
}

interface Experiment {
  readonly report: Report;
  readonly problems: readonly Problem[];
}

async function demonstrate(
  language: Language,
  { color, verbose = false, recorded: fromCaptures = false }: { color: boolean; verbose?: boolean; recorded?: boolean },
): Promise<void> {
  process.exitCode = 0;
  let live = !fromCaptures && (await livePossible());
  process.stdout.write(`${introduction(live)[language]}\n`);
  for (const [index, story] of STORIES.entries()) {
    let experiment: Experiment | null = null;
    if (live) {
      try {
        const { explainScenario } = await import("../lab/explain-scenario.ts");
        experiment = await explainScenario(story);
      } catch (error) {
        // Root in a container may still not be allowed to make namespaces: the captures tell the same.
        if (!(error instanceof ProblemError)) throw error;
        tell([error.problem], language);
        live = false;
        process.stdout.write(`${introduction(false)[language]}\n`);
      }
    }
    const command = live ? `sudo pktwhy lab run ${story}` : `pktwhy explain fixtures/${story}`;
    experiment ??= await recorded(story);
    const heading = text(`Experiment ${index + 1}`, `实验 ${index + 1}`);
    process.stdout.write(`\n=== ${heading[language]}: ${command} ===\n\n`);
    tell(experiment.problems, language);
    process.stdout.write(await wordsOf(experiment.report, "text", language, { color, verbose }));
  }
}

function introduction(live: boolean): Text {
  return live
    ? text(
        "This demo runs two experiments live, in network namespaces of their own that are gone afterwards; each takes some seconds.",
        "本演示实际运行两个实验，在专用的网络命名空间里进行，用完即删；每个需要几秒钟。",
      )
    : text(
        "This demo explains captures that come with pktwhy, recorded from a real kernel; nothing runs on this machine. With sudo it runs them live.",
        "本演示解释的是随 pktwhy 附带的抓包，录自真实内核；不会在本机上运行任何东西。加 sudo 则会实际运行。",
      );
}

// Root, and everything the lab takes.
async function livePossible(): Promise<boolean> {
  if (process.geteuid?.() !== 0 || process.platform !== "linux") return false;
  const [{ collectDoctor }, { labTools }] = await Promise.all([
    import("../system/collect-doctor.ts"),
    import("./doctor-checks.ts"),
  ]);
  return labTools(await collectDoctor(packageRoot()));
}

async function recorded(story: string): Promise<Experiment> {
  const directory = recordedCase(story);
  if (!existsSync(directory)) throw new ProblemError(notInstalled(directory));
  const { reportOf } = await import("../case/read-report.ts");
  const { report, problems } = await reportOf([directory]);
  if (report === null) throw new ProblemError(notInstalled(directory));
  return { report, problems };
}

function notInstalled(directory: string) {
  return {
    kind: "no-fixtures",
    severity: "error" as const,
    place: directory,
    text: text(
      `The recorded captures are missing: ${directory}. Install pktwhy again.`,
      `缺少附带的抓包：${directory}。请重新安装 pktwhy。`,
    ),
  };
}
