// One output of a program around ping, read by its family.

import type { PastedLine } from "../clean.ts";
import type { TypedCommand } from "../prompt.ts";
import { type ArpingSaid, arpingSaid } from "./arping.ts";
import type { Family } from "./families.ts";
import { fpingSaid } from "./fping.ts";
import { pathSaid } from "./path.ts";
import { hpingSaid, npingSaid } from "./raw-probes.ts";
import { printedOf, refusalOf, type ToolSaid } from "./said.ts";

/** What it asked, each with what was said of it; of ARP the questions and answers themselves. */
export interface ToolRead {
  readonly said: readonly ToolSaid[];
  readonly arping: ArpingSaid | null;
}

const NOTHING: ToolRead = { said: [], arping: null };

/** Empty where the lines tell nothing of a question over IPv4. */
export function readTool(family: Family, lines: readonly PastedLine[], command: TypedCommand | null): ToolRead {
  const typed = command === null ? null : withoutRedirection(command.argv);
  const of = (said: ToolSaid | null): ToolRead => (said === null ? NOTHING : { said: [said], arping: null });
  switch (family) {
    case "arping": {
      const arping = arpingSaid(lines, typed);
      return arping === null ? of(refused(lines, typed ?? ["arping", "?"])) : { said: [], arping };
    }
    case "fping": {
      const said = fpingSaid(lines, typed);
      return said.length === 0 ? of(refused(lines, typed ?? ["fping", "?"])) : { said, arping: null };
    }
    case "hping":
      return of(hpingSaid(lines, typed));
    case "nping": {
      const arping = arpingSaid(lines, null);
      return arping === null ? { said: npingSaid(lines), arping: null } : { said: [], arping };
    }
    default:
      return of(pathSaid(family, lines, typed));
  }
}

// It never came to ask: no such name, no such interface.
function refused(lines: readonly PastedLine[], argv: readonly string[]): ToolSaid | null {
  const refusals = lines.flatMap(({ text, number }) => refusalOf(text, number) ?? []);
  return refusals.length === 0 ? null : { argv, printed: printedOf(null, { refusals }), path: null };
}

function withoutRedirection(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => /^(?:[|&>]|\d>)/.test(word));
  return end < 0 ? argv : argv.slice(0, end);
}
