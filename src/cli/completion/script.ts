// The completion script of a shell, from the tree of commands.

import type { CommandShape } from "../shape.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import type { Shell } from "./shells.ts";
import { zshScript } from "./zsh.ts";

/** The script; sourced by the shell, or put where it looks for completions. */
export function completionScript(shell: Shell, program: CommandShape): string {
  switch (shell) {
    case "bash":
      return bashScript(program);
    case "zsh":
      return zshScript(program);
    case "fish":
      return fishScript(program);
  }
}
