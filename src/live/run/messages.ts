// What the two halves of `pktwhy run` tell each other beyond what all live work says.

import type { ReportOptions } from "../../case/report-writer.ts";
import type { RanCommand } from "../../explain/case.ts";
import type { Earlier } from "../../explain/since/since.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";

/** A command is watched, and its report is told at the end. */
export interface RunWork {
  readonly begin: {
    /** The command that is to run. */
    readonly command: { readonly argv: readonly string[]; readonly netns: string };
    readonly report: ReportOptions;
    /** What the kernel waits between ARP requests, in milliseconds. */
    readonly retransTime: number;
    /** The earlier case of `--since`. */
    readonly earlier?: EarlierCase;
  };
  readonly finish: {
    /** The wrapped command and how it went. */
    readonly command: {
      readonly argv: readonly string[];
      readonly netns: string;
      readonly exitCode: number | null;
      readonly output: string | null;
      readonly ran?: readonly RanCommand[];
    };
    /** Namespaces that came to be while the command ran, as they were then. */
    readonly late: Readonly<Record<string, NamespaceFile>>;
  };
  /** Say when no question on the wire is open any more. */
  readonly order: { readonly kind: "settle" };
  readonly word: StillOpen;
}

/** What is known of an earlier case of the same ping. */
export interface EarlierCase extends Omit<Earlier, "state"> {
  readonly state: StateFile;
}

/** What is still to be waited for, or that nothing is. */
type StillOpen = { readonly kind: "open"; readonly what: "arp" | "echo" } | { readonly kind: "settled" };

/** Name of the internal command that reads the packets. */
export const EXPLAINER = "live-explainer";
