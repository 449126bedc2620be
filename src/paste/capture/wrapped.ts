// Puts together a packet line that a terminal or a mail program broke: at a column (nothing is lost) or at a blank.

import { parseIpv4 } from "../../model/address.ts";
import { parseArpText, parseIpText, parseVerbose } from "./body.ts";
import { parseHead } from "./head.ts";

// A line of 200 characters in a window of 40.
const MOST_PIECES = 6;

/** The whole line, where some way of joining the pieces makes sense; else the first piece as it stands. */
export function joinPieces(pieces: readonly string[]): { text: string; used: number } {
  const first = pieces[0] ?? "";
  for (let used = Math.min(pieces.length, MOST_PIECES); used > 1; used--) {
    const joins = used - 1;
    for (let mask = 0; mask < 2 ** joins; mask++) {
      let joined = first;
      for (let at = 1; at < used; at++) joined += `${(mask >> (at - 1)) & 1 ? " " : ""}${pieces[at]}`;
      if (isWhole(joined)) return { text: joined, used };
    }
  }
  return { text: first, used: 1 };
}

/** Whether a line reads as a packet from beginning to end. */
function isWhole(line: string): boolean {
  const head = parseHead(line);
  if (head === null) return false;
  // Only the shape is asked for: a name counts as an address, half an address does not.
  const resolve = (name: string) => (/[A-Za-z]/.test(name) ? parseIpv4("0.0.0.0") : null);
  if (head.network === "arp")
    return (
      parseArpText(head.rest, null, resolve) !== null &&
      /length \d+$|is-at [0-9a-f:]{17}(?: \(oui [^)]*\))?$/.test(head.rest)
    );
  if (head.network !== "ip") return false;
  const verbose = parseVerbose(head.rest);
  if (verbose && verbose.rest === "") return true;
  const network = parseIpText(verbose ? verbose.rest : head.rest, verbose, null, resolve);
  if (network?.kind !== "icmp") return false;
  return network.icmp !== null && /length \d+$|\[\|icmp\]$/.test(head.rest);
}
