// The caller's own ssh: its configuration, agent and jump hosts. We read no key and no password; words are given as they
// are, never through a shell of ours.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryDirectory } from "../case/temporary-directory.ts";
import { usageError } from "../case/usage-error.ts";
import { isHostName } from "../model/host.ts";
import { printable, text } from "../model/text.ts";
import { toolPath } from "../tool-environment.ts";
import { callersEnvironment, type HostConnection, type HostSpec } from "./connection.ts";

// A control socket's path has some hundred bytes at most (sun_path), of which ssh needs some for itself.
const LONGEST_PATH = 80;

/** `root@b`, or `NAME=root@b` for one that is to be called otherwise; throws a usage error for what ssh could take for an option. */
export function parseHost(asked: string): HostSpec {
  const [, given, target = ""] = /^(?:([^=@]*)=)?(.*)$/s.exec(asked) ?? [];
  const own = target
    .replace(/^ssh:\/\//, "")
    .replace(/^.*@/, "")
    .replace(/:\d+$/, "")
    .replace(/^\[|\]$/g, "");
  const name = given ?? own.replace(/[^A-Za-z0-9_.-]/g, "_");
  const isTarget = /^[^\s\p{Cc}-][^\s\p{Cc}]{0,254}$/u.test(target) && !own.startsWith("-") && own !== "";
  // With a slash it would read as a pod.
  if (isTarget && isHostName(name) && !name.includes("/")) return { name, target };
  const shown = printable(asked);
  throw usageError(
    asked,
    text(
      `${shown} is no host to connect to. Write it as for ssh, for instance root@b; or with a name of its own: b=root@10.0.0.2`,
      `${shown} 不是可以连接的主机。写法与 ssh 相同，例如 root@b；也可以另起名字：b=root@10.0.0.2`,
    ),
  );
}

/** One connection to a host, over which several sessions go. */
export class SshConnection implements HostConnection {
  readonly host: HostSpec;
  /** Where its control socket is; null where the caller's own configuration has one, or where ours would not fit. */
  readonly #directory: string | null;

  private constructor(host: HostSpec, directory: string | null) {
    this.host = host;
    this.#directory = directory;
  }

  /** Nothing is connected yet. */
  static async open(host: HostSpec): Promise<SshConnection> {
    const isOwn = (await ownControlPath(host.target)) || tmpdir().length > LONGEST_PATH;
    return new SshConnection(host, isOwn ? null : temporaryDirectory("pktwhy-ssh-"));
  }

  /** A process over there; the first one is the connection itself. */
  run(which: "first" | "further", command: readonly string[]): ChildProcess {
    // A session of its own: Ctrl-C in the terminal is for us, who end it in order. So ssh has nobody to ask.
    return spawn(toolPath("ssh"), this.words(which, command), {
      env: callersEnvironment(),
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  }

  /** What ssh is called with. */
  words(which: "first" | "further", command: readonly string[]): string[] {
    const path = this.#directory === null ? null : join(this.#directory, "c");
    return [
      "-T",
      ...(path === null ? [] : ["-o", `ControlMaster=${which === "first" ? "yes" : "no"}`]),
      ...(path === null ? [] : ["-o", `ControlPath=${path}`, "-o", "ControlPersist=no"]),
      ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=15"],
      ...["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
      ...["-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ClearAllForwardings=yes"],
      "--",
      this.host.target,
      ...command,
    ];
  }

  close(): void {
    if (this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true });
  }
}

// `ssh -G` tells what the configuration comes to, and connects to nothing.
function ownControlPath(target: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(toolPath("ssh"), ["-G", "--", target], { env: callersEnvironment(), timeout: 5000 }, (_, output) => {
      const path = /^controlpath (.*)$/m.exec(String(output))?.[1];
      resolve(path !== undefined && path !== "none");
    });
  });
}
