// Reads a state file: what the tools printed becomes links, addresses, routes, rules and settings.

import { RUNTIMES } from "../model/container.ts";
import { ownValue } from "../model/own-value.ts";
import { type Problem, ProblemError } from "../model/problem.ts";
import type { Namespace, StateChange, SystemState } from "../model/system-state.ts";
import { printable, text } from "../model/text.ts";
import { type Nanoseconds, parseTime } from "../model/time.ts";
import { failedProblems } from "./failed-parts.ts";
import { parseBridge } from "./parse/bridge.ts";
import { inOrderOfTime, parseChanges } from "./parse/changes.ts";
import { parsePolicies } from "./parse/ipsec.ts";
import { parseAddresses, parseAddresses6, parseLinks } from "./parse/link.ts";
import { parseManager } from "./parse/manager.ts";
import { parseNeighbourProxies, parseNeighbours, parseNeighbours6 } from "./parse/neighbour.ts";
import { parseNft } from "./parse/nft.ts";
import { withNotLoaded } from "./parse/not-loaded.ts";
import { parseOpenSockets } from "./parse/open-socket.ts";
import { parsePrograms } from "./parse/program.ts";
import { parseLearnedMtus, parseNexthops, parseRoutes } from "./parse/route.ts";
import { parseRules } from "./parse/rule.ts";
import { type Fields, needFields, needList, needText, numberField, textField, wrongShape } from "./parse/shape.ts";
import { parseSockets } from "./parse/socket.ts";
import { parseQueues, parseTrafficFilters } from "./parse/traffic.ts";
import { parsePeers } from "./parse/wireguard.ts";
import { partlyRead } from "./partly.ts";
import { STATE_FORMAT } from "./state-file.ts";

const FILE_KEYS = new Set([
  "pktwhy",
  "takenAt",
  "kernel",
  "modules",
  "bpf",
  "holders",
  "manager",
  "failed",
  "namespaces",
]);
const NAMESPACE_KEYS = new Set([
  "netnsInode",
  "container",
  "nsid",
  "link",
  "addr",
  "route",
  "routeCache",
  "nexthop",
  "rule",
  "neigh",
  "neighProxy",
  "bridge",
  "sysctl",
  "nft",
  "iptables",
  "arptables",
  "ebtables",
  "conntrack",
  "qdisc",
  "filter",
  "xfrm",
  "wireguard",
  "packetSockets",
  "sockets",
  "socketTables",
  "rawSockets",
  "counters",
  "kernelLog",
  "missing",
  "changes",
]);

/**
 * Parses a state file (already JSON). Keys it does not know are warned about and ignored; what is absent stays unknown.
 * Throws ProblemError only for a wrong `pktwhy` or a part of the wrong shape.
 */
export function parseState(json: unknown, place: string): { state: SystemState; problems: Problem[] } {
  const file = needFields(json, place, printable(place));
  if (file.pktwhy !== STATE_FORMAT) throw wrongFormat(file.pktwhy, place);
  const problems: Problem[] = [];
  warnUnknown(file, FILE_KEYS, "", place, problems);
  const namespaces = new Map<string, Namespace>();
  const modules = file.modules === undefined ? undefined : textMap(needFields(file.modules, place, "`modules`"));
  const holders = file.holders === undefined ? undefined : textMap(needFields(file.holders, place, "`holders`"));
  const parts = needFields(file.namespaces, place, "`namespaces`");
  const changes: StateChange[] = [];
  let listened = false;
  for (const [key, value] of Object.entries(parts)) {
    const what = `namespaces["${key}"]`;
    const fields = needFields(value, place, what);
    warnUnknown(fields, NAMESPACE_KEYS, what, place, problems);
    const namespace = parseNamespace(fields, key, what, place, modules);
    problems.push(...partlyRead(namespace.missing, key, place));
    namespaces.set(key, {
      ...namespace,
      programs: parsePrograms(file, namespace.inode, namespace.links),
      openSockets: parseOpenSockets(fields, namespace.links, holders),
      sockets: parseSockets(fields, holders),
    });
    listened ||= fields.changes !== undefined;
    const read = (part: Fields) => parseNamespace(part, key, `${what}.changes`, place, modules);
    changes.push(...parseChanges(fields.changes, key, read));
  }
  problems.push(...failedProblems(file.failed, place));
  numberFromHere(namespaces);
  const kernel = textField(file, "kernel");
  const takenAt = parseTakenAt(file, place, problems);
  // That nothing changed is known only where somebody listened.
  const told = listened ? { changes: inOrderOfTime(changes) } : {};
  const manager = parseManager(file.manager);
  const kept = manager === undefined ? {} : { manager };
  return { state: { takenAt, kernel, namespaces, ...kept, ...told }, problems };
}

function parseNamespace(
  written: Fields,
  key: string,
  what: string,
  place: string,
  modules: ReadonlyMap<string, string> | undefined,
): Namespace {
  const reasons = written.missing === undefined ? undefined : needFields(written.missing, place, `${what}.missing`);
  const { fields, missing, notLoaded } = withNotLoaded(written, textMap(reasons) ?? new Map(), modules);
  const list = (part: string) =>
    ownValue(fields, part) === undefined ? undefined : needList(ownValue(fields, part), place, `${what}.${part}`);
  const textPart = (part: string) =>
    ownValue(fields, part) === undefined ? undefined : needText(ownValue(fields, part), place, `${what}.${part}`);
  const record = (part: string) =>
    ownValue(fields, part) === undefined ? undefined : needFields(ownValue(fields, part), place, `${what}.${part}`);
  const parsed = <T>(part: string, parse: (entries: Fields[]) => T[]): T[] | undefined => {
    const entries = list(part);
    return entries && parse(entries);
  };
  const links = parsed("link", parseLinks);
  const counters = record("counters");
  return {
    key,
    inode: numberField(fields, "netnsInode"),
    ...containerField(fields),
    nsids: nsidsOf(list("nsid")),
    nsid: null,
    links,
    addresses: parsed("addr", parseAddresses),
    addresses6: parsed("addr", parseAddresses6) ?? [],
    routes: parsed("route", parseRoutes),
    learnedMtus: parsed("routeCache", parseLearnedMtus),
    rules: parsed("rule", parseRules),
    neighbours: parsed("neigh", parseNeighbours),
    neighbours6: parsed("neigh", parseNeighbours6) ?? [],
    neighbourProxies: parsed("neighProxy", parseNeighbourProxies),
    nexthops: parsed("nexthop", parseNexthops),
    bridge: parseBridge(fields.bridge, links, place, `${what}.bridge`),
    sysctl: textMap(record("sysctl")),
    nft: parseNft(fields.nft),
    iptables: iptablesOf(record("iptables"), place, `${what}.iptables`),
    arptables: textPart("arptables"),
    ebtables: textPart("ebtables"),
    conntrack: textPart("conntrack"),
    qdisc: fields.qdisc,
    filter: fields.filter,
    xfrm: textPart("xfrm"),
    queues: parseQueues(fields.qdisc),
    trafficFilters: parseTrafficFilters(fields.filter),
    policies: parsePolicies(textPart("xfrm")),
    peers: parsePeers(textPart("wireguard")),
    counters: counters && numberMap(counters),
    kernelLog: logOf(fields.kernelLog, place, `${what}.kernelLog`),
    missing,
    notLoaded,
    replayed: false,
  };
}

function nsidsOf(list: readonly Fields[] | undefined): Map<number, string | null> | undefined {
  if (list === undefined) return undefined;
  const result = new Map<number, string | null>();
  for (const entry of list) {
    const id = numberField(entry, "nsid");
    if (id !== null) result.set(id, textField(entry, "name"));
  }
  return result;
}

// The namespace the state was taken in tells which id it gives to the others.
function numberFromHere(namespaces: Map<string, Namespace>): void {
  for (const [id, name] of namespaces.get("")?.nsids ?? []) {
    const named = name === null ? undefined : namespaces.get(name);
    if (named) namespaces.set(named.key, { ...named, nsid: id });
  }
}

function textMap(fields: Fields | undefined): Map<string, string> | undefined {
  if (fields === undefined) return undefined;
  const result = new Map<string, string>();
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === "string" || typeof value === "number") result.set(key, String(value).trim());
  }
  return result;
}

function numberMap(fields: Fields): Map<string, number> {
  const result = new Map<string, number>();
  for (const key of Object.keys(fields)) {
    const value = numberField(fields, key);
    if (value !== null) result.set(key, value);
  }
  return result;
}

function iptablesOf(fields: Fields | undefined, place: string, what: string): Namespace["iptables"] {
  if (fields === undefined) return undefined;
  return {
    ...(fields.nft === undefined ? {} : { nft: needText(fields.nft, place, `${what}.nft`) }),
    ...(fields.legacy === undefined ? {} : { legacy: needText(fields.legacy, place, `${what}.legacy`) }),
  };
}

function logOf(value: unknown, place: string, what: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value;
  throw wrongShape(place, what, { en: "a list of lines", zh: "由文本行组成的列表" });
}

function parseTakenAt(file: Fields, place: string, problems: Problem[]): Nanoseconds | null {
  if (file.takenAt === undefined) return null;
  const time = parseTime(textField(file, "takenAt") ?? "");
  if (time === null) {
    problems.push({
      kind: "bad-state-time",
      severity: "warning",
      place,
      text: text(
        `${place}: \`takenAt\` is no UTC time such as 2026-01-31T12:00:00Z; the state is used without a time.`,
        `${place}：\`takenAt\` 不是 2026-01-31T12:00:00Z 这样的 UTC 时间；仍使用这份状态，但不知道它的时间。`,
      ),
    });
  }
  return time;
}

function warnUnknown(
  fields: Fields,
  known: ReadonlySet<string>,
  what: string,
  place: string,
  problems: Problem[],
): void {
  const unknown = Object.keys(fields).filter((key) => !known.has(key));
  if (unknown.length === 0) return;
  const keys = unknown.map((key) => `\`${printable(key)}\``);
  const where = what === "" ? "" : `${printable(what)}: `;
  const whereZh = what === "" ? "" : `${printable(what)}：`;
  problems.push({
    kind: "unknown-state-key",
    severity: "warning",
    place,
    text: text(
      `${place}: ${where}this version does not know ${keys.join(", ")}; ignored. Check the spelling against \`pktwhy snapshot\`.`,
      `${place}：${whereZh}此版本不认识 ${keys.join("、")}，已忽略。请对照 \`pktwhy snapshot\` 的输出检查拼写。`,
    ),
  });
}

function wrongFormat(found: unknown, place: string): ProblemError {
  const says = typeof found === "string" ? `"${printable(found)}"` : null;
  return new ProblemError({
    kind: "bad-state",
    severity: "error",
    place,
    text: text(
      `${place}: ${says === null ? "no state file: its" : "the"} key \`pktwhy\` ${says === null ? "is missing" : `is ${says}`}, this version reads "${STATE_FORMAT}". Take the state again with \`pktwhy snapshot\`.`,
      `${place}：${says === null ? "不是状态文件：缺少键 `pktwhy`" : `键 \`pktwhy\` 的值是 ${says}`}，此版本只能读取 "${STATE_FORMAT}"。请用 \`pktwhy snapshot\` 重新获取状态。`,
    ),
  });
}

function containerField(fields: Fields): Pick<Namespace, "container"> {
  const one = fields.container;
  if (typeof one !== "object" || one === null) return {};
  const own = new Map<string, unknown>(Object.entries(one));
  const [runtime, id, name, pid] = ["runtime", "id", "name", "pid"].map((key) => own.get(key));
  const known = RUNTIMES.find((other) => other === runtime);
  if (known === undefined || typeof id !== "string" || typeof name !== "string" || typeof pid !== "number") return {};
  // It goes into commands.
  if (!/^\w[\w.-]*$/.test(name)) return {};
  const space = own.get("podNamespace");
  const isName = typeof space === "string" && /^\w[\w.-]*$/.test(space);
  return { container: { runtime: known, id, name, pid, ...(isName ? { podNamespace: space } : {}) } };
}
