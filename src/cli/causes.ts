// pktwhy causes: the list of causes, or the manual page of one.

import type { Command } from "commander";
import { usageError } from "../case/usage-error.ts";
import { nearest } from "../model/nearest.ts";
import { type Language, printable, text } from "../model/text.ts";
import type { Say } from "./language.ts";
import { textOptions } from "./terminal.ts";

/** Adds the command. */
export function addCauses(program: Command, say: Say, language: Language): void {
  const command = program
    .command("causes")
    .description(say(text("list the causes, or print the manual page of one", "列出全部原因，或打印其中一项的说明")))
    .argument("[code]", say(text("code of a cause, e.g. arp-no-local-owner", "原因的代码，例如 arp-no-local-owner")))
    .option("--json", say(text("print JSON", "输出 JSON")))
    .action(async (code: string | undefined) => {
      await printCauses(code, language, command.optsWithGlobals<CausesOptions>());
    });
}

interface CausesOptions {
  readonly color: boolean;
  readonly json?: boolean;
}

async function printCauses(
  code: string | undefined,
  language: Language,
  { color, json = false }: CausesOptions,
): Promise<void> {
  const [{ causes, causeByCode }, { fixesOf }, { renderCauseList, renderCausePage }, { jsonOfCause }] =
    await Promise.all([
      import("../causes/registry.ts"),
      import("../edits/fixes.ts"),
      import("../render/causes-page.ts"),
      import("../render/causes-json.ts"),
    ]);
  const data = (cause: (typeof causes)[number]) => jsonOfCause(cause, fixesOf(cause, {}, null), language);
  const options = {
    ...textOptions(process.stdout, language, { color }),
    titleOf: (other: string) => causeByCode(other)?.title,
  };
  if (code === undefined) {
    process.stdout.write(json ? `${JSON.stringify(causes.map(data), null, 2)}\n` : renderCauseList(causes, options));
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
  process.stdout.write(
    json ? `${JSON.stringify(data(cause), null, 2)}\n` : renderCausePage(cause, fixesOf(cause, {}, null), options),
  );
}
