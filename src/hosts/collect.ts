// pktwhy collect: the state of several hosts before and after, and captures on all of them meanwhile, into one case.

import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_FILTER } from "../capture/backend.ts";
import { BundleDirectory } from "../case/bundle-directory.ts";
import { formatHosts, HOSTS_FILE, MOST_HOSTS } from "../case/hosts/hosts-file.ts";
import { packageVersion } from "../case/package-root.ts";
import { usageError } from "../case/usage-error.ts";
import type { Problem } from "../model/problem.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { HostSpec } from "./connection.ts";
import type { FilterOf } from "./filter-during.ts";
import { mistakable, parsePod } from "./pod.ts";
import { RemoteHost } from "./remote-host.ts";
import type { Remote } from "./remotes.ts";
import { parseHost } from "./ssh.ts";

/** What is collected. */
export interface Collecting {
  readonly hosts: readonly HostSpec[];
  /** Directory of the case; it must be new or empty. */
  readonly path: string;
  /** By the state of each host. */
  readonly filter?: FilterOf;
  /** What collects there; plain tools where it is not said. */
  readonly remote?: Remote;
  /** Seconds after which it ends by itself on the hosts, whatever becomes of us. */
  readonly longest: number;
  /** Names of hosts that somebody else puts beside these, the first ones. */
  readonly beside?: readonly string[];
}

// What has just passed is still on its way through buffers and the connection.
const LAST_FRAMES_MS = 200;

/** Hosts and pods as they were asked for, and the image of a debug container for pods. */
export interface AskedHosts {
  readonly host?: readonly string[];
  readonly pod?: readonly string[];
  readonly debugImage?: string;
}

/** The hosts as they were asked for; throws a usage error where two have one name. */
export function parseHosts({ host = [], pod = [], debugImage }: AskedHosts): HostSpec[] {
  const hosts = [...host.map(parseHost), ...pod.map((one) => parsePod(one, debugImage ?? null))];
  const twice = mistakable(hosts);
  if (twice !== undefined) {
    const name = printable(twice.name);
    const option = twice.pod === undefined ? "--host" : "--pod";
    throw usageError(
      twice.target,
      text(
        `Two hosts are called ${name}. Give one of them another name: ${option} b2=${printable(twice.target)}`,
        `有两台主机都叫 ${name}。请给其中一台另起名字：${option} b2=${printable(twice.target)}`,
      ),
    );
  }
  if (hosts.length > MOST_HOSTS)
    throw usageError(
      "--host",
      text(`A case holds ${MOST_HOSTS} hosts at most.`, `一个案例最多包含 ${MOST_HOSTS} 台主机。`),
    );
  return hosts;
}

/** Hosts that are being collected. */
export class Collection {
  readonly hosts: readonly RemoteHost[];
  readonly #top: BundleDirectory;
  readonly #beside: readonly string[];
  /** What could not be written beside the hosts' own files. */
  #lost: Problem | null = null;

  private constructor(hosts: readonly RemoteHost[], top: BundleDirectory, beside: readonly string[]) {
    this.hosts = hosts;
    this.#top = top;
    this.#beside = beside;
  }

  /** Connects to all of them, and begins to capture where that can be; what cannot is told by their problems. */
  static async start(asked: Collecting): Promise<Collection> {
    const top = await BundleDirectory.open(asked.path);
    const wanted = {
      filter: asked.filter ?? (() => DEFAULT_FILTER),
      seconds: asked.longest,
      application: `pktwhy ${packageVersion()}`,
      remote: asked.remote ?? "plain",
    };
    const hosts: RemoteHost[] = [];
    for (const spec of asked.hosts) hosts.push(new RemoteHost(spec, await top.folder(spec.name), wanted));
    const collection = new Collection(hosts, top, asked.beside ?? []);
    // Whatever ends us now leaves a case that can be read.
    await collection.#list();
    await Promise.all(hosts.map((host) => host.start()));
    return collection;
  }

  get problems(): readonly Problem[] {
    return [...this.hosts.flatMap(({ problems }) => problems), ...(this.#lost === null ? [] : [this.#lost])];
  }

  /** Ends it on all hosts; fulfilled once everything is written. */
  async finish(): Promise<void> {
    await sleep(LAST_FRAMES_MS);
    await Promise.all(this.hosts.map((host) => host.finish()));
    await this.#list();
    await this.#top.close();
  }

  async #list(): Promise<void> {
    const listed = [
      ...this.#beside.map((name) => ({ name, problems: [] })),
      ...this.hosts.map(({ spec, problems }) => ({ name: spec.name, problems })),
    ];
    this.#lost = await this.#top.replace(HOSTS_FILE, formatHosts(listed));
  }
}

/** What a person is told once all is under way. */
export function listeningText(hosts: readonly RemoteHost[]): Text {
  const names = hosts.filter(({ isListening }) => isListening).map(({ spec }) => printable(spec.name));
  if (names.length === 0) return text("no host could be captured on", "没有一台主机可以抓包");
  return text(`capturing on ${names.join(", ")}`, `正在抓包：${names.join("、")}`);
}
