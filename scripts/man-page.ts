// The man page, in roff, from the tree of commands: what --help says, and what stands around it.

import { EXIT_STATUSES } from "../src/cli/exit-words.ts";
import { programIn } from "../src/cli/program.ts";
import { type CommandShape, type OptionShape, shapeOf } from "../src/cli/shape.ts";
import { type Language, type Text, text } from "../src/model/text.ts";

const TITLES = {
  name: text("NAME", "名称"),
  synopsis: text("SYNOPSIS", "概要"),
  description: text("DESCRIPTION", "描述"),
  options: text("OPTIONS", "选项"),
  commands: text("COMMANDS", "命令"),
  examples: text("EXAMPLES", "示例"),
  status: text("EXIT STATUS", "退出状态"),
  environment: text("ENVIRONMENT", "环境变量"),
  also: text("SEE ALSO", "另见"),
} as const;

const ABOUT = text(
  "Reads packet captures from several Linux interfaces and the state of the system beside them, follows each ping, ARP exchange and connection from interface to interface, and says what the kernel did with it, why, how that is known, and how to fix it.",
  "读取多个 Linux 接口的抓包和系统状态，逐接口跟踪每个 ping、每次 ARP 交互和每个连接，说明内核做了什么、为什么、依据是什么，以及如何修复。",
);

const ENVIRONMENT: readonly (readonly [string, Text])[] = [
  ["PKTWHY_LANG", text("language of the output, en or zh; --lang goes first", "输出语言，en 或 zh；--lang 优先")],
  ["NO_COLOR", text("where it is set and not empty, no colours", "设置且非空时不使用颜色")],
];

// Of the version in package.json; mandoc asks for one.
const PUBLISHED = "2026-11-29";

/** The page in one language. */
export function manPage(language: Language, version: string): string {
  const say = (words: Text): string => words[language];
  const program = shapeOf(programIn(language));
  const section = (title: Text, lines: readonly string[]): string => [`.SH ${say(title)}`, ...lines].join("\n");
  return `${[
    `.\\" Generated from the commands by npm run generate: not edited by hand.`,
    `.TH PKTWHY 1 "${PUBLISHED}" "pktwhy ${version}" "${say(text("User Commands", "用户命令"))}"`,
    section(TITLES.name, [
      `pktwhy \\- ${roff(say(text("explain why a ping got no answer", "解释 ping 为什么没有得到应答")))}`,
    ]),
    section(
      TITLES.synopsis,
      program.commands.flatMap((one) => [`\\fBpktwhy ${roff(one.name)}\\fR ${roff(one.usage)}`, ".br"]).slice(0, -1),
    ),
    section(TITLES.description, paragraphs(say(ABOUT))),
    section(TITLES.options, program.options.flatMap(optionLines)),
    section(
      TITLES.commands,
      program.commands.flatMap((command) => commandLines(command, language)),
    ),
    section(TITLES.examples, exampleLines(program, language).slice(1)),
    section(
      TITLES.status,
      EXIT_STATUSES.flatMap(([status, words]) => [".TP", `.B ${status}`, roff(say(words))]),
    ),
    section(
      TITLES.environment,
      ENVIRONMENT.flatMap(([name, words]) => [".TP", `.B ${name}`, roff(say(words))]),
    ),
    section(TITLES.also, [".BR ping (8),", ".BR ip (8),", ".BR tcpdump (8),", ".BR nft (8)"]),
  ].join("\n")}\n`;
}

function commandLines(command: CommandShape, language: Language): string[] {
  return [
    `.SS "pktwhy ${roff(command.path)} ${roff(command.usage).replaceAll('"', "")}"`,
    ...paragraphs(command.description),
    ...command.arguments.flatMap(({ name, description }) =>
      description === "" ? [] : [".TP", `.I ${roff(name)}`, roff(description)],
    ),
    ...command.options.filter(({ names }) => !names.includes("--help")).flatMap(optionLines),
    ...exampleLines(command, language),
    ...command.commands.flatMap((one) => commandLines(one, language)),
  ];
}

function optionLines({ flags, description, choices }: OptionShape): string[] {
  const among = choices.length === 0 ? "" : ` (${choices.join(", ")})`;
  return [".TP", `.B ${roff(flags)}`, roff(description + among)];
}

function exampleLines({ examples }: CommandShape, language: Language): string[] {
  return examples.flatMap(({ typed, effect }) => [
    ".PP",
    roff(effect[language]),
    ".PP",
    ".RS 4",
    ".nf",
    roff(typed),
    ".fi",
    ".RE",
  ]);
}

function paragraphs(words: string): string[] {
  return words.split("\n").flatMap((line, index) => (index === 0 ? [roff(line)] : [".PP", roff(line)]));
}

// A backslash, and a dot or quote that would begin a request.
function roff(words: string): string {
  return words
    .replaceAll("\\", "\\e")
    .replace(/-/g, "\\-")
    .replace(/^([.'])/gm, "\\&$1");
}
