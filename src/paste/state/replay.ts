// Replays a paste: commands and listings in their order, each changing what was known before.

import type { SystemState } from "../../model/system-state.ts";
import type { Text } from "../../model/text.ts";
import type { PastedLine } from "../clean.ts";
import { configurationNotes } from "../configured/compare.ts";
import { readConfigured } from "../configured/configured.ts";
import type { PastedContainer } from "../enter.ts";
import type { ForeignSystem } from "../foreign/converted.ts";
import { inKnownForms } from "../foreign/foreign.ts";
import { stateOf } from "./export-state.ts";
import { networkOf } from "./import-state.ts";
import { askedBy, isAboutOthers, Listing, objectOf } from "./listing.ts";
import { inListingOrder } from "./listing-order.ts";
import type { NamespaceModel, PastedNetwork } from "./network.ts";
import { PastedNetwork as EmptyNetwork } from "./network.ts";
import { type PastedBlock, type PastedCommand, placeOf } from "./pasted.ts";
import { changeAddress, changeRoute } from "./replay-address.ts";
import { changeFdb, changeNeighbour, changePeer, changeRule, changeVlan } from "./replay-entries.ts";
import { changeIptables } from "./replay-iptables.ts";
import { addLink, deleteLink, deleteNamespace, setLink } from "./replay-link.ts";
import { changeNft } from "./replay-nft.ts";
import { replayBrctl, replayIfconfig, replayRoute } from "./replay-old-tools.ts";
import { changePort } from "./replay-port.ts";
import { writeSetting } from "./replay-sysctl.ts";
import { typedSettings, writtenSettings } from "./sysctl-text.ts";
import { unreadListing } from "./unread-listing.ts";

export type { PastedBlock } from "./pasted.ts";

/** A listing of which no line was understood. */
export interface UnreadOutput {
  /** The command as typed, or what it must have been. */
  readonly name: string;
  /** Numbers of its lines. */
  readonly lines: ReadonlySet<number>;
}

/** The state that a paste tells, null where it tells none. */
export interface TextState {
  readonly state: SystemState | null;
  /** Lines and commands that were understood. */
  readonly understood: number;
  readonly unknown: readonly PastedLine[];
  /** Whole listings among them. */
  readonly unread: readonly UnreadOutput[];
  /** Namespaces that are no Linux. */
  readonly systems: ReadonlyMap<string, ForeignSystem>;
  /** Containers that listings name, each a namespace. */
  readonly containers: readonly PastedContainer[];
  /** Addresses by the names that listings give them. */
  readonly names: ReadonlyMap<string, string>;
  /** What files configure, where it differs from what was shown. */
  readonly notes: readonly Text[];
}

/**
 * Commands are replayed as the kernel would carry them out, listings replace what they list, later text wins over
 * earlier. What nobody said stays undefined. A namespace of which anything was typed or only partly shown is
 * `replayed`: that this is all there is, is an assumption. Where a state is given, the commands go on from it.
 */
export function stateFromText(blocks: readonly PastedBlock[], from: SystemState | null = null): TextState {
  const network = from === null ? new EmptyNetwork() : networkOf(from);
  const read = blocks.map((block) => ({ netns: placeOf(block) ?? "", ...readConfigured(block) }));
  const forms = inKnownForms(read.map(({ block }) => block));
  const unknown: PastedLine[] = [...forms.unknown];
  const unread: UnreadOutput[] = [];
  let understood = 0;
  let commands = 0;
  for (const block of inListingOrder(forms.blocks, mayChange)) {
    const { command } = block;
    // Each command may look through all that the others left.
    if (command !== null && ++commands > MOST_COMMANDS) {
      for (const line of block.lines) unknown.push(line);
      continue;
    }
    const done =
      command === null ? "listing" : isIpv6Only(command) || failed(block) ? "ignored" : replay(network, command);
    if (done === "ignored" || done === "done") {
      understood += 1;
      // What a command that changes something prints is about itself.
      if (done === "ignored" || block.lines.every((line) => line.text.trim() === "")) continue;
    }
    const asked = done === "done" ? askedBy(null) : askedBy(command);
    const listing = new Listing(asked);
    for (const line of block.lines) listing.feed(line);
    if (done !== "done") listing.take(network, network.namespace(placeOf(block) ?? ""));
    else if (listing.understood > 0) listing.take(network, network.namespace(placeOf(block) ?? ""));
    understood += listing.understood + (command !== null && done === "listing" && listing.understood > 0 ? 1 : 0);
    for (const line of listing.unknown) unknown.push(line);
    const whole = done === "listing" && listing.understood === 0 ? unreadListing(command, listing.unknown) : null;
    if (whole !== null) unread.push({ name: whole, lines: new Set(listing.unknown.map(({ number }) => number)) });
  }
  const notes = configurationNotes(
    network,
    read.filter(({ configured }) => configured.length > 0),
  );
  const state = stateOf(network);
  const begun = state && from && { ...state, takenAt: from.takenAt, kernel: from.kernel };
  const { systems, containers, names } = forms;
  return { state: begun ?? state, understood, unknown, unread, systems, containers, names, notes };
}

const MOST_COMMANDS = 5000;

// By its words alone: whether it does change something, replaying it tells.
function mayChange({ command }: PastedBlock): boolean {
  if (command === null) return false;
  const { argv, line } = command;
  const [name = "", ...words] = argv;
  switch (name) {
    case "ip":
    case "bridge":
      return words.some((word) => CHANGES.test(word));
    case "sysctl":
      return typedSettings(words).length > 0;
    case "brctl":
      return !/^show/.test(words[0] ?? "show");
    case "ifconfig":
      return words.filter((word) => !word.startsWith("-")).length > 1;
    case "route":
      return words.some((word) => /^(?:add|del)$/.test(word));
    case "iptables":
    case "iptables-nft":
    case "iptables-legacy":
      return !words.some((word) => /^-[nvt]*[LS]|^--list/.test(word));
    case "wg":
      return words[0] === "set";
    case "nft":
      return !/\blist\b/.test(line);
    default:
      return /^(?:echo|printf|for|tee|modprobe|systemctl)$/.test(name);
  }
}

const CHANGES = /^(?:add|a?ppend|prepend|del|delete|replace|change|flush|set)$/;

function isIpv6Only({ argv }: PastedCommand): boolean {
  return (argv[0] === "ip" && argv.slice(1, 4).some((w) => w === "-6" || w === "-f6")) || argv[0] === "ip6tables";
}

const FAILURE =
  /^(?:RTNETLINK answers: |Error: |Cannot |Device ".{1,60}" does not exist|Failed |ip: |sysctl: |iptables(?:-\w+)?(?: v[\d.]+ \(\w+\))?: |Command ".{1,60}" is unknown|.{0,200}(?:Operation not permitted|Permission denied|No such file or directory|command not found))/;

// A command that failed changed nothing; one that found its work already done leaves what it wanted.
function failed({ command, lines }: PastedBlock): boolean {
  const complaint = lines.find((line) => FAILURE.test(line.text) && !isAboutOthers(line.text));
  if (complaint === undefined) return false;
  const wanted = command?.argv.some((word) => /^(?:netns|a|addr|address|neigh|neighbour|rule)$/.test(word)) ?? false;
  return !(wanted && /File exists|already/.test(complaint.text));
}

/** "done": it changed something. "listing": it shows something. "ignored": it is not about state. */
type Replayed = "done" | "listing" | "ignored";

function replay(network: PastedNetwork, command: PastedCommand): Replayed {
  const ns = network.namespace(command.netns ?? "");
  const { argv } = command;
  const line = typedLine(command);
  ns.step++;
  const result = (did: boolean): Replayed => (did ? "done" : "listing");
  switch (argv[0]) {
    case "ip":
      return result(replayIp(network, ns, ipWords(argv), line));
    case "sysctl": {
      const settings = typedSettings(argv.slice(1));
      for (const setting of settings) writeSetting(ns, setting);
      return result(settings.length > 0);
    }
    case "echo":
    case "printf":
    case "for": {
      const settings = writtenSettings(command.line);
      for (const setting of settings) writeSetting(ns, setting);
      return settings.length > 0 ? "done" : "listing";
    }
    case "brctl":
      return result(replayBrctl(network, ns, argv.slice(1), line));
    case "ifconfig":
      return result(replayIfconfig(network, ns, argv.slice(1), line));
    case "route":
      return result(replayRoute(ns, argv.slice(1), line));
    case "bridge": {
      const [object = "", verb = "", ...words] = ipWords(argv);
      if (objectOf(object) === "link" && verb === "set") return result(changePort(ns, words));
      if (!/^(?:add|append|replace|del|delete)$/.test(verb)) return "listing";
      return result(
        objectOf(object) === "vlan"
          ? changeVlan(ns, verb, words)
          : objectOf(object) === "fdb" && changeFdb(ns, verb, words, line),
      );
    }
    case "iptables":
    case "iptables-nft":
    case "iptables-legacy":
      return result(changeIptables(ns, argv, line));
    case "wg":
      return result(changePeer(ns, argv.slice(1)));
    case "nft":
      return result(changeNft(ns, command.line, line));
    default:
      return "listing";
  }
}

// Options stand in front of the object; `-f inet` and `-c never` have a value.
function ipWords(argv: readonly string[]): string[] {
  let at = 1;
  while (argv[at]?.startsWith("-")) at += /^-(?:f|family|b|batch)$/.test(argv[at] as string) ? 2 : 1;
  const words = argv.slice(at);
  const end = words.findIndex((word) => /^[|&<>]/.test(word));
  return [...(end < 0 ? words : words.slice(0, end))];
}

function replayIp(
  network: PastedNetwork,
  ns: NamespaceModel,
  [object = "", verb = "", ...words]: readonly string[],
  line: string,
): boolean {
  const changes = /^(?:add|a|append|prepend|del|delete|d|replace|repl|change|chg|flush|set)$/.test(verb);
  switch (objectOf(object)) {
    case "netns":
      return replayNetns(network, verb, words);
    case "link":
      if (verb === "add" || verb === "a") return addLink(network, ns, words, line);
      if (verb === "set" || verb === "s") return setLink(network, ns, words, line);
      return /^del/.test(verb) && deleteLink(ns, words);
    case "address":
      return changes && changeAddress(network, ns, verb, words, line);
    case "route":
      return changes && changeRoute(ns, verb, words, line);
    case "rule":
      return changes && changeRule(ns, verb, words, line);
    case "neighbour":
      return changes && changeNeighbour(ns, verb, words, line);
    default:
      return false;
  }
}

function replayNetns(network: PastedNetwork, verb: string, words: readonly string[]): boolean {
  const name = words[0];
  if (name === undefined) return false;
  if (verb === "add") {
    const ns = network.namespace(name);
    ns.created = true;
    // A new namespace holds its loopback device alone, and that is down.
    const lo = network.addLink(ns, "lo", "loopback");
    lo.addresses = [];
    network.refresh(lo);
    return true;
  }
  if (/^del/.test(verb)) {
    deleteNamespace(network, name);
    return true;
  }
  return false;
}

// As it will be quoted: without sudo, which says nothing about the state.
function typedLine({ line }: PastedCommand): string {
  return line.trim().replace(/^sudo (?:-\w+ )*/, "");
}
