// pktwhy doctor: what this machine can do, and what to type where it cannot.

import type { Command } from "commander";
import { packageRoot, packageVersion } from "../case/package-root.ts";
import { type Language, type Text, text } from "../model/text.ts";
import type { Check, CheckGroup, Diagnosis } from "./doctor-checks.ts";
import type { Say } from "./language.ts";
import { textOptions } from "./terminal.ts";

const GROUPS: Readonly<Record<CheckGroup, Text>> = {
  rights: text("Rights", "权限"),
  capture: text("Capture", "抓包"),
  state: text("State", "系统状态"),
  kernel: text("Kernel evidence", "内核证据"),
  tools: text("Tools", "工具"),
};
const STATUS: Readonly<Record<Check["status"], Text>> = {
  ok: text("ok", "正常"),
  limited: text("limited", "受限"),
  missing: text("missing", "缺少"),
};

/** Adds the command. */
export function addDoctor(program: Command, say: Say, language: Language): void {
  const command = program
    .command("doctor")
    .summary(say(text("what this machine can do", "检查本机具备的条件")))
    .description(
      say(
        text(
          "Tells what this machine can do: rights, capture, kernel events, tools; and what to type where something is missing.\nOnly looks. Exits 0 if live capture and reading the state are possible, else 1.",
          "检查本机的权限、抓包、内核事件和工具，缺少时给出补救命令。\n只查看，不改动。可以抓包且能读取状态时退出状态为 0，否则为 1。",
        ),
      ),
    )
    .option("--json", say(text("print JSON", "输出 JSON")))
    .action(async () => {
      const { json = false, color } = command.optsWithGlobals<{ json?: boolean; color: boolean }>();
      const [{ collectDoctor }, { diagnose }] = await Promise.all([
        import("../system/collect-doctor.ts"),
        import("./doctor-checks.ts"),
      ]);
      const diagnosis = diagnose(await collectDoctor(packageRoot()));
      process.exitCode = diagnosis.capture && diagnosis.state ? 0 : 1;
      process.stdout.write(json ? jsonOf(diagnosis, language) : await textOf(diagnosis, language, color));
    });
}

function jsonOf({ capture, state, checks }: Diagnosis, language: Language): string {
  const rows = checks.map((one) => ({ ...one, detail: one.detail[language] }));
  return `${JSON.stringify({ tool: `pktwhy ${packageVersion()}`, capture, state, checks: rows }, null, 2)}\n`;
}

async function textOf(diagnosis: Diagnosis, language: Language, color: boolean): Promise<string> {
  const [{ commandLines, pageOf }, { displayWidth, padEnd, wrap }] = await Promise.all([
    import("../render/page.ts"),
    import("../render/width.ts"),
  ]);
  const page = pageOf(textOptions(process.stdout, language, { color }));
  const looks = { ok: "good", limited: "unsure", missing: "bad" } as const;
  const widest = Math.max(...Object.values(STATUS).map((one) => displayWidth(one[language])));
  const names = Math.max(...diagnosis.checks.map((one) => one.name.length));
  const indent = 2 + widest + 2 + names + 2;
  const lines: string[] = [];
  for (const [group, title] of Object.entries(GROUPS)) {
    lines.push(page.style("label", page.say(title)));
    for (const one of diagnosis.checks.filter((check) => check.group === group)) {
      const head = `  ${page.style(looks[one.status], padEnd(STATUS[one.status][language], widest))}  ${padEnd(one.name, names)}  `;
      const said = wrap(page.say(one.detail), page.width - indent);
      lines.push(...said.map((line, index) => (index === 0 ? head : " ".repeat(indent)) + line));
      if (one.mend !== null) {
        const typed = commandLines(one.mend, page.width - indent);
        lines.push(...typed.map((line) => `${" ".repeat(indent)}${page.style("strong", line)}`));
      }
    }
  }
  return `${lines.join("\n")}\n\n${page.say(conclusion(diagnosis))}\n`;
}

function conclusion({ capture, state }: Diagnosis): Text {
  if (capture && state)
    return text("Live capture and reading the state are possible.", "可以实时抓包，也可以读取系统状态。");
  if (capture) return text("Live capture is possible, reading the state is not.", "可以实时抓包，但无法读取系统状态。");
  if (state) {
    return text(
      "Reading the state is possible, live capture is not. Captures that were taken elsewhere can be explained: pktwhy explain FILE",
      "可以读取系统状态，但不能实时抓包。别处抓到的文件仍可解释：pktwhy explain 文件",
    );
  }
  return text(
    "Neither live capture nor reading the state is possible. Captures that were taken elsewhere can be explained: pktwhy explain FILE",
    "既不能实时抓包，也无法读取系统状态。别处抓到的文件仍可解释：pktwhy explain 文件",
  );
}
