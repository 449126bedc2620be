// pktwhy causes: the list of causes, or the manual page of one.

import type { Command } from "commander";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { nearest } from "./suggest.ts";
import { textOptions } from "./terminal.ts";
import { usageError } from "./usage.ts";

/** Adds the command. */
export function addCauses(program: Command, say: Say, language: Language): void {
  const command = program
    .command("causes")
    .description(say(text("list the causes, or print the manual page of one", "列出全部原因，或打印其中一项的说明")))
    .argument("[code]", say(text("code of a cause, e.g. arp-no-local-owner", "原因的代码，例如 arp-no-local-owner")))
    .action(async (code: string | undefined) => {
      const { color } = command.optsWithGlobals<{ color: boolean }>();
      await printCauses(code, language, color);
    });
}

async function printCauses(code: string | undefined, language: Language, color: boolean): Promise<void> {
  const [{ causes, causeByCode }, { renderCauseList, renderCausePage }] = await Promise.all([
    import("../causes/registry.ts"),
    import("../render/causes-page.ts"),
  ]);
  const options = {
    ...textOptions(process.stdout, language, { color }),
    titleOf: (other: string) => causeByCode(other)?.title,
  };
  if (code === undefined) {
    process.stdout.write(renderCauseList(causes, options));
    return;
  }
  const cause = causeByCode(code);
  if (cause === undefined) {
    const meant = nearest(
      code,
      causes.map((one) => one.code),
    );
    const name = printable(code);
    throw usageError(
      code,
      text(
        `There is no cause ${name}.${meant === null ? "" : ` Did you mean ${meant}?`} pktwhy causes lists them all.`,
        `没有 ${name} 这个原因。${meant === null ? "" : `是不是 ${meant}？`}pktwhy causes 会列出全部原因。`,
      ),
    );
  }
  process.stdout.write(renderCausePage(cause, options));
}
