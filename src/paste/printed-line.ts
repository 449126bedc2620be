// Lines that programs print, and prompts: nobody's own words.

import { readPingLine } from "../model/ping-line.ts";
import { startsLikeStamp } from "./capture/head.ts";
import { parseTypedLine } from "./prompt.ts";
import { isOutputLine } from "./tools/families.ts";

// Logs and traces, fields of JSON, columns of a table, and what strerror says behind a program's name or call.
const LISTED =
  /^\s*(?:trace id [\da-f]+ |\[ *\d+\.\d+\] |[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d |"[\w.-]+": |[[\]{}]+,?\s*$)|\S {3,}\S.*\S {3,}\S|^[\w./-]+(?:: [\w ()'".#-]+)?: (?:Network (?:is )?unreachable|Operation timed out|No route to host|Host is unreachable|Connection (?:refused|timed out|reset by peer)|Name or service not known)$/;

/** Whether a program, and no person, has written the line. */
export function isPrintedLine(text: string): boolean {
  return (
    readPingLine(text) !== null ||
    startsLikeStamp(text) ||
    isOutputLine(text) ||
    LISTED.test(text) ||
    parseTypedLine(text).length > 0
  );
}
