// Who keeps this host's network and its firewall rules over a reboot: by its files and its processes. Nothing is asked
// and nothing is started: a question to systemd or D-Bus may start what it asks.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Manager } from "../model/manager.ts";
import type { ManagerFile } from "./state-file.ts";

/** What a host shows of its managers. */
interface ManagerFacts {
  /** Names of the programs that run, as the kernel cuts them to 15 letters. */
  readonly running: ReadonlySet<string>;
  /** Those of the files below that are there, with their text where it matters. */
  readonly files: ReadonlyMap<string, string>;
}

const NETPLAN = "/etc/netplan";
const NETWORKD = "/etc/systemd/network";
const INTERFACES = "/etc/network/interfaces";
const UFW = "/etc/ufw/ufw.conf";
const NFTABLES = "/etc/nftables.conf";
const PERSISTENT = "/etc/iptables/rules.v4";
/** systemd's links for what is enabled. */
const ENABLED = {
  nftables: "/etc/systemd/system/sysinit.target.wants/nftables.service",
  nftablesLater: "/etc/systemd/system/multi-user.target.wants/nftables.service",
  persistent: "/etc/systemd/system/multi-user.target.wants/netfilter-persistent.service",
  ufw: "/etc/systemd/system/multi-user.target.wants/ufw.service",
} as const;
const LISTED = [NETPLAN, NETWORKD];
const READ = [INTERFACES, UFW, NFTABLES, PERSISTENT, ...Object.values(ENABLED)];

/** Programs that write firewall rules of their own, by the name of their process. */
const WRITERS: readonly (readonly [process: string, name: string])[] = [
  ["dockerd", "Docker"],
  ["kube-proxy", "kube-proxy"],
  ["k3s-server", "kube-proxy"],
  ["k3s-agent", "kube-proxy"],
  ["kubelet", "kubelet"],
  ["calico-node", "CNI"],
  ["cilium-agent", "CNI"],
  ["flanneld", "CNI"],
  ["libvirtd", "libvirt"],
  ["virtnetworkd", "libvirt"],
  ["fail2ban-server", "fail2ban"],
];

/** Looks; what cannot be read is not there. `root` is where the host's files lie. */
export function managerOfHost(root = "/"): ManagerFile {
  const files = new Map<string, string>();
  for (const directory of LISTED) {
    for (const name of namesIn(join(root, directory))) files.set(`${directory}/${name}`, "");
  }
  for (const path of READ) {
    const text = textOf(join(root, path));
    if (text !== null) files.set(path, text);
  }
  return judgeManager({ running: runningIn(join(root, "proc")), files });
}

// From what is seen to who keeps it; of several network managers the one that writes for the others comes first.
function judgeManager({ running, files }: ManagerFacts): ManagerFile {
  const seen: string[] = [];
  const program = (name: string): boolean => {
    if (!running.has(name.slice(0, 15))) return false;
    seen.push(`process ${name}`);
    return true;
  };
  const file = (wanted: string | undefined): boolean => {
    if (wanted === undefined) return false;
    seen.push(wanted);
    return true;
  };
  const first = (pattern: RegExp): string | undefined => [...files.keys()].find((path) => pattern.test(path));
  const network = networkOf({ program, file, first, files });
  const rules = rulesOf({ program, file, files });
  const writers = [...new Set(WRITERS.flatMap(([name, writer]) => (program(name) ? [writer] : [])))];
  return {
    ...(network ? { network } : {}),
    ...(rules ? { rules } : {}),
    ...(writers.length === 0 ? {} : { writers }),
    seen,
  };
}

interface Looks {
  readonly program: (name: string) => boolean;
  readonly file: (path: string | undefined) => boolean;
  readonly files: ReadonlyMap<string, string>;
}

type First = (pattern: RegExp) => string | undefined;

function networkOf({ program, file, first, files }: Looks & { readonly first: First }): Manager["network"] {
  if (file(first(/^\/etc\/netplan\/.+\.ya?ml$/))) return "netplan";
  if (program("NetworkManager")) return "NetworkManager";
  if (program("systemd-networkd")) return "networkd";
  // Debian's file is always there; only what it says of an interface beside lo tells that it is used.
  const stanza = /^\s*iface\s+(?!lo\s)\S+\s+inet\b/m;
  if (stanza.test(files.get(INTERFACES) ?? "") && file(INTERFACES)) return "ifupdown";
  return file(first(/^\/etc\/systemd\/network\/.+\.network$/)) ? "networkd" : null;
}

function rulesOf({ program, file, files }: Looks): Manager["rules"] {
  if (program("firewalld")) return "firewalld";
  if (/^\s*ENABLED\s*=\s*yes/im.test(files.get(UFW) ?? "") && file(UFW)) return "ufw";
  const isEnabled = (path: string): boolean => files.has(path);
  if ((isEnabled(ENABLED.nftables) || isEnabled(ENABLED.nftablesLater)) && file(NFTABLES)) return "nftables";
  return (isEnabled(ENABLED.persistent) || isEnabled(PERSISTENT)) && file(PERSISTENT) ? "iptables-persistent" : null;
}

function runningIn(proc: string): ReadonlySet<string> {
  return new Set(
    namesIn(proc)
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => nameOf(join(proc, pid))),
  );
}

// firewalld and fail2ban are scripts: the process has the interpreter's name, and its second word is the program.
function nameOf(process: string): string[] {
  const name = textOf(join(process, "comm"))?.trim();
  if (name === undefined) return [];
  if (!name.startsWith("python")) return [name];
  const script = textOf(join(process, "cmdline"))
    ?.split("\0")
    .find((word, at) => at > 0 && word.startsWith("/"));
  return script === undefined ? [name] : [name, (script.split("/").at(-1) ?? "").slice(0, 15)];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

// A link that leads to a file of another mount is there as well.
function textOf(path: string): string | null {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : "";
  } catch {
    return null;
  }
}
