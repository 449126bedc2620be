// pktwhy snapshot: the state of the system as its own tools tell it, as a state file.

import type { Command } from "commander";
import { text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { deliver } from "./terminal.ts";

/** Adds the command. */
export function addSnapshot(program: Command, say: Say): void {
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
      const { collectState } = await import("../system/collect.ts");
      const state = await collectState(netns === undefined ? {} : { namespaces: netns });
      await deliver(`${JSON.stringify(state, null, 1)}\n`, output);
    });
}
