// What `pktwhy diff` prints: how the ping ends by each state, the difference that decides, and how that is proven.

import { formatIpv4 } from "../model/address.ts";
import type { Difference, NamedDifference, SideEnd } from "../model/difference.ts";
import type { Fix } from "../model/finding.ts";
import { placeOfKey } from "../model/host.ts";
import type { Language } from "../model/text.ts";
import { printable, type Text, text } from "../model/text.ts";
import type { Attempt } from "../model/trace.ts";
import { fixOf, type JsonOptions, jsonText } from "./json.ts";
import type { DifferenceJson } from "./json-shape.ts";
import { commandLines, type Page, pageOf, type TextOptions } from "./page.ts";
import { wrap } from "./width.ts";

const MOST_OTHERS = 8;

/** The comparison as text. */
export function renderDifference(difference: Difference, options: TextOptions): string {
  const page = pageOf(options);
  const said = options.language;
  const [answer, ...proof] = sentencesOf(difference).map((sentence) => sentence[said]);
  const lines = [
    ...wrap(answer ?? "", page.width).map((line) => page.style("strong", line)),
    ...changeLines(page, difference, said),
    ...proof.flatMap((sentence) => indented(page, sentence)),
  ];
  if (options.quiet === true) return `${lines.join("\n")}\n`;
  const { first, second, fix } = difference;
  return `${[
    page.style("faint", questionOf(difference.attempt)[said]),
    ...[first, second].flatMap((side) => indented(page, sideWords(side)[said])),
    "",
    ...lines,
    ...(fix === null
      ? []
      : [
          "",
          ...indented(page, repairWords(fix)[said]),
          ...commandLines(fix.command, page.width - 4).map((line) => `    ${line}`),
        ]),
    ...otherLines(page, difference.others, said),
    ...noteLines(page, difference.notes, said),
  ].join("\n")}\n`;
}

/** The comparison as JSON. */
export function differenceJson(difference: Difference, { language, version }: JsonOptions): string {
  const { attempt, first, second, result, others, fix, notes, hosts } = difference;
  const told = ({ netns, part, text: said }: NamedDifference, set: number | null) => ({
    ...placeOfKey(netns, hosts),
    part,
    text: said[language],
    set,
  });
  const sets = result.kind === "decided" ? result.sets : [];
  const json: DifferenceJson = {
    schema: "pktwhy/1",
    tool: `pktwhy ${version}`,
    diff: {
      ping: {
        ...placeOfKey(attempt.netns, hosts),
        source: attempt.source === null ? null : formatIpv4(attempt.source),
        destination: formatIpv4(attempt.destination),
        protocol: attempt.transport?.protocol ?? "icmp",
        port: attempt.transport?.destinationPort ?? null,
      },
      first: { ...first, headline: first.headline[language] },
      second: { ...second, headline: second.headline[language] },
      result: result.kind,
      restored: result.kind === "decided" ? result.isRestored : null,
      // Differences of one number make it end otherwise together; those of null have no part in it.
      changes: [
        ...sets.flatMap((set, at) => set.map((change) => told(change, at + 1))),
        ...others.map((change) => told(change, null)),
      ],
      fix: fix === null ? null : fixOf(fix, language),
      notes: [...sentencesOf(difference), ...notes].map((note) => note[language]),
    },
  };
  return jsonText(json);
}

function indented(page: Page, sentence: string): string[] {
  return wrap(sentence, page.width - 2).map((line) => `  ${line}`);
}

/** What was asked, as it is typed. */
export function questionOf({ netns, destination, transport }: Attempt): Text {
  const port = transport?.destinationPort;
  const what = transport
    ? `${transport.protocol} ${formatIpv4(destination)}:${port}`
    : `ping ${formatIpv4(destination)}`;
  const place = printable(netns);
  return netns === "" ? text(what, what) : text(`${what} from ${place}`, `在 ${place} 中 ${what}`);
}

/** How it ends by one of the states. */
export function sideWords({ name, verdict, code, headline }: SideEnd): Text {
  const file = printable(name);
  if (verdict === "worked" || verdict === "worked-with-trouble") return text(`${file}: answered`, `${file}：有应答`);
  if (verdict === "cannot-tell") return text(`${file}: cannot be told`, `${file}：无法判断`);
  return text(`${file}: fails, ${headline.en} (${code})`, `${file}：失败，${headline.zh}（${code}）`);
}

/** What stands before the fix. */
export function repairWords({ host }: Fix): Text {
  return host === undefined
    ? text("To fix it:", "修复方法：")
    : text(`To fix it, on ${host}:`, `修复方法（在 ${host} 上）：`);
}

function changeLines(page: Page, { result }: Difference, said: Language): string[] {
  if (result.kind !== "decided") return [];
  return result.sets.flatMap((set) =>
    set.flatMap((change, at) => indented(page, at === 0 ? `- ${change.text[said]}` : `  + ${change.text[said]}`)),
  );
}

/** What stands before the differences that have no part in it. */
export const OTHERS = text("Differs as well, and has no part in it:", "其他差别，与此无关：");

function otherLines(page: Page, others: readonly NamedDifference[], said: Language): string[] {
  if (others.length === 0) return [];
  const shown = page.verbose ? others : others.slice(0, MOST_OTHERS);
  const rest = others.length - shown.length;
  const more = text(`and ${rest} more (-v shows them)`, `另有 ${rest} 处（用 -v 查看）`)[said];
  return [
    "",
    ...wrap(OTHERS[said], page.width),
    ...shown.flatMap((change) => indented(page, `- ${change.text[said]}`)),
    ...(rest > 0 ? indented(page, more) : []),
  ];
}

function noteLines(page: Page, notes: readonly Text[], said: Language): string[] {
  const lines = notes.flatMap((note) => wrap(note[said], page.width));
  return lines.length === 0 ? [] : ["", ...lines.map((line) => page.style("faint", line))];
}

/** The answer first, then how it is proven. */
export function sentencesOf(difference: Difference): Text[] {
  const { first, result } = difference;
  switch (result.kind) {
    case "decided":
      return [headOf(difference, result.sets), ...proofOf(difference, result)];
    case "alike":
      return first.code === null
        ? [text("It is answered by both.", "两边都有应答。")]
        : [text("It fails by both, for the same reason.", "两边都失败，原因相同。")];
    case "another-cause":
      return [
        text(
          "It fails by both, for different reasons: no difference between them makes it answered.",
          "两边都失败，但原因不同：两者之间没有哪处差别能让它得到应答。",
        ),
      ];
    case "cannot-tell":
      return [
        text(
          "What made the difference cannot be told: the states do not hold enough to follow it to its end.",
          "无法判断是哪处差别造成的：状态里的信息不足以推算到底。",
        ),
      ];
    case "not-among-them":
      return [
        text(
          "It ends otherwise, and none of the differences that can be tried explains it.",
          "结果不同，但可以逐一验证的差别都不能解释它。",
        ),
      ];
    case "too-many":
      return [text("It ends otherwise; too much differs to try it all.", "结果不同；但差别太多，无法全部验证。")];
  }
}

function headOf({ second }: Difference, sets: readonly (readonly NamedDifference[])[]): Text {
  const fails = second.verdict === "failed";
  const [set = []] = sets;
  if (second.verdict === "cannot-tell")
    return set.length > 1 || sets.length > 1
      ? text("With these changes the end can no longer be told:", "有了以下改动，就无法再推算出结果：")
      : text("With this change the end can no longer be told:", "有了这一改动，就无法再推算出结果：");
  if (sets.length > 1)
    return fails
      ? text("Each of these changes alone makes it fail:", "以下每一处改动单独就会使它失败：")
      : text("Each of these changes alone makes it answered:", "以下每一处改动单独就能使它得到应答：");
  if (set.length > 1)
    return fails
      ? text("These changes together make it fail:", "以下改动合在一起使它失败：")
      : text("These changes together make it answered:", "以下改动合在一起使它得到应答：");
  return fails
    ? text("This change makes it fail:", "使它失败的改动是：")
    : text("This change makes it answered:", "使它得到应答的改动是：");
}

function proofOf(
  { first, second }: Difference,
  { sets, isRestored }: Extract<Difference["result"], { readonly kind: "decided" }>,
): Text[] {
  const one = printable(first.name);
  const other = printable(second.name);
  const many = sets.flat().length > 1;
  if (second.verdict === "cannot-tell") return openProof(one, other, { many, isRestored });
  const made = many
    ? text(
        `Proven: with ${sets.length > 1 ? "any one" : "all"} of them made, ${one} foretells the end of ${other}`,
        `验证：在 ${one} 上${sets.length > 1 ? "只作其中任一处" : "作全部这些"}改动，推算结果与 ${other} 相同`,
      )
    : text(
        `Proven: with this change alone, ${one} foretells the end of ${other}`,
        `验证：只在 ${one} 上作这一改动，推算结果就与 ${other} 相同`,
      );
  return [
    isRestored
      ? text(
          `${made.en}; and ${other} without ${many ? "all of them" : "it"} ends like ${one}.`,
          `${made.zh}；而 ${other} 去掉${many ? "全部这些" : "这一"}改动后，结果与 ${one} 相同。`,
        )
      : text(
          `${made.en}. Without ${many ? "them" : "it"}, ${other} still ends otherwise than ${one}: there is more to it.`,
          `${made.zh}。但 ${other} 去掉${many ? "它们" : "它"}之后，结果仍与 ${one} 不同：还有别的原因。`,
        ),
  ];
}

function openProof(
  one: string,
  other: string,
  { many, isRestored }: { readonly many: boolean; readonly isRestored: boolean },
): Text[] {
  const made = many
    ? text(`Tried: with them made, ${one} leaves it open, too`, `验证：在 ${one} 上作这些改动，同样无法推算`)
    : text(`Tried: with this change alone, ${one} leaves it open, too`, `验证：只在 ${one} 上作这一改动，同样无法推算`);
  const without = many ? text("them", "这些改动") : text("it", "这一改动");
  return [
    isRestored
      ? text(
          `${made.en}; and ${other} without ${without.en} ends like ${one}.`,
          `${made.zh}；而 ${other} 去掉${without.zh}后，结果与 ${one} 相同。`,
        )
      : text(
          `${made.en}. Without ${without.en}, ${other} still ends otherwise than ${one}: there is more to it.`,
          `${made.zh}。但 ${other} 去掉${without.zh}之后，结果仍与 ${one} 不同：还有别的原因。`,
        ),
  ];
}
