// The kernel itself judges the route lookup: random tables and rules, the same questions to `ip route get` and to the model.

import { describe, expect, test } from "vitest";
import { formatIpv4, formatPrefix, parseIpv4 } from "../../src/model/address.ts";
import type { Namespace } from "../../src/model/system-state.ts";
import { collectState } from "../../src/system/collect.ts";
import { lookupRoute, type RouteResult } from "../../src/system/lookup/route.ts";
import { parseState } from "../../src/system/parse.ts";
import { howMany } from "../how-long.ts";
import {
  Dice,
  inputQuestion,
  outputQuestion,
  type Question,
  routeGet,
  routing,
  topology,
} from "../system/random-routing.ts";
import { inNamespaceRun, ipBatch, whyNoNamespaces, withNamespaces } from "../system/scratch-namespace.ts";

// The default is fixed so that a failure here is a change of ours; PKTWHY_SEED and PKTWHY_SEEDS look further.
const FIRST = Number(process.env.PKTWHY_SEED ?? 1);
const SEEDS = Array.from({ length: Number(process.env.PKTWHY_SEEDS ?? howMany(8, 60)) }, (_, index) => FIRST + index);
const QUESTIONS = 60;

type Answer = { readonly entry: Readonly<Record<string, unknown>> } | { readonly error: string };

describe.skipIf(whyNoNamespaces() !== null)("lookupRoute against the kernel", () => {
  test.each(SEEDS)("seed %i", async (seed) => {
    await withNamespaces(2, async ([name = "", peers = ""]) => {
      const dice = new Dice(seed);
      const links = topology(dice, peers);
      ipBatch(name, links.here);
      ipBatch(peers, links.there);
      const ignoreLinkdown = dice.of([0, 1]);
      // The lookup alone is under test: nothing else may refuse a packet that comes in.
      // Before the routes: the shares of multipath hops are computed when a route or link changes (fib_rebalance), not now.
      inNamespaceRun(name, ["sh", "-c", settings(ignoreLinkdown)]);
      ipBatch(name, routing(dice));
      const ns = await stateOf(name);
      const own = (ns.addresses ?? []).filter((a) => a.interface !== "lo").map((a) => formatIpv4(a.local));
      const up = new Set(ns.links?.filter((link) => link.flags.has("UP")).map((link) => link.name));
      const questions: Question[] = [];
      for (let count = 0; count < QUESTIONS; count++) {
        const question = count % 3 === 2 ? inputQuestion(dice) : outputQuestion(dice, own);
        // Through a device that is down nothing is looked up at all.
        if (up.has(question.iif ?? question.oif ?? "lo")) questions.push(question);
      }
      const entries = ask(name, questions, true);
      const paths = ask(name, questions, false);
      const wrong: string[] = [];
      for (const [index, question] of questions.entries()) {
        const result = answer(ns, question);
        const fault = disagreement(result, question, entries[index] as Answer, paths[index] as Answer);
        if (fault !== null) wrong.push(`seed ${seed}: ${routeGet(question, true)}: ${fault}`);
      }
      expect(wrong).toEqual([]);
    });
  });
});

function settings(ignoreLinkdown: number): string {
  return `for d in /proc/sys/net/ipv4/conf/*; do
    echo 0 >$d/rp_filter; echo 1 >$d/accept_local; echo 1 >$d/forwarding; echo ${ignoreLinkdown} >$d/ignore_routes_with_linkdown
  done`;
}

async function stateOf(name: string): Promise<Namespace> {
  const { state, problems } = parseState(
    JSON.parse(JSON.stringify(await collectState({ namespaces: [name] }))),
    "state.json",
  );
  expect(problems).toEqual([]);
  return state.namespaces.get(name) as Namespace;
}

function answer(ns: Namespace, question: Question): RouteResult {
  const address = (text: string | null) => (text === null ? null : parseIpv4(text));
  return lookupRoute(ns, {
    destination: address(question.destination) ?? (0 as never),
    source: address(question.source),
    iif: question.iif,
    oif: question.oif,
    mark: question.mark,
    tos: question.tos,
    uid: question.uid,
  });
}

// One process for all questions; what failed is told by its line number, the rest stands in order.
function ask(name: string, questions: readonly Question[], fibmatch: boolean): Answer[] {
  const { output, errors } = ipBatch(
    name,
    questions.map((question) => routeGet(question, fibmatch)),
    ["-j", "-d"],
  );
  const failed = new Map<number, string>();
  let reason = "";
  for (const line of errors.split("\n")) {
    const at = /^Command failed -:(\d+)/.exec(line);
    if (at) failed.set(Number(at[1]) - 1, reason);
    else reason = line.replace(/^(RTNETLINK answers|Error): /, "");
  }
  const found = JSON.parse(`[${output.replace(/\]\s*\[/g, "],[")}]`).flat() as Record<string, unknown>[];
  let next = 0;
  return questions.map((_, index) => {
    const error = failed.get(index);
    return error === undefined ? { entry: found[next++] ?? {} } : { error };
  });
}

const ERRORS: Readonly<Record<string, string>> = {
  EINVAL: "Invalid argument",
  EHOSTUNREACH: "No route to host",
  EACCES: "Permission denied",
  ENETUNREACH: "Network is unreachable",
};

function disagreement(result: RouteResult, question: Question, kernel: Answer, path: Answer): string | null {
  const told = describeResult(result);
  if ("error" in kernel) {
    // Bound to a device, any failed lookup means "assume on-link", which fibmatch cannot show: No route to host.
    const failed = result.kind === "none" ? "ENETUNREACH" : result.kind === "reject" ? result.error : null;
    const expected = question.oif === null ? failed : "EHOSTUNREACH";
    if (failed !== null && expected !== null && kernel.error === ERRORS[expected]) return null;
    return `kernel says ${kernel.error}, we say ${told}`;
  }
  if (result.kind !== "route") return `kernel says ${JSON.stringify(kernel.entry)}, we say ${told}`;
  const entry = kernel.entry;
  const same =
    entry.type === result.route.type &&
    entry.dst === formatPrefix(result.route.destination) &&
    sameTable(String(entry.table), result.route.table) &&
    (entry.metric ?? 0) === result.route.metric &&
    Number(entry.tos ?? 0) === result.route.tos;
  if (!same) return `kernel says ${JSON.stringify(entry)}, we say ${told}`;
  if (result.route.type !== "unicast" || "error" in path) return null;
  const taken = `${path.entry.gateway ?? ""} ${path.entry.dev}`;
  const offered = result.candidates.map(
    (hop) => `${hop.gateway === null ? "" : formatIpv4(hop.gateway)} ${hop.interface}`,
  );
  return offered.includes(taken) ? null : `kernel takes ${taken}, we offer ${offered.join(" or ")}`;
}

// While local and main share a trie the kernel calls entries of both "main".
function sameTable(kernel: string, ours: string): boolean {
  return kernel === ours || (kernel === "main" && ours === "local");
}

function describeResult(result: RouteResult): string {
  if (result.kind === "unknown") return `unknown: ${result.missing.join(", ")}`;
  const why = result.lines.map((line) => line.line).join("; ");
  return result.kind === "reject" ? `${result.error} by ${result.by} (${why})` : `${result.kind} (${why})`;
}
