// Connections that were typed in a paste (curl, nc, ssh and their like) and of which nothing but the command's words is there.

import { wantedConnections } from "../explain/command/connect-command.ts";
import type { Ipv4 } from "../model/address.ts";
import type { SocketFailure } from "../model/flow.ts";
import type { SystemState } from "../model/system-state.ts";
import type { PastedLine } from "../paste/clean.ts";
import { parseTypedLine } from "../paste/prompt.ts";
import { ownersOf } from "../system/lookup/owner.ts";
import { NOT_ASKED, type Wondered } from "./paste-questions.ts";

// In the words of the tools, which are strerror's, in English and Chinese.
const FAILURES: readonly (readonly [RegExp, SocketFailure | null])[] = [
  [/connection refused|拒绝连接/i, "ECONNREFUSED"],
  [/no route to host|没有到主机的路由/i, "EHOSTUNREACH"],
  [/network is unreachable|网络不可达/i, "ENETUNREACH"],
  [/timed? ?out|连接超时/i, "ETIMEDOUT"],
  [/failed to connect|couldn't connect|could not connect|unable to connect|无法连接/i, null],
];

/** The first to a host that was shown that failed by its own words; null where none did. */
export function failedConnection(lines: readonly PastedLine[], state: SystemState): Wondered | null {
  for (const [at, line] of lines.entries()) {
    const typed = parseTypedLine(line.text).find(({ argv }) =>
      wantedConnections(argv).some(({ address }) => address !== null && showsSockets(address, state)),
    );
    // An unnamed prompt says nothing of who asks: perhaps another host than the one that was listed.
    const netns = typed?.netns ?? typed?.host;
    if (typed === undefined || netns === undefined) continue;
    const output = outputBelow(lines, at);
    const failure = FAILURES.find(([words]) => output.some(({ text }) => words.test(text)));
    if (failure === undefined) continue;
    const command = {
      argv: typed.argv,
      exitCode: null,
      output: output.map(({ text }) => text).join("\n"),
      netns,
      toldFailed: failure[1],
    };
    return { ...NOT_ASKED, connections: [command], lines: new Set([line, ...output].map(({ number }) => number)) };
  }
  return null;
}

function outputBelow(lines: readonly PastedLine[], at: number): readonly PastedLine[] {
  const below = lines.slice(at + 1);
  const end = below.findIndex(
    ({ text, number }, k) => parseTypedLine(text).length > 0 || number !== (lines[at]?.number ?? 0) + 1 + k,
  );
  return end < 0 ? below : below.slice(0, end);
}

// Of a host whose sockets nobody has listed, what it answers is not known.
function showsSockets(address: Ipv4, state: SystemState): boolean {
  return ownersOf(state, address).some(({ netns }) => state.namespaces.get(netns)?.sockets !== undefined);
}
