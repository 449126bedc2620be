// The tools that agents may call: all of them look, none changes anything. Paths are opened as files and never typed anywhere.

import { packageVersion } from "../../case/package-root.ts";
import { usageError } from "../../case/usage-error.ts";
import { guessOf } from "../../model/nearest.ts";
import { ownValue } from "../../model/own-value.ts";
import { ProblemError } from "../../model/problem.ts";
import type { Report } from "../../model/report.ts";
import type { SystemState } from "../../model/system-state.ts";
import { printable, text } from "../../model/text.ts";
import { attemptIn, questionOf } from "../asked-attempt.ts";
import { stateOf } from "../predict.ts";

type Given = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

/** A tool as it is listed, and what it does. */
export interface AgentTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Answer;
  call(given: Given): Promise<Answer>;
}

const WORD = { type: "string" } as const;
const WORDS = { type: "array", items: WORD } as const;
const PORT = { type: "integer", minimum: 1, maximum: 65_535 } as const;

// Who asks what of whom, by which state.
const QUESTION = {
  address: { ...WORD, description: "IPv4 address that is pinged or connected to" },
  interface: { ...WORD, description: "as ping's -I: interface or source address" },
  netns: { ...WORD, description: "network namespace of the asking process" },
  tcp: { ...PORT, description: "a TCP connection to this port instead of a ping" },
  udp: { ...PORT, description: "a question to this UDP port instead of a ping" },
  state: { ...WORD, description: "path of a state file; without it the state of this machine" },
} as const;

function schema(properties: Answer, required: readonly string[] = []): Answer {
  return { type: "object", properties, required, additionalProperties: false };
}

export const TOOLS: readonly AgentTool[] = [
  {
    name: "explain",
    description:
      "What happened to each ping, ARP exchange and connection in captures (paths of pcap, pcapng, a bundle's directory, a state file beside them) or in pasted terminal text. Gives the report: answer, flows, steps, evidence, fixes.",
    inputSchema: schema({
      inputs: { ...WORDS, description: "paths; IF=FILE or IF@NETNS=FILE says where a capture was taken" },
      state: { ...WORD, description: "path of the state file, where it does not lie beside the captures" },
      paste: { ...WORD, description: "terminal text, instead of inputs" },
    }),
    call: explain,
  },
  {
    name: "predict",
    description: "The path that a ping or a connection would take by the state alone; nothing is sent.",
    inputSchema: schema(QUESTION, ["address"]),
    call: async (given) => dataOf(await forecastOf(given, (state) => state)),
  },
  {
    name: "check_fix",
    description:
      "Whether commands (ip, bridge, sysctl, nft, iptables) would fix it: they are read, not run, and the same path is walked again in the state that they leave. Gives the report before and after.",
    inputSchema: schema(
      { ...QUESTION, commands: { ...WORDS, minItems: 1, description: "commands as they would be typed, in order" } },
      ["address", "commands"],
    ),
    call: checkFix,
  },
  {
    name: "snapshot",
    description: "The state of this machine's network namespaces, as the tools ip, bridge, nft and others tell it.",
    inputSchema: schema({ netns: { ...WORDS, description: "only these namespaces" } }),
    call: snapshot,
  },
  {
    name: "causes",
    description: "The causes that pktwhy knows: code and title of each, or the manual page of one.",
    inputSchema: schema({ code: { ...WORD, description: "code of one cause" } }),
    call: causesOf,
  },
];

/** The tool of this name, null where there is none. */
export function toolByName(name: unknown): AgentTool | null {
  return TOOLS.find((tool) => tool.name === name) ?? null;
}

function word(given: Given, name: string): string | undefined {
  const value = ownValue(given, name);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw wrongArgument(name, "a string");
  return value;
}

function wordList(given: Given, name: string): readonly string[] {
  const value = ownValue(given, name) ?? [];
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
    throw wrongArgument(name, "a list of strings");
  return value;
}

function port(given: Given, name: string): string | undefined {
  const value = ownValue(given, name);
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw wrongArgument(name, "a number");
  return String(value);
}

function wrongArgument(name: string, wanted: string): ProblemError {
  return usageError(name, text(`${name} has to be ${wanted}.`, `参数 ${name} 的类型不对。`));
}

async function dataOf(report: Report): Promise<Answer> {
  const { renderJson } = await import("../../render/json.ts");
  return JSON.parse(renderJson(report, { language: "en", version: packageVersion() })) as Answer;
}

async function explain(given: Given): Promise<Answer> {
  const inputs = wordList(given, "inputs");
  const state = word(given, "state");
  const content = word(given, "paste");
  if ((content === undefined) === (inputs.length === 0) || inputs.includes("-"))
    throw usageError("inputs", text("Give paths in inputs, or paste.", "请在 inputs 中给出路径，或给出 paste。"));
  const { report, problems } =
    content === undefined
      ? await (await import("../../case/read-report.ts")).reportOf(inputs, state === undefined ? {} : { state })
      : await (await import("../../case/paste-report.ts")).reportOfPastes({ pastes: [{ source: "paste", content }] });
  if (report !== null) return dataOf(report);
  const [first] = problems;
  throw first === undefined
    ? usageError("inputs", text("There is nothing to explain in it.", "其中没有可以解释的内容。"))
    : new ProblemError(first);
}

async function forecastOf(given: Given, changed: (state: SystemState) => SystemState): Promise<Report> {
  const [tcp, udp, out] = [port(given, "tcp"), port(given, "udp"), word(given, "interface")];
  const question = questionOf(word(given, "address") ?? "", {
    ...(tcp !== undefined && { tcp }),
    ...(udp !== undefined && { udp }),
    ...(out !== undefined && { interface: out }),
  });
  const { state: before, problems } = await stateOf(word(given, "state"));
  const state = changed(before);
  const attempt = attemptIn(state, question, word(given, "netns"));
  const [{ causes }, { assumedBy }, { predict }, { forecast }] = await Promise.all([
    import("../../causes/registry.ts"),
    import("../../edits/assumed.ts"),
    import("../../predict/predict.ts"),
    import("../../case/predict-report.ts"),
  ]);
  return forecast(predict(state, attempt, assumedBy(causes)), problems, state);
}

async function checkFix(given: Given): Promise<Answer> {
  const commands = wordList(given, "commands");
  if (commands.length === 0) throw wrongArgument("commands", "a list of commands");
  const { afterTyped } = await import("../../case/typed-fix.ts");
  let unknown: readonly string[] = [];
  const after = await forecastOf(given, (state) => {
    const typed = afterTyped(state, commands);
    unknown = typed.unknown;
    return typed.state;
  });
  const before = await forecastOf(given, (state) => state);
  const [first] = after.flows;
  return {
    works: unknown.length === 0 && first?.verdict === "worked",
    notUnderstood: unknown,
    before: await dataOf(before),
    after: await dataOf(after),
  };
}

async function snapshot(given: Given): Promise<Answer> {
  const namespaces = wordList(given, "netns");
  const { collectState } = await import("../../system/collect.ts");
  return (await collectState(namespaces.length === 0 ? {} : { namespaces })) as unknown as Answer;
}

async function causesOf(given: Given): Promise<Answer> {
  const code = word(given, "code");
  const [{ causes, causeByCode }, { fixesOf }, { jsonOfCause }] = await Promise.all([
    import("../../causes/registry.ts"),
    import("../../edits/fixes.ts"),
    import("../../render/causes-json.ts"),
  ]);
  if (code === undefined)
    return { causes: causes.map((cause) => ({ code: cause.code, severity: cause.severity, title: cause.title.en })) };
  const cause = causeByCode(code);
  if (cause !== undefined) return { ...jsonOfCause(cause, fixesOf(cause, {}, null), "en") };
  const guess = guessOf(
    code,
    causes.map((one) => one.code),
  );
  const name = printable(code);
  throw usageError(code, text(`There is no cause ${name}.${guess.en}`, `没有 ${name} 这个原因。${guess.zh}`));
}
