// Commands that start another one inside a namespace, a container or a pod: where that is, and what is run there.

import type { ContainerRuntime } from "../model/container.ts";
import { ownValue } from "../model/own-value.ts";

/** The place that a command enters. */
export interface Entered {
  /** As it is named on the command line; null where it stays where it is. */
  readonly place: string | null;
  /** Who keeps the container of that name. */
  readonly container: PastedContainer | null;
  readonly words: readonly string[];
}

/** A container or pod that the paste names. */
export interface PastedContainer {
  readonly name: string;
  readonly runtime: ContainerRuntime;
  readonly podNamespace?: string;
}

const EXECS: Readonly<Record<string, ContainerRuntime>> = {
  docker: "docker",
  podman: "podman",
  nerdctl: "containerd",
  crictl: "containerd",
  kubectl: "containerd",
  oc: "containerd",
  lxc: "lxc",
  incus: "lxc",
};
const WITH_VALUE =
  /^-[euwncl]$|^--(?:env|user|workdir|env-file|detach-keys|container|namespace|context|selector|cwd|mode)$/;

/** The container's process where a line asks its runtime for it, written so that it is one word. */
export function shortened(line: string): string {
  return line.replace(
    /"?(?:\$\(|`)\s*(?:sudo\s+)?(docker|podman)\s+(?:container\s+)?inspect\s[^()`]{0,120}?\s?([\w.-]+)\s*(?:\)|`)"?/g,
    (_, runtime: string, name: string) => `@${runtime}:${name}`,
  );
}

/** What `ip netns exec`, nsenter, docker exec and the like start; null where the words start nothing elsewhere. */
export function entered(words: readonly string[]): Entered | null {
  const [first = "", second = "", third] = [baseName(words[0] ?? ""), words[1], words[2]];
  if (first === "ip" && /^net?n?s?$/.test(second) && third === "exec" && words[3] !== undefined)
    return { place: words[3], container: null, words: words.slice(4) };
  if (first === "ip" || first === "bridge") return byOption(first, words);
  if (first === "nsenter") return byNsenter(words);
  if (first === "lxc-attach") return byAttach(words);
  const runtime = ownValue(EXECS, first);
  if (runtime !== undefined && RUNS.test(first) && words.includes("run")) return byRun(words, runtime);
  return runtime !== undefined && words.includes("exec") ? byExec(words, first, runtime) : null;
}

// `ip -br -n NAME link`: among the options in front of the object.
function byOption(tool: string, words: readonly string[]): Entered | null {
  let at = 1;
  while (words[at]?.startsWith("-") && !/^-n(?:etns)?$/.test(words[at] as string))
    at += /^-(?:f|family|b|batch)$/.test(words[at] as string) ? 2 : 1;
  const place = words[at]?.startsWith("-") ? words[at + 1] : undefined;
  if (place === undefined) return null;
  return { place, container: null, words: [tool, ...words.slice(1, at), ...words.slice(at + 2)] };
}

function byExec(words: readonly string[], tool: string, runtime: ContainerRuntime): Entered | null {
  const verb = words.indexOf("exec");
  const isPod = tool === "kubectl" || tool === "oc";
  let podNamespace = isPod ? optionIn(words.slice(1, verb), "n", "namespace") : null;
  let at = verb + 1;
  for (; words[at]?.startsWith("-") && words[at] !== "--"; at++) {
    const word = words[at] as string;
    if (isPod && /^(?:-n|--namespace)$/.test(word)) podNamespace = words[at + 1] ?? null;
    if (WITH_VALUE.test(word)) at++;
  }
  const name = baseName(words[at] ?? "");
  if (name === "") return null;
  const dashes = words.indexOf("--", at);
  const inner = dashes > at && (isPod || dashes === at + 1) ? words.slice(dashes + 1) : words.slice(at + 1);
  const container: PastedContainer = isPod
    ? { name, runtime, podNamespace: podNamespace ?? "default" }
    : { name, runtime };
  return { place: name, container, words: inner };
}

const RUNS = /^(?:docker|podman|nerdctl)$/;
// Options of `docker run` that stand alone; all others take a value.
const ALONE =
  /^-[dPitq]+$|^--(?:detach|init|interactive|no-healthcheck|privileged|publish-all|quiet|read-only|rm|tty|replace)$/;
// Images that start a program of their own, with the words behind them as its arguments.
const OWN_PROGRAM = /(?:^|[/-])(curl|dig|nmap)$/;

/** `docker run [options] IMAGE [COMMAND…]`: a container of its own, unless it takes its host's network. */
function byRun(words: readonly string[], runtime: ContainerRuntime): Entered | null {
  let at = words.indexOf("run") + 1;
  let name: string | null = null;
  let isOfHost = false;
  for (; words[at]?.startsWith("-"); at++) {
    const word = words[at] as string;
    const [, option = word, inline] = /^(--[\w-]+)=(.*)$/.exec(word) ?? [];
    const value = inline ?? (ALONE.test(option) ? null : (words[++at] ?? null));
    if (option === "--name") name = value;
    if (/^--net(?:work)?$/.test(option)) isOfHost = value === "host";
  }
  const image = (words[at] ?? "").replace(/@.*$|:[^/:]*$/, "");
  const given = words.slice(at + 1);
  const [, program] = OWN_PROGRAM.exec(image) ?? [];
  const inner = program === undefined || baseName(given[0] ?? "") === program ? given : [program, ...given];
  if (image === "" || inner.length === 0) return null;
  const place = isOfHost ? null : (name ?? NEW_CONTAINER);
  return { place, container: isOfHost || name === null ? null : { name, runtime }, words: inner };
}

/** What a container without a name is called. */
export const NEW_CONTAINER = "container";

function byAttach(words: readonly string[]): Entered | null {
  const name = optionIn(words, "n", "name");
  const dashes = words.indexOf("--");
  if (name === null || dashes < 0) return null;
  return { place: name, container: { name, runtime: "lxc" }, words: words.slice(dashes + 1) };
}

function optionIn(words: readonly string[], short: string, long: string): string | null {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === `-${short}` || word === `--${long}`) return words[at + 1] ?? null;
    if (word.startsWith(`--${long}=`)) return word.slice(long.length + 3);
  }
  return null;
}

// The namespace by its file, else by the process whose it is.
function byNsenter(words: readonly string[]): Entered | null {
  let file: string | null = null;
  let target: string | null = null;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-")) break;
    const long = /^--(net|target)(?:=(.*))?$/.exec(word);
    if (long?.[1] === "net" && long[2] !== undefined) file = baseName(long[2]);
    else if (long?.[1] === "target") target = long[2] ?? words[++at] ?? null;
    else if (/^-[a-zA-Z]*t$/.test(word)) target = words[++at] ?? null;
    else if (/^-t\d+$/.test(word)) target = word.slice(2);
    else if (/^-n.*\//.test(word)) file = baseName(word.slice(2).replace(/^=/, ""));
  }
  const rest = words.slice(at);
  if (rest.length === 0) return null;
  const [, runtime, name] = /^@(docker|podman):(.+)$/.exec(target ?? "") ?? [];
  if (file === null && name !== undefined)
    return { place: name, container: { name, runtime: runtime as ContainerRuntime }, words: rest };
  return { place: file ?? (target === null ? null : `pid-${target}`), container: null, words: rest };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
