// A stock Debian, made of nothing but Debian's packages: its kernel with the modules that networks need, and its userland.

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { kernelWithin } from "./kernel-image.ts";

/** The suite that ships each kernel. */
export const SUITES: Readonly<Record<string, string>> = { "5.10": "bullseye", "6.1": "bookworm", "6.12": "trixie" };

/** What a guest boots from. */
export interface Debian {
  readonly kernel: string;
  /** Archives that are unpacked one over the other. */
  readonly archives: readonly string[];
}

/** Where what was built is kept from one run to the next. */
export const CACHE =
  process.env.PKTWHY_GUEST_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pktwhy-guest");

const ATTEMPTS = 2;
const LONGEST_BOOTSTRAP_MS = 10 * 60_000;

/** What the tool, the lab and the tests call, by Debian's names. */
const TOOLS = [
  ...["iproute2", "tcpdump", "iputils-ping", "iputils-arping", "nftables", "iptables", "conntrack", "ethtool"],
  ...["wireguard-tools", "procps", "kmod", "libcap2-bin", "libstdc++6", "python3-minimal"],
];

/** What only people would read in there; as dpkg's path-exclude it would cost a Python for each package. */
const UNREAD = ["man", "doc", "locale", "i18n", "zoneinfo"].map((part) => `usr/share/${part}`);

// Modules of machines that no network of namespaces has stay out: the archive is unpacked at each boot.
const WANTED = [
  /^kernel\/(net|crypto|lib|arch\/x86\/crypto|drivers\/(virtio|char\/hw_random))\//,
  /^kernel\/drivers\/char\/virtio_console\.ko/,
  /^kernel\/drivers\/net\/([^/]+\.ko|(bonding|team|vxlan|wireguard|ipvlan|netdevsim|geneve)\/)/,
];
const UNWANTED =
  /^kernel\/net\/(sunrpc|bluetooth|wireless|mac80211|can|atm|ax25|netrom|rose|dccp|sctp|tipc|rds|ceph|smc|nfc|batman-adv|openvswitch|rxrpc|appletalk|lapb|x25|phonet|ieee802154|6lowpan|mac802154|qrtr)\//;

/** Builds what is not there yet and says what a guest with that kernel boots from. */
export function debianWith(version: string): Debian {
  const suite = SUITES[version];
  if (suite === undefined)
    throw new Error(`no Debian with kernel ${version}; there are ${Object.keys(SUITES).join(", ")}`);
  mkdirSync(CACHE, { recursive: true });
  const kernel = join(CACHE, `${suite}-kernel`);
  const [modules, userland] = [join(CACHE, `${suite}-modules.cpio`), join(CACHE, `${suite}-userland.cpio`)];
  if (!existsSync(modules) || !existsSync(kernel)) buildKernel(suite, kernel, modules);
  if (!existsSync(userland)) buildUserland(suite, userland);
  return { kernel, archives: [userland, modules] };
}

// Unpacked, not installed: no script of a package runs.
function buildKernel(suite: string, kernel: string, archive: string): void {
  inScratch(suite, (scratch) => {
    const unpacked = join(scratch, "unpacked");
    bootstrap(suite, unpacked, ["--variant=extract", "--include=linux-image-amd64"]);
    const boot = join(unpacked, "boot");
    const image = readdirSync(boot).find((name) => name.startsWith("vmlinuz-"));
    if (image === undefined) throw new Error(`${suite}: the package of the kernel holds no vmlinuz`);
    const release = image.slice("vmlinuz-".length);
    const all = [join(unpacked, "usr/lib/modules", release), join(unpacked, "lib/modules", release)].find(existsSync);
    if (all === undefined) throw new Error(`${suite}: the package of the kernel holds no modules`);
    const chosen = join(scratch, "chosen");
    const modules = join(chosen, "usr/lib/modules", release);
    for (const file of readdirSync(all, { recursive: true, encoding: "utf8" })) {
      const whole = /\.ko(\.xz|\.zst)?$/.test(file);
      if (
        whole ? !WANTED.some((one) => one.test(file)) || UNWANTED.test(file) : !/^modules\.(order|builtin)/.test(file)
      )
        continue;
      mkdirSync(dirname(join(modules, file)), { recursive: true });
      cpSync(join(all, file), join(modules, file));
    }
    // Unpacked here once, not at each boot.
    execFileSync("sh", [
      "-c",
      `find "$1" -name '*.ko.xz' -exec xz -d {} +; find "$1" -name '*.ko.zst' -exec zstd -q -d --rm {} +`,
      "sh",
      modules,
    ]);
    execFileSync("depmod", ["-b", join(chosen, "usr"), release]);
    pack(chosen, archive);
    writeFileSync(kernel, kernelWithin(readFileSync(join(boot, image))));
  });
}

function buildUserland(suite: string, archive: string): void {
  inScratch(suite, (scratch) => {
    const root = join(scratch, "root");
    bootstrap(suite, root, ["--variant=minbase", `--include=${TOOLS.join(",")}`]);
    // Debian's own Node is too old on some of these.
    cpSync(realpathSync(process.execPath), join(root, "usr/local/bin/node"));
    for (const part of [...UNREAD, "var/cache/apt", "var/lib/apt/lists"])
      rmSync(join(root, part), { recursive: true, force: true });
    pack(root, archive);
  });
}

function bootstrap(suite: string, directory: string, options: readonly string[]): void {
  const more = ["--quiet", "--mode=root", '--aptopt=APT::Install-Recommends "false"'];
  // Its progress is not the output of the command that runs in the guest. A mirror may be away for a moment.
  for (let attempt = 1; ; attempt++) {
    try {
      execFileSync("mmdebstrap", [...more, ...options, suite, directory, mirror()], {
        stdio: ["ignore", 2, 2],
        timeout: LONGEST_BOOTSTRAP_MS,
      });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** Where any Debian may be had, if apt has nothing to say. */
const EVERYWHERE = "http://deb.debian.org/debian/";

// Where this machine gets its own packages from.
function mirror(): string {
  if (process.env.PKTWHY_GUEST_MIRROR !== undefined) return process.env.PKTWHY_GUEST_MIRROR;
  const listed = execFileSync("apt-get", [
    "indextargets",
    "--format",
    "$(REPO_URI)",
    "Created-By: Packages",
  ]).toString();
  // It names none before the first `apt-get update`.
  return listed.split("\n").find((line) => line.endsWith("/debian/")) ?? EVERYWHERE;
}

/** All files below a directory as one archive that the kernel unpacks. */
export function pack(directory: string, archive: string): void {
  execFileSync("sh", [
    "-c",
    'cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet >"$2"',
    "sh",
    directory,
    `${archive}.new`,
  ]);
  renameSync(`${archive}.new`, archive);
}

function inScratch(suite: string, work: (scratch: string) => void): void {
  const scratch = join(CACHE, `${suite}-${process.pid}`);
  try {
    mkdirSync(scratch, { recursive: true });
    work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
