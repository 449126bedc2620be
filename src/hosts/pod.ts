// A pod as a host: the caller's own kubectl with its own configuration and rights. Words are given as they are, never through
// a shell of ours.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { usageError } from "../case/usage-error.ts";
import { areMistakable, isHostName } from "../model/host.ts";
import { printable, text } from "../model/text.ts";
import { toolPath } from "../tool-environment.ts";
import { callersEnvironment, type HostConnection, type HostSpec, type Pod } from "./connection.ts";

// Names of Kubernetes: RFC 1123 labels and subdomains. Neither can be taken for an option.
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const IMAGE = /^[A-Za-z0-9][\w.:/@-]{0,254}$/;
const LOOK_MS = 30_000;

/** `shop/web`, or `NAME=shop/web` for one that is to be called otherwise; throws a usage error for what is none. */
export function parsePod(asked: string, image: string | null): HostSpec {
  const [, given, target = ""] = /^(?:([^=]*)=)?(.*)$/s.exec(asked) ?? [];
  const [namespace = "", name = "", ...more] = target.split("/");
  const isPod = NAMESPACE.test(namespace) && NAME.test(name) && more.length === 0;
  if (image !== null && !IMAGE.test(image)) throw noImage(image);
  if (isPod && isHostName(given ?? target)) return { name: given ?? target, target, pod: { namespace, name, image } };
  const shown = printable(asked);
  throw usageError(
    asked,
    text(
      `${shown} is no pod. Write its namespace and its name: --pod shop/web-7d4b9; or with a name of your own: web=shop/web-7d4b9`,
      `${shown} 不是 pod。请写出命名空间和名字：--pod shop/web-7d4b9；也可以另起名字：web=shop/web-7d4b9`,
    ),
  );
}

/** What a look into the pod's own container came to. */
type Tools = "there" | "lacking" | "unknown";

/** The pod's containers share one network; this is the way into one of them. */
export class PodConnection implements HostConnection {
  readonly #pod: Pod;
  /** The debug container that is added; null where the pod's own has all. */
  readonly #added: string | null;
  /** Whether there is no tcpdump, and no image of one that has. */
  readonly isLacking: boolean;

  private constructor(pod: Pod, tools: Tools) {
    this.#pod = pod;
    this.#added = tools === "lacking" && pod.image !== null ? `pktwhy-${randomBytes(4).toString("hex")}` : null;
    this.isLacking = tools === "lacking" && this.#added === null;
  }

  /** Looks whether the pod has the tools. */
  static async open(pod: Pod): Promise<PodConnection> {
    return new PodConnection(pod, await toolsIn(pod));
  }

  /** Name of the container that was added. */
  get added(): string | null {
    return this.#added;
  }

  run(which: "first" | "further", command: readonly string[]): ChildProcess {
    return spawn(toolPath("kubectl"), this.words(which, command), {
      env: callersEnvironment(),
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
  }

  /** What kubectl is called with: the first process in a debug container is the container itself. */
  words(which: "first" | "further", command: readonly string[]): string[] {
    const added = this.#added;
    const { image } = this.#pod;
    if (added === null || image === null) return execWords(this.#pod, [], command);
    if (which === "further") return execWords(this.#pod, ["-c", added], command);
    // `netadmin` gives it NET_ADMIN and NET_RAW.
    const asked = ["--image", image, "--profile", "netadmin", "--container", added];
    return ["debug", "-i", "-q", "-n", this.#pod.namespace, ...asked, this.#pod.name, "--", ...command];
  }

  close(): void {}
}

/** Whether two hosts cannot be told apart by their names. */
export function mistakable(hosts: readonly HostSpec[]): HostSpec | undefined {
  return hosts.find(({ name }, at) => hosts.slice(0, at).some((other) => areMistakable(name, other.name)));
}

function execWords({ namespace, name }: Pod, which: readonly string[], command: readonly string[]): string[] {
  return ["exec", "-i", "-n", namespace, ...which, name, "--", ...command];
}

const LOOK =
  'PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; command -v tcpdump >/dev/null && command -v ip >/dev/null && echo PKTWHY-TOOLS || echo PKTWHY-NONE';

function toolsIn(pod: Pod): Promise<Tools> {
  return new Promise((resolve) => {
    const how = { env: callersEnvironment(), timeout: LOOK_MS, maxBuffer: 65_536 };
    execFile(toolPath("kubectl"), execWords(pod, [], ["sh", "-c", LOOK]), how, (_, output, said) => {
      // An image without a shell has no tools either.
      const isBare = /executable file not found|no such file or directory/i.test(said);
      if (/^PKTWHY-TOOLS$/m.test(output)) resolve("there");
      else resolve(/^PKTWHY-NONE$/m.test(output) || isBare ? "lacking" : "unknown");
    });
  });
}

function noImage(image: string) {
  const shown = printable(image);
  return usageError(
    image,
    text(
      `${shown} is no image: write it as for kubectl, for instance --debug-image nicolaka/netshoot`,
      `${shown} 不是镜像：写法与 kubectl 相同，例如 --debug-image nicolaka/netshoot`,
    ),
  );
}
