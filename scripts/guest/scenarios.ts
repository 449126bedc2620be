// Scenarios of the lab on a guest's kernel, recorded in there by the tool that was built here.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boot } from "./boot.ts";
import { debianWith } from "./debian.ts";

/** What a guest left. */
interface GuestRun {
  /** Where the bundle of a scenario is, if there is one, and what was said of it otherwise. */
  readonly recorded: (name: string) => { readonly directory: string; readonly because: string };
  /** By title: what else it ran, with its exit status and what it printed. */
  readonly further: ReadonlyMap<string, { readonly status: number; readonly output: string }>;
  readonly seconds: number;
}

interface Asked {
  readonly kernel: string;
  readonly names: readonly string[];
  /** Commands to run besides, by title. */
  readonly further?: Readonly<Record<string, string>>;
  readonly limit: number;
}

/** One process of the tool records so many: where one breaks down, the others are still made. */
const AT_ONCE = 12;

/** Boots once and records all; `use` has what was left for as long as it runs. */
export async function withScenarios<T>(asked: Asked, use: (run: GuestRun) => Promise<T>): Promise<T> {
  const { kernel, names, further = {}, limit } = asked;
  const share = mkdtempSync(join(tmpdir(), "pktwhy-scenarios-"));
  let said = "";
  try {
    const ended = await boot(debianWith(kernel), {
      command: commandOf(names, further),
      share,
      limit,
      onOutput: (text, stream) => {
        if (stream === "stderr") said += text;
      },
    });
    if (ended.status === null)
      throw new Error(`the guest with kernel ${kernel} did not come to its end:\n${ended.console}\n${said}`);
    const ran = Object.keys(further).map((title) => [title, ranIn(join(share, title))] as const);
    const recorded = (name: string) => ({ directory: join(share, "recorded", name), because: whyNot(name, said) });
    return await use({ recorded, further: new Map(ran), seconds: ended.seconds });
  } finally {
    rmSync(share, { recursive: true, force: true });
  }
}

function commandOf(names: readonly string[], further: Readonly<Record<string, string>>): string {
  const others = Object.entries(further).map(
    ([title, command]) => `${command} >/share/${title}.output 2>&1; echo $? >/share/${title}.status`,
  );
  const chunks = Array.from({ length: Math.ceil(names.length / AT_ONCE) }, (_, at) =>
    names.slice(at * AT_ONCE, (at + 1) * AT_ONCE).join(" "),
  );
  // Into a directory of its own even where it is only one.
  const record = chunks.map((chunk) => `cd /recorded && pktwhy lab record ${chunk}`);
  const place = "mkdir -p /recorded /share/recorded && ln -s /share/recorded /recorded/fixtures";
  return [...others, place, ...record, "true"].join("\n");
}

function ranIn(path: string): { status: number; output: string } {
  if (!existsSync(`${path}.status`)) return { status: -1, output: "" };
  return { status: Number(readFileSync(`${path}.status`, "utf8")), output: readFileSync(`${path}.output`, "utf8") };
}

function whyNot(name: string, said: string): string {
  const line = said.split("\n").find((one) => one.includes(name));
  return line?.trim() ?? "it was not recorded, and nothing was said of it";
}
