// The manual of causes as Markdown: a list and one page for each, in one language.

import { fixesOf } from "../src/edits/fixes.ts";
import type { Cause } from "../src/model/cause.ts";
import type { Severity } from "../src/model/finding.ts";
import type { Language, Text } from "../src/model/text.ts";
import { text } from "../src/model/text.ts";

const words = {
  heading: text("Causes", "原因手册"),
  intro: text(
    "Every cause pktwhy can name, generated from `src/causes/`. `pktwhy causes CODE` prints the same page.",
    "pktwhy 能指出的全部原因，由 `src/causes/` 生成。`pktwhy causes CODE` 打印同样的内容。",
  ),
  other: text("中文版：[causes.zh.md](causes.zh.md)", "English: [causes.md](causes.md)"),
  code: text("Code", "代码"),
  title: text("Title", "标题"),
  severity: text("Severity", "性质"),
  meaning: text("What it means", "含义"),
  evidence: text("What shows it", "如何看出"),
  tellApart: text("What looks the same", "容易混淆的情况"),
  lookalikes: text("Look-alikes", "相似原因"),
  todo: text("What to do", "怎么办"),
  kernel: text("In the kernel", "内核位置"),
  lab: text("See it", "亲眼看看"),
  search: text("Search words", "检索词"),
};

const severities: Record<Severity, Text> = {
  problem: text("problem", "故障"),
  warning: text("warning", "警告"),
  note: text("note", "说明"),
};

/** A table of codes and titles; `pages` is the file whose headings the codes link to. */
export function causeList(causes: readonly Cause[], language: Language, pages = ""): string {
  const rows = causes.map(
    (cause) =>
      `| [${cause.code}](${pages}#${cause.code}) | ${cause.title[language]} | ${severities[cause.severity][language]} |`,
  );
  return [
    `| ${words.code[language]} | ${words.title[language]} | ${words.severity[language]} |`,
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** The whole manual. */
export function causeManual(causes: readonly Cause[], language: Language): string {
  return [
    `# ${words.heading[language]}`,
    `${words.intro[language]} ${words.other[language]}`,
    causeList(causes, language),
    ...causes.map((cause) => causePage(cause, language)),
  ]
    .join("\n\n")
    .concat("\n");
}

/** Puts the list between the README's markers, where it has them. */
export function withCauseList(readme: string, list: string): string {
  return readme.replace(
    /(<!-- causes:start -->\n)[\s\S]*?(<!-- causes:end -->)/,
    (_, start: string, end: string) => `${start}${list}\n${end}`,
  );
}

/** Puts the number of causes and of scenarios where a README marks them. */
export function withCounts(readme: string, counts: Readonly<Record<"causes" | "scenarios", number>>): string {
  return readme.replace(
    /(<!-- count:(causes|scenarios) -->)\d+/g,
    (_, marker: string, what: keyof typeof counts) => `${marker}${counts[what]}`,
  );
}

function causePage(cause: Cause, language: Language): string {
  const page = cause.page();
  const fixes = fixesOf(cause, {}, null).map((fix) =>
    fix.command === "" ? `- ${fix.effect[language]}` : `- \`${fix.command}\`: ${fix.effect[language]}`,
  );
  const lookalikes = cause.lookalikes.map((code) => `[${code}](#${code})`);
  const colon = language === "en" ? ": " : "：";
  return [
    `## ${cause.code}`,
    `**${cause.title[language]}** (${severities[cause.severity][language]})`,
    section("meaning", page.meaning[language]),
    section("evidence", page.evidence[language]),
    section("tellApart", page.tellApart[language]),
    ...(lookalikes.length > 0 ? [`${words.lookalikes[language]}${colon}${lookalikes.join(", ")}`] : []),
    ...(fixes.length > 0 ? [section("todo", fixes.join("\n"))] : []),
    section("kernel", `\`${page.kernel}\``),
    ...(cause.scenario === null ? [] : [`${words.lab[language]}${colon}\`pktwhy explain fixtures/${cause.scenario}\``]),
    `${words.search[language]}${colon}${cause.search.join(" · ")}`,
  ].join("\n\n");

  function section(word: keyof typeof words, body: string): string {
    return `### ${words[word][language]}\n\n${body}`;
  }
}
