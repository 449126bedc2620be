// Lines by which pings refuse their own command line, recorded from iputils; and lines that look like them.

import { expect, it } from "vitest";
import { refusedCommandLine } from "../../src/explain/refused-command-line.ts";

it.each([
  "ping: invalid argument: '0x2a'",
  "/usr/bin/ping: option requires an argument -- 'c'",
  "ping: invalid option -- 'z'",
])("%s", (line) => {
  expect(refusedCommandLine(`${line}\n\nUsage\n  ping [options] <destination>\n`)).toBe(line);
});

it.each([
  "ping: connect: Invalid argument",
  "ping: sendmsg: Invalid argument",
  "PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\nping: invalid argument: '1'",
  "ping: invalid.example: Name or service not known",
])("not %j", (output) => {
  expect(refusedCommandLine(output)).toBeNull();
});
