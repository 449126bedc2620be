// A namespace that the watched command turns out to run in: captured from then on, with its state of that moment.

import { elapsedMs } from "../../clock.ts";
import { addressesNamed, askedBy } from "../../explain/command/asked-command.ts";
import { innerCommands, isWrapper } from "../../explain/command/wrappers.ts";
import { ownValue, putOwn } from "../../model/own-value.ts";
import type { Problem } from "../../model/problem.ts";
import { printable, text, verbatim } from "../../model/text.ts";
import { collectNamespace, findNamespaces, type NamespaceTarget } from "../../system/collect.ts";
import { parseState } from "../../system/parse.ts";
import type { NamespaceFile, StateFile } from "../../system/state-file.ts";
import { linksOf } from "../links.ts";
import type { LinkName } from "../messages.ts";
import { foresee, type LivePlaces, placesByState } from "../places.ts";
import type { LiveCapture } from "../supervisor.ts";
import type { RunWork } from "./messages.ts";
import { wantedPing } from "./planned.ts";
import type { SeenProgram } from "./processes.ts";

/** What is captured and known before. */
interface Beginning {
  readonly live: LiveCapture<RunWork>;
  readonly file: StateFile;
  readonly targets: readonly NamespaceTarget[];
  readonly filter: string | null;
  /** Hears where is captured besides. */
  readonly tell: (where: LivePlaces) => void;
}

/** The namespaces that are found while the command runs. */
export class LateNamespaces {
  readonly #beginning: Beginning;
  readonly #began = elapsedMs();
  readonly #captured: Set<string>;
  readonly #files: Record<string, NamespaceFile> = {};
  readonly #targets: NamespaceTarget[];
  #work: Promise<void> = Promise.resolve();

  constructor(beginning: Beginning) {
    this.#beginning = beginning;
    this.#targets = [...beginning.targets];
    this.#captured = new Set(beginning.live.where.plans.map((plan) => plan.netns));
  }

  /** A process of the command has been seen in this namespace for the first time. */
  entered(inode: number, program: SeenProgram): void {
    const known = this.#targets.find((target) => target.inode === inode);
    if (known !== undefined && this.#captured.has(known.key)) return;
    // Where everything starts, what only enters another namespace is no sign of traffic.
    if (known?.key === "" && isWrapper(program.argv)) return;
    // What goes wrong here only leaves the namespace out of view.
    this.#work = this.#work.then(() => this.#look(inode, program)).catch(() => {});
  }

  /** Everything that was begun is done: the namespaces that came to be meanwhile, and the keys of all. */
  async end(): Promise<{
    readonly files: Readonly<Record<string, NamespaceFile>>;
    readonly keyOf: (inode: number) => string | null;
  }> {
    await this.#work;
    return {
      files: this.#files,
      keyOf: (inode) => this.#targets.find((target) => target.inode === inode)?.key ?? null,
    };
  }

  async #look(inode: number, { argv }: SeenProgram): Promise<void> {
    const { live, file, filter, tell } = this.#beginning;
    const target = await this.#targetOf(inode);
    if (target === null || this.#captured.has(target.key)) return;
    const since = capturedSince(target.key, elapsedMs() - this.#began);
    if (ownValue(file.namespaces, target.key) === undefined)
      putOwn(this.#files, target.key, await collectNamespace(target));
    const namespaces = { ...file.namespaces, ...this.#files };
    const { state } = parseState({ ...file, namespaces }, "this machine");
    const [inner] = innerCommands(argv);
    const asked = inner === undefined ? undefined : askedBy(inner).find(({ ping }) => ping.destination !== null)?.ping;
    const [address] = addressesNamed(argv);
    const ping = asked ?? (address === undefined ? null : wantedPing(address, null));
    const trace = foresee(state, target.key, ping, argv);
    const where = placesByState(state, this.#targets, [{ netns: target.key, ping, trace }], filter);
    const fresh = where.plans.flatMap((plan, at) => (this.#captured.has(plan.netns) ? [] : [at]));
    const places = fresh.flatMap((at) => where.places[at] ?? []);
    const plans = fresh.flatMap((at) => where.plans[at] ?? []);
    for (const plan of plans) this.#captured.add(plan.netns);
    const watching = where.watching.filter(({ netns }) => plans.some((plan) => plan.netns === netns));
    const names = new Map<string, readonly LinkName[]>();
    for (const { netns } of plans) names.set(netns, linksOf(ownValue(namespaces, netns)?.link));
    tell(await live.add({ places, plans, watching }, names, since));
  }

  async #targetOf(inode: number): Promise<NamespaceTarget | null> {
    const known = this.#targets.find((target) => target.inode === inode);
    if (known !== undefined) return known;
    for (const target of await findNamespaces())
      if (!this.#targets.some(({ inode: other }) => other === target.inode)) this.#targets.push(target);
    return this.#targets.find((target) => target.inode === inode) ?? null;
  }
}

function capturedSince(netns: string, milliseconds: number): Problem {
  const name = netns === "" ? text("this host", "本机") : verbatim(printable(netns));
  const after = Math.max(1, Math.round(milliseconds));
  return {
    kind: "capture-late",
    severity: "warning",
    place: netns,
    text: text(
      `That the command runs in ${name.en} was seen ${after} ms after its start: what passed there before was not captured.`,
      `命令启动 ${after} 毫秒后才发现它在${name.zh}中运行：此前那里经过的报文没有抓到。`,
    ),
  };
}
