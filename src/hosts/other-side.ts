// What collects on another host: a pktwhy that is installed there, a node that is there and is sent ours, or a shell with
// plain tools. All are begun by a constant script of ours; none writes a file there.

import type { StateFile } from "../system/state-file.ts";
import { farSideScript } from "./far-side/script.ts";
import { farSpaces, farState } from "./far-state.ts";
import { PLAIN_SCRIPT } from "./plain-script.ts";
import { type RemoteSpace, remoteSpaces, remoteState } from "./remote-state.ts";
import { FAR_SIDE, READY, type Remote } from "./remotes.ts";
import type { Session } from "./session.ts";

/** One of them. */
export interface OtherSide {
  readonly remote: Remote;
  /** What `sh -s` is given. */
  readonly script: string;
  /** What is sent once that is ready, which then says so again. */
  readonly more: (() => Buffer) | null;
  readonly spaces: (session: Session) => Promise<{ spaces: readonly RemoteSpace[]; all: number }>;
  readonly state: (session: Session, spaces: readonly RemoteSpace[]) => Promise<StateFile>;
}

/** Captures are plain everywhere: tcpdump's bytes are the same whoever starts it. */
export const PLAIN: OtherSide = {
  remote: "plain",
  script: PLAIN_SCRIPT,
  more: null,
  spaces: remoteSpaces,
  state: remoteState,
};

const PATHS = 'PATH="$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin"; export PATH';

// Takes a line with a size and so many bytes, and runs them.
const LOADER = `
const { version, versions } = process;
if (Number(versions.node.split(".")[0]) < 20) {
  console.error("node " + version + " is older than 20");
  process.exit(126);
}
const input = process.stdin;
const chunks = [];
const take = (chunk) => {
  chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const begin = bytes.indexOf(10) + 1;
  const size = Number(bytes.toString("latin1", 0, begin));
  if (begin === 0 || bytes.length < begin + size) return;
  input.off("data", take);
  input.pause();
  new Function("require", "module", "exports", bytes.toString("utf8", begin, begin + size))(require, {}, {});
};
input.on("data", take);
process.stdout.write(${JSON.stringify(READY)});
`;

const NODE: OtherSide = {
  remote: "node",
  script: `${PATHS}
command -v node >/dev/null || { echo "node: not found" >&2; exit 127; }
exec node -e '${LOADER}'
`,
  more: () => {
    const script = farSideScript();
    return Buffer.concat([Buffer.from(`${script.length}\n`), script]);
  },
  spaces: farSpaces,
  state: farState,
};

const INSTALLED: OtherSide = {
  remote: "pktwhy",
  script: `${PATHS}
command -v pktwhy >/dev/null || { echo "pktwhy: not found" >&2; exit 127; }
exec pktwhy ${FAR_SIDE}
`,
  more: null,
  spaces: farSpaces,
  state: farState,
};

/** What collects by this name. */
export function otherSide(remote: Remote): OtherSide {
  return remote === "plain" ? PLAIN : remote === "node" ? NODE : INSTALLED;
}
