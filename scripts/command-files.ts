// What is generated from the tree of commands: the man page in both languages and a completion script for each shell.

import { packageVersion } from "../src/case/package-root.ts";
import { completionScript } from "../src/cli/completion/script.ts";
import { SHELLS, type Shell } from "../src/cli/completion/shells.ts";
import { programIn } from "../src/cli/program.ts";
import { shapeOf } from "../src/cli/shape.ts";
import { manPage } from "./man-page.ts";

/** Where each shell's script lies; its name is the one that the shell looks for. */
export const COMPLETION_FILES: Readonly<Record<Shell, string>> = {
  bash: "completions/pktwhy.bash",
  zsh: "completions/_pktwhy",
  fish: "completions/pktwhy.fish",
};

/** The files with their content. */
export function commandFiles(): readonly (readonly [name: string, content: string])[] {
  const shape = shapeOf(programIn("en"));
  return [
    ["man/pktwhy.1", manPage("en", packageVersion())],
    ["man/zh_CN/pktwhy.1", manPage("zh", packageVersion())],
    ...SHELLS.map((shell) => [COMPLETION_FILES[shell], completionScript(shell, shape)] as const),
  ];
}
