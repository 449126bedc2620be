// pktwhy snapshot: the state of the system as its own tools tell it, as a state file.

import type { Command } from "commander";
import { usageError } from "../case/usage-error.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { StateFile } from "../system/state-file.ts";
import type { Say } from "./language.ts";
import { deliver, tell } from "./terminal.ts";

/** Adds the command. */
export function addSnapshot(program: Command, say: Say, language: Language): void {
  const command = program
    .command("snapshot")
    .summary(say(text("print the state of the system", "输出系统状态")))
    .description(
      say(
        text(
          "Prints the state of all namespaces that can be seen, as one JSON state file. Only looks; as root it sees more.",
          "把所有可见命名空间的状态输出为一个 JSON 状态文件。只读取、不改动；以 root 运行能看到更多。",
        ),
      ),
    )
    .option(
      "--netns <ns...>",
      say(text("only these namespaces (name, PID or path)", "只看这些命名空间（名字、PID 或路径）")),
    )
    .option("-o, --output <file>", say(text("write to a file", "写入文件")))
    .action(async () => {
      const { netns, output } = command.opts<{ netns?: string[]; output?: string }>();
      if (output !== undefined && output !== "-") await refuseOthers(output);
      const { collectState } = await import("../system/collect.ts");
      await checkNamespaces(netns ?? []);
      const state = await collectState(netns === undefined ? {} : { namespaces: netns });
      tell(unreadable(state), language);
      await deliver(`${JSON.stringify(state, null, 1)}\n`, output);
    });
}

// Our own advice names state.json: a file of that name that somebody keeps for other ends is not to go for it.
async function refuseOthers(path: string): Promise<void> {
  const { lstat, open } = await import("node:fs/promises");
  const there = await lstat(path).catch(() => null);
  if (there === null || !there.isFile() || there.size === 0) return;
  const handle = await open(path).catch(() => null);
  const head = handle === null ? "" : (await handle.read(Buffer.alloc(64), 0, 64, 0)).buffer.toString("latin1");
  await handle?.close();
  if (/^\s*\{\s*"pktwhy"\s*:/.test(head)) return;
  const name = printable(path);
  throw usageError(
    path,
    text(
      `${name} is there already and is no state file: it is not overwritten. Name another file.`,
      `${name} 已经存在，而且不是状态文件，因此不会覆盖。请换一个文件名。`,
    ),
  );
}

// One that was named must be there; a state that silently lacks it would explain nothing.
async function checkNamespaces(wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return;
  const [{ findNamespace, findNamespaces }, { noSuchNamespace }] = await Promise.all([
    import("../system/collect.ts"),
    import("../capture/faults.ts"),
  ]);
  const all = await findNamespaces();
  for (const name of wanted) {
    if ((await findNamespace(name, all)) !== null) continue;
    const known = all.map((target) => target.key).filter((key) => key !== "");
    throw new ProblemError(noSuchNamespace(name, known));
  }
}

const MOST_NAMED = 3;

// Namespaces of which nothing could be had, in one sentence: an ordinary user may enter none but his own.
function unreadable(state: StateFile): Problem[] {
  const closed = Object.entries(state.namespaces).filter(([, file]) => file.link === undefined);
  const [first] = closed;
  if (first === undefined) return [];
  const names = closed.slice(0, MOST_NAMED).map(([key]) => (key === "" ? '""' : printable(key)));
  const rest = closed.length > MOST_NAMED ? ", …" : "";
  const why = printable(first[1].missing?.namespace ?? first[1].missing?.link ?? "?");
  const place = names.join(", ") + rest;
  return [
    {
      kind: "namespace-unreadable",
      severity: "warning",
      place,
      text: text(
        `${closed.length} of ${Object.keys(state.namespaces).length} namespaces could not be read (${place}: ${why}). Run it with sudo to have them too.`,
        `${Object.keys(state.namespaces).length} 个命名空间中有 ${closed.length} 个无法读取（${place}：${why}）。加 sudo 运行即可一并读取。`,
      ),
    },
  ];
}
