// Pasted terminal text to a report: tcpdump's lines become packets, listings and commands become state, ping's words stay ping's.

import { causeByCode, causes } from "../causes/registry.ts";
import { explain, type PlacedCommand } from "../explain/explain.ts";
import { parsePingOutput } from "../explain/ping-output.ts";
import { standingOut } from "../explain/standing-out/standing-out.ts";
import { FlowTracker } from "../flow/tracker.ts";
import { formatIpv4, type Ipv4, parseIpv4 } from "../model/address.ts";
import { NO_PROCESS } from "../model/container.ts";
import type { LoggedPacket } from "../model/firewall-log.ts";
import type { Flow } from "../model/flow.ts";
import type { Packet } from "../model/packet.ts";
import { readPingLine } from "../model/ping-line.ts";
import type { Problem } from "../model/problem.ts";
import type { Report } from "../model/report.ts";
import type { SystemState } from "../model/system-state.ts";
import { type Text, text } from "../model/text.ts";
import type { InputSummary, Vantage } from "../model/vantage.ts";
import { packetsOf } from "../paste/capture/packets.ts";
import { cleanLines, type PastedLine } from "../paste/clean.ts";
import type { PastedContainer } from "../paste/enter.ts";
import { NEW_CONTAINER } from "../paste/enter.ts";
import { onParentIn } from "../paste/on-parent.ts";
import { type Paste, readPaste } from "../paste/read.ts";
import type { UnreadOutput } from "../paste/state/replay.ts";
import { ASKER } from "../paste/tools/arping.ts";
import { type DriveOptions, drive } from "../savefile/inputs/drive.ts";
import type { CaptureInput } from "../savefile/open.ts";
import { arpAsker } from "./arp-asker.ts";
import { namedHosts } from "./named-hosts.ts";
import { withoutForeignCommands } from "./other-systems.ts";
import { failedConnection } from "./paste-connections.ts";
import { typedOnHosts } from "./paste-hosts.ts";
import { loggedAddress, loggedInstead, loggedQuestions } from "./paste-logged.ts";
import { hostsByName, interfaceNotTold, nothingUsable, notUnderstood, toldByName } from "./paste-problems.ts";
import { NOT_ASKED, type Wondered, wondered } from "./paste-questions.ts";
import { replayedPastes } from "./replayed-pastes.ts";
import { namingOf } from "./state-file.ts";
import { type KeyedContainer, throughWays } from "./ways-in.ts";

/** Text copied from a terminal. */
export interface PastedText {
  /** As the report calls it: a file's name, or any other. */
  readonly source: string;
  /** Prompts, commands and what they printed, as they were copied. */
  readonly content: string;
  /** Where its packets were captured, if that is known and the text does not say it. */
  readonly interface?: string | null;
  readonly netns?: string | null;
}

/** Pastes and what was given beside them. */
export interface PasteSet {
  readonly pastes: readonly PastedText[];
  /** Captures given beside them. */
  readonly captures?: readonly CaptureInput[];
  /** State named by hand; it wins over what the pastes tell. */
  readonly state?: SystemState | null;
  /** What was wrong so far. */
  readonly problems?: readonly Problem[];
  /** Tell what was tried to explain each flow. */
  readonly why?: boolean;
}

/** What pastes come to. */
export interface PasteReport {
  /** Null where the text holds nothing usable; `problems` then says what is missing. */
  readonly report: Report | null;
  /** Everything that a person should be told besides. */
  readonly problems: readonly Problem[];
  /** Lines nobody understood, with their numbers. */
  readonly unknown: readonly PastedLine[];
}

/**
 * Explains pasted terminal text: lines of tcpdump, what ping printed, listings and commands of ip, sysctl, nft and the
 * like, in any order. Reads no file but the captures given beside it, and throws nothing for what the text holds.
 */
export async function reportOfPastes(set: PasteSet, options: DriveOptions = {}): Promise<PasteReport> {
  const problems = [...(set.problems ?? [])];
  const given = set.state ?? null;
  const read = set.pastes.map((one) => ({ one, paste: readPaste(one.content, one.source) }));
  const replayed = replayedPastes(read);
  const state = given ?? replayed.state;
  const unread = [...read.flatMap(({ paste }) => paste.unknown), ...replayed.unknown];
  const packets: Packet[] = [];
  const inputs: InputSummary[] = [];
  const named: PastedLine[] = [];
  const hosts = namedHosts(state === null ? set.pastes.map(({ content }) => content).join("\n") : "");
  const byName = naming(replayed.names, hosts, state);
  for (const { one, paste } of read) addPackets(one, paste, { packets, inputs, named, state, byName });
  const typed = read.flatMap(({ paste }) => paste.pings.map(placedPing).map((ping) => addressed(ping, byName)));
  const driven = await captured(set.captures ?? [], state, options);
  problems.push(...driven.problems);
  // A ping that was typed and printed nothing says something only where the system is known.
  const answering = typed.filter((one) => state !== null || (one.output ?? "").trim() !== "");
  const said = packets.length === 0 && answering.length === 0 && driven.flows.length === 0;
  const logged = read.flatMap(({ paste }) => paste.logged);
  const question = questionOf(set.pastes, {
    unread: byNumber(unread),
    state,
    said,
    works: worked(typed),
    byName: namingByLog(replayed.names, logged, byName),
    packets,
    logged,
  });
  const unknown = unread.filter(({ number }) => !question.lines.has(number));
  const telling = [...answering, ...question.pings, ...question.connections, ...question.logged];
  if (packets.length === 0 && telling.length === 0 && driven.flows.length === 0) {
    const told = withoutQuestion(set.pastes, { named, names: [], unknown, unread: replayed.unread, inputs }, state);
    return { report: told.report, problems: [...problems, ...told.problems], unknown };
  }
  problems.push(...doubtsOf(set.pastes, { named, names: hosts.names, unknown, unread: replayed.unread, inputs }));
  const flows = renumbered([...followed(packets), ...driven.flows]);
  const report = explain({
    flows,
    inputs: [...inputs, ...driven.summaries],
    state,
    ...(given === null ? { pasted: true as const } : {}),
    onParent: onParentIn(set.pastes.map(({ content }) => content)),
    stateAfter: null,
    rulesListedAfter: given === null && read.length === 1 && read.every(({ paste }) => listsRulesLast(paste)),
    command: question.connections[0] ?? (typed.length === 1 ? (typed[0] ?? null) : null),
    further: [...(typed.length === 1 && question.connections.length === 0 ? [] : typed), ...question.pings],
    ...(logged.length === 0 ? {} : { log: { logged, asked: question.logged } }),
    problems,
    evicted: 0,
    causes,
    why: set.why === true,
  });
  const typedAt = [...new Set([NEW_CONTAINER, ...read.flatMap(({ paste }) => paste.hosts)])];
  const configured = [...replayed.notes, ...besideTheAnswer(report, given === null ? state : null)];
  const placed = typedOnHosts(noted(hosts.told(report), question.notes, configured), typedAt);
  const inside = [...read.flatMap(({ paste }) => paste.containers), ...replayed.containers];
  const entered = throughWays(placed, containersOf(inside));
  return { report: withoutForeignCommands(entered, replayed.systems), problems, unknown };
}

// With a state, an address that stands for a name would be looked up in it.
function naming(
  names: ReadonlyMap<string, string>,
  hosts: ReturnType<typeof namedHosts>,
  state: SystemState | null,
): (name: string) => Ipv4 | null {
  return (name) =>
    name === ASKER
      ? hosts.addressOf(name)
      : (parseIpv4(name === "localhost" ? LOOPBACK : (names.get(name) ?? "")) ??
        (state === null ? hosts.addressOf(name) : null));
}

// Where the log names the one address to which such a port was asked, a name that nothing else tells stands for it.
function namingByLog(
  names: ReadonlyMap<string, string>,
  logged: readonly LoggedPacket[],
  byName: (name: string) => Ipv4 | null,
): (name: string, port: number) => Ipv4 | null {
  return (name, port) => (names.has(name) || name === "localhost" ? null : loggedAddress(logged, port)) ?? byName(name);
}

interface Doubtful {
  readonly named: readonly PastedLine[];
  readonly names: readonly string[];
  readonly unknown: readonly PastedLine[];
  readonly unread: readonly UnreadOutput[];
  readonly inputs: readonly InputSummary[];
}

function doubtsOf(pastes: PasteSet["pastes"], { named, names, unknown, unread, inputs }: Doubtful): Problem[] {
  const byNames = names.filter((name) => name !== ASKER);
  return [
    ...(named.length > 0 ? [hostsByName(pastes, named, "warning")] : []),
    ...(byNames.length > 0 ? [toldByName(pastes, byNames)] : []),
    ...(unknown.length > 0 ? [notUnderstood(pastes[0]?.source ?? "", unknown, unread)] : []),
    ...pastes.filter((one) => isNameless(one, inputs)).map(({ source }) => interfaceNotTold(source)),
  ];
}

interface Asking {
  readonly unread: readonly PastedLine[];
  readonly state: SystemState | null;
  /** No packet was shown, and no ping. */
  readonly said: boolean;
  /** The pings that were shown were answered. */
  readonly works: boolean;
  readonly packets: readonly Packet[];
  readonly logged: readonly LoggedPacket[];
  byName(name: string, port: number): Ipv4 | null;
}

// A connection that failed, else what is asked in words, else what a firewall's log names. Where a ping failed as well, that
// is what is wrong first.
function questionOf(
  pastes: PasteSet["pastes"],
  { unread, state, said, works, byName, packets, logged }: Asking,
): Wondered {
  const isTold = packets.some(({ network }) => network.kind === "tcp" || network.kind === "udp");
  const lines = pastes.flatMap(({ content }) => cleanLines(content));
  const failed = (said || works) && !isTold ? failedConnection(lines, state, byName) : null;
  const asked = failed ?? (said ? wondered(unread, state) : NOT_ASKED);
  if (failed !== null || isTold || !(said || works)) return asked;
  return loggedInstead(asked, loggedQuestions(logged, lines, !said));
}

function worked(pings: readonly PlacedCommand[]): boolean {
  return pings.every(({ output, said }) => {
    const printed = said?.printed ?? parsePingOutput(output ?? "");
    return printed !== null && printed.answers > 0;
  });
}

const MOST_BESIDE = 2;

// Where nothing decides, what keeps packets from getting through anyway may be it.
function besideTheAnswer({ answer }: Report, state: SystemState | null): Text[] {
  const isOpen = answer?.certainty === "possible" || causeByCode(answer?.code ?? "")?.lastResort !== undefined;
  if (state === null || answer === null || !isOpen || answer.verdict === "worked") return [];
  return standingOut(state)
    .slice(0, MOST_BESIDE)
    .map((one) => text(`Besides, ${one.en}.`, `另外，${one.zh}。`));
}

// What is configured otherwise than it is may be why: a short report keeps it whole.
function noted(report: Report, asked: readonly Text[], configured: readonly Text[]): Report {
  return {
    ...report,
    notes: [...asked, ...configured, ...report.notes],
    doubts: [...configured, ...(report.doubts ?? [])],
  };
}

function isNameless({ source }: PastedText, inputs: readonly InputSummary[]): boolean {
  return inputs.some(({ vantage }) => vantage.source === source && vantage.interface === null);
}

function containersOf(named: readonly PastedContainer[]): KeyedContainer[] {
  const byName = new Map(named.map((one) => [one.name, one] as const));
  return [...byName.values()].map((one) => ({ key: one.name, container: { ...one, id: one.name, pid: NO_PROCESS } }));
}

function placedPing({ argv, output, netns, said, otherPrompt }: Paste["pings"][number]): PlacedCommand {
  const isShown = output.trim() !== "";
  const told = { ...(said === undefined ? {} : { said }), ...(otherPrompt ? { otherPrompt } : {}) };
  return { argv, exitCode: null, output, netns: netns ?? "", ...(isShown ? {} : { wondered: null }), ...told };
}

const LOOPBACK = "127.0.0.1";

// A ping of a name that the resolver found, and whose first line was not copied.
function addressed(ping: PlacedCommand, byName: (name: string) => Ipv4 | null): PlacedCommand {
  if (ping.said !== undefined) return ping;
  const said = (ping.output ?? "").split("\n").flatMap((line) => readPingLine(line) ?? []);
  if (said.length === 0 || said.some((one) => one.kind === "head" || one.kind === "ipv6")) return ping;
  if (
    said.some(
      (one) =>
        (one.kind === "refusal" && one.call === "resolve") || (one.kind === "statistics" && one.destination !== null),
    )
  )
    return ping;
  const at = ping.argv.findLastIndex((word, place) => place > 0 && /^[A-Za-z][\w.-]*$/.test(word));
  const isTarget =
    at > 0 &&
    !/^-[A-Za-z]*[IsciwWtpMQS]$/.test(ping.argv[at - 1] ?? "") &&
    !ping.argv.some((word) => parseIpv4(word) !== null);
  const address = isTarget ? byName(ping.argv[at] as string) : null;
  if (address === null) return ping;
  return { ...ping, argv: ping.argv.map((word, place) => (place === at ? formatIpv4(address) : word)) };
}

function byNumber(lines: readonly PastedLine[]): PastedLine[] {
  return [...lines].sort((a, b) => a.number - b.number);
}

const UNCOUNTED = /^Chain \S+ \(policy [A-Z]+\)|^-[PA] \S+ /;

// Time order is the order in the paste.
function listsRulesLast({ pings, state }: Paste): boolean {
  const over = Math.max(0, ...pings.map(({ number }) => number));
  const listings = state.flatMap(({ lines }) =>
    lines.filter(({ text: line }) => /^table \S+ .*\{|^\*(?:filter|raw|mangle|nat)$|^Chain \S+ \(/.test(line)),
  );
  // Without -v, iptables prints no counts: that a rule has none says nothing.
  const counts = state.every(({ lines }) => lines.every(({ text: line }) => !UNCOUNTED.test(line)));
  return counts && pings.length > 0 && listings.length > 0 && listings.every(({ number }) => number > over);
}

interface Collected {
  readonly packets: Packet[];
  readonly inputs: InputSummary[];
  /** Lines whose hosts are named and nothing else. */
  readonly named: PastedLine[];
  readonly state: SystemState | null;
  byName(name: string): Ipv4 | null;
}

function addPackets(one: PastedText, paste: Paste, { packets, inputs, named, state, byName }: Collected): void {
  for (const capture of paste.captures) {
    const resolve = (name: string): Ipv4 | null =>
      (name === ASKER ? arpAsker(capture, state) : paste.names.get(name)) ?? byName(name);
    const vantageFor = (name: string | null, netns: string | null, clock: string): Vantage => ({
      id: inputs.length + packets.length,
      netns: one.netns ?? netns,
      interface: name ?? one.interface ?? null,
      source: one.source,
      ...(clock === "date" ? {} : { undated: true as const }),
    });
    const made = packetsOf(capture, vantageFor, resolve);
    for (const packet of made.packets) packets.push(packet);
    inputs.push(...made.summaries);
    for (const line of made.unknown) named.push(line);
  }
}

// Lines without any time keep the order of the paste; the others are put in order of time, as merged captures are.
function followed(packets: readonly Packet[]): Flow[] {
  const tracker = new FlowTracker({});
  const timed = packets.every((p) => p.frame.time !== null);
  const ordered = timed
    ? [...packets].sort((a, b) => Number((a.frame.time as bigint) - (b.frame.time as bigint)))
    : packets;
  for (const packet of ordered) tracker.push(packet);
  return tracker.finish();
}

async function captured(
  captures: readonly CaptureInput[],
  state: SystemState | null,
  options: DriveOptions,
): Promise<{ flows: Flow[]; summaries: readonly InputSummary[]; problems: readonly Problem[] }> {
  if (captures.length === 0) return { flows: [], summaries: [], problems: [] };
  const tracker = new FlowTracker({});
  const driven = await drive(captures, tracker, { ...options, ...(state === null ? {} : { naming: namingOf(state) }) });
  return { flows: tracker.finish(), summaries: driven.summaries, problems: driven.problems };
}

function renumbered(flows: readonly Flow[]): Flow[] {
  return flows.map((flow, index) => ({ ...flow, id: index + 1 }));
}

// Nothing was asked and nothing is walked: what stands out in what was shown is told all the same.
function withoutQuestion(
  pastes: readonly PastedText[],
  { named, unknown, unread }: Doubtful,
  state: SystemState | null,
): Pick<PasteReport, "report" | "problems"> {
  if (named.length > 0) return { report: null, problems: [hostsByName(pastes, named, "error")] };
  const notes = state === null ? [] : standingOut(state);
  const problems = [
    nothingUsable(pastes, state, notes),
    ...(unknown.length > 0 ? [notUnderstood(pastes[0]?.source ?? "", unknown, unread)] : []),
  ];
  const empty = { answer: null, command: null, inputs: [], flows: [] };
  return { report: notes.length === 0 ? null : { ...empty, notes, doubts: notes, problems }, problems };
}
