// What a command line runs in the end, and where: behind sudo, timeout, strace, a shell's -c, ip netns exec, nsenter, docker
// exec and whatever else starts another command.

import { ownValue } from "../../model/own-value.ts";
import { commandsOfScript, SHELL_CONNECTION } from "./shell-script.ts";

/** A command inside another one. */
export interface InnerCommand {
  readonly argv: readonly string[];
  /** The namespace, process (`pid-N`) or container it is put into; null where it stays in its caller's. */
  readonly netns: string | null;
  /** False where a shell or a container's runtime stands between: what they name may come to be, or be elsewhere. */
  readonly isSure: boolean;
}

/** Options with a value and words before the command, of a program that starts the rest of its line. */
interface Wrapper {
  /** Letters of short options that take a value. */
  readonly short?: string;
  /** Long options whose value may be a word of its own. */
  readonly long?: string;
  /** Words of its own in front of the command. */
  readonly words?: number;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: {
    short: "CDgGhpRrtTUu",
    long: "user group chdir host prompt role type other-user chroot command-timeout",
  },
  doas: { short: "Cu" },
  runuser: { short: "uGg", long: "user group supp-group" },
  setpriv: {
    long: "reuid regid ruid euid rgid egid groups inh-caps ambient-caps bounding-set securebits pdeathsig selinux-label apparmor-profile",
  },
  gosu: { words: 1 },
  "su-exec": { words: 1 },
  timeout: { short: "ks", long: "kill-after signal", words: 1 },
  nice: { short: "n", long: "adjustment" },
  ionice: { short: "cnp", long: "class classdata" },
  chrt: { short: "TPD", words: 1 },
  taskset: { words: 1 },
  numactl: { short: "CNilmPp", long: "cpunodebind physcpubind membind interleave preferred" },
  prlimit: {},
  stdbuf: { short: "ioe", long: "input output error" },
  env: { short: "uCS", long: "unset chdir" },
  time: { short: "fo", long: "format output" },
  strace: { short: "aeEIoOpPsSuUXb", long: "trace output string-limit user attach" },
  ltrace: { short: "aAeFlnopsuxX" },
  nohup: {},
  setsid: {},
  setarch: { words: 1 },
  chroot: { long: "userspec groups", words: 1 },
  flock: { short: "wE", long: "wait timeout", words: 1 },
  unbuffer: {},
  proxychains: { short: "f" },
  proxychains4: { short: "f" },
  firejail: {},
  cgexec: { short: "g" },
  "systemd-run": { short: "pHMuEGS", long: "property unit slice description setenv uid gid nice working-directory" },
  "systemd-inhibit": {},
  unshare: { short: "SGR", long: "setuid setgid root wd setgroups propagation map-user map-group kill-child" },
  command: {},
  exec: { short: "a" },
  builtin: {},
  busybox: {},
  toybox: {},
};

const SHELLS = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish"]);
const SCRIPTED = new Set(["su", "script", "watch"]);
const RUNTIMES = new Set([
  ...["docker", "podman", "nerdctl", "kubectl", "oc", "crictl", "lxc", "incus", "lxc-attach", "machinectl"],
]);
const POD_TOOLS = new Set(["kubectl", "oc"]);
const MOST_COMMANDS = 64;
const DEEPEST = 16;

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** All that it runs, as far as its words tell; what is no known wrapper is itself what it runs. */
export function innerCommands(argv: readonly string[]): InnerCommand[] {
  return unwrapped({ argv, netns: null, isSure: true }, 0).slice(0, MOST_COMMANDS);
}

/** Whether it only starts something else, as far as its words tell. */
export function isWrapper(argv: readonly string[]): boolean {
  const name = baseName(argv[0] ?? "");
  return SHELLS.has(name) || stepIn({ argv, netns: null, isSure: true }) !== null;
}

function unwrapped(command: InnerCommand, depth: number): InnerCommand[] {
  if (depth > DEEPEST || command.argv.length === 0) return [];
  const inner = stepIn(command);
  return inner === null ? [command] : inner.flatMap((one) => unwrapped(one, depth + 1));
}

// Null where it is no wrapper.
function stepIn({ argv, netns, isSure }: InnerCommand): InnerCommand[] | null {
  const inner = placedInner({ argv, netns });
  const name = baseName(argv[0] ?? "");
  const unsure = SHELLS.has(name) || SCRIPTED.has(name) || RUNTIMES.has(name);
  return inner?.map((one) => ({ ...one, isSure: isSure && !unsure })) ?? null;
}

type PlacedInner = Omit<InnerCommand, "isSure">;

function placedInner({ argv, netns }: PlacedInner): PlacedInner[] | null {
  const name = baseName(argv[0] ?? "");
  const one = (words: readonly string[] | null, place: string | null = netns): PlacedInner[] | null =>
    words === null || words.length === 0 ? null : [{ argv: words, netns: place }];
  if (SHELLS.has(name)) return ofShell(argv, netns);
  if (name === "su" || name === "script") return ofScript(optionOf(argv, "c", "command"), netns);
  if (name === "watch") {
    const words = afterOptions(argv.slice(1), { short: "nd", long: "interval" });
    return words.length === 0 ? null : ofScript(words.join(" "), netns);
  }
  if (name === "ip") return ofIp(argv, netns);
  if (name === "nsenter") {
    const entered = afterNsenter(argv);
    return one(entered.rest, entered.netns ?? netns);
  }
  if (RUNTIMES.has(name) && argv.includes("exec")) return ofExec(argv, netns);
  if (name === "lxc-attach") return one(afterDashes(argv), optionOf(argv, "n", "name") ?? netns);
  if (name === "machinectl" && argv[1] === "shell") return one(argv.slice(3), argv[2]?.replace(/^.*@/, "") ?? netns);
  const wrapper = ownValue(WRAPPERS, name);
  return wrapper === undefined ? null : one(afterWrapper(argv, wrapper));
}

function afterWrapper(argv: readonly string[], wrapper: Wrapper): string[] {
  const words = afterOptions(argv.slice(1), wrapper).slice(wrapper.words ?? 0);
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) words.shift();
  return words;
}

function afterOptions(words: readonly string[], { short = "", long = "" }: Wrapper): string[] {
  let at = 0;
  while (at < words.length && (words[at] as string).startsWith("-") && words[at] !== "-") {
    const word = words[at] as string;
    at++;
    if (word === "--") break;
    const takesNext = word.startsWith("--")
      ? long.split(" ").includes(word.slice(2))
      : word.length > 1 && short.includes(word.slice(-1)) && ![...word.slice(1, -1)].some((c) => short.includes(c));
    if (takesNext) at++;
  }
  return words.slice(at);
}

function afterDashes(argv: readonly string[]): string[] | null {
  const at = argv.indexOf("--");
  return at < 0 ? null : argv.slice(at + 1);
}

function optionOf(argv: readonly string[], short: string, long: string): string | null {
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--") return null;
    if (word === `--${long}` || new RegExp(`^-[A-Za-z]*${short}$`).test(word)) return argv[at + 1] ?? null;
    if (word.startsWith(`--${long}=`)) return word.slice(long.length + 3);
  }
  return null;
}

function ofScript(script: string | null, netns: string | null): PlacedInner[] | null {
  if (script === null) return null;
  const commands = commandsOfScript(script).map((argv) => ({ argv: withoutAssignments(argv), netns }));
  const known = commands.filter(({ argv }) => argv.length > 0);
  return known.length === 0 ? null : known;
}

function withoutAssignments(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return at < 0 ? [] : argv.slice(at);
}

function ofShell(argv: readonly string[], netns: string | null): PlacedInner[] | null {
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!/^[-+]/.test(word) || word === "--") return null;
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word)) {
      const inner = ofScript(argv[at + 1] ?? null, netns);
      // Other shells have no such files.
      return baseName(argv[0] ?? "") === "bash"
        ? inner
        : (inner?.filter((one) => !SHELL_CONNECTION.test(one.argv[0] ?? "")) ?? null);
    }
    if (word === "-o" || word === "+o" || word === "-O" || word === "--rcfile") at++;
  }
  return null;
}

function ofIp(argv: readonly string[], netns: string | null): PlacedInner[] | null {
  const vrf = argv.indexOf("vrf");
  if (vrf > 0 && argv[vrf + 1] === "exec" && argv.length > vrf + 3) return [{ argv: argv.slice(vrf + 3), netns }];
  const at = argv.findIndex((word) => word === "netns" || word === "net");
  if (at < 0 || argv[at + 1] !== "exec" || argv.length < at + 4) return null;
  return [{ argv: argv.slice(at + 3), netns: argv[at + 2] as string }];
}

// docker [options] [container] exec [options] NAME COMMAND…; kubectl exec [options] POD -- COMMAND…
function ofExec(argv: readonly string[], netns: string | null): PlacedInner[] | null {
  const at = argv.indexOf("exec");
  if (at < 0) return null;
  const dashes = argv.indexOf("--", at);
  const isPod = POD_TOOLS.has(baseName(argv[0] as string));
  const words = isPod && dashes > at ? argv.slice(at + 1, dashes) : argv.slice(at + 1);
  const [name, ...rest] = afterOptions(words, {
    short: "euwncl",
    long: "env user workdir env-file detach-keys container namespace context selector user cwd mode",
  });
  if (name === undefined) return null;
  const inner = isPod && dashes > at ? argv.slice(dashes + 1) : rest[0] === "--" ? rest.slice(1) : rest;
  const place = baseName(name);
  return inner.length === 0 ? null : [{ argv: inner, netns: place === "" ? netns : place }];
}

function afterNsenter(argv: readonly string[]): { netns: string | null; rest: string[] } {
  let netns: string | null = null;
  let target: string | null = null;
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] as string;
    if (word === "--") {
      at++;
      break;
    }
    if (!word.startsWith("-")) break;
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    if (long) {
      const [, name, value] = long;
      if (name === "net" && value !== undefined) netns = value;
      if (name === "target") target = value ?? argv[++at] ?? null;
    } else if (/^-[a-zA-Z]*t$/.test(word)) target = argv[++at] ?? null;
    else if (/^-t\d+$/.test(word)) target = word.slice(2);
    else if (/^-[SG]$/.test(word)) at++;
    else if (/^-n./.test(word) && !/^-n[a-zA-Z]+$/.test(word)) netns = word.slice(2).replace(/^=/, "");
  }
  if (netns === null && target !== null) netns = `pid-${target}`;
  const pid = /\/proc\/(\d+)\/ns\/net$/.exec(netns ?? "")?.[1];
  return {
    netns: pid !== undefined ? `pid-${pid}` : netns === null ? null : baseName(netns),
    rest: argv.slice(at),
  };
}
