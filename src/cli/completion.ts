// pktwhy completion: the script by which a shell completes what is typed.

import type { Command } from "commander";
import { text } from "../model/text.ts";
import { SHELLS, type Shell } from "./completion/shells.ts";
import type { Say } from "./language.ts";

/** Adds the command. */
export function addCompletion(program: Command, say: Say): void {
  program
    .command("completion")
    .description(say(text("print the completion script of a shell", "输出 shell 的补全脚本")))
    .addArgument(program.createArgument("<shell>", say(text("bash, zsh or fish", "bash、zsh 或 fish"))).choices(SHELLS))
    .action(async (shell: Shell) => {
      const [{ completionScript }, { shapeOf }] = await Promise.all([
        import("./completion/script.ts"),
        import("./shape.ts"),
      ]);
      process.stdout.write(completionScript(shell, shapeOf(program)));
    });
}
