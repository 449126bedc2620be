// A comparison of two states as blocks, which Markdown and HTML write each in its own way.

import type { Difference } from "../model/difference.ts";
import type { PageBlock } from "./blocks.ts";
import { OTHERS, questionOf, repairWords, sentencesOf, sideWords } from "./difference.ts";
import { spansOf } from "./document/spans.ts";
import { type Voice, type VoiceOptions, voiceOf } from "./document/voice.ts";
import { htmlPage } from "./html.ts";
import { markdownPage } from "./markdown.ts";

type PageOptions = VoiceOptions & { readonly version: string };

/** As Markdown. */
export function differenceMarkdown(difference: Difference, options: PageOptions): string {
  const voice = voiceOf(options);
  return markdownPage(voice, blocksOf(voice, difference, options.version));
}

/** As a page that needs nothing else. */
export function differenceHtml(difference: Difference, options: PageOptions): string {
  const voice = voiceOf(options);
  const [answer] = sentencesOf(difference);
  return htmlPage(voice, answer === undefined ? "" : voice.say(answer), blocksOf(voice, difference, options.version));
}

function blocksOf(voice: Voice, difference: Difference, version: string): PageBlock[] {
  const { attempt, first, second, result, others, fix, notes } = difference;
  const say = voice.say;
  const [answer, ...proof] = sentencesOf(difference).map(say);
  // A page puts the colon behind a label itself.
  const bare = (label: string): string => label.replace(/[:：]$/, "");
  const list = (label: string, items: readonly string[]): PageBlock[] =>
    items.length === 0 ? [] : [{ kind: "list", label: bare(label), items: items.map((item) => spansOf(item)) }];
  const decisive = result.kind === "decided" ? result.sets.flat() : [];
  return [
    { kind: "title", level: 1, verdict: second.verdict, spans: spansOf(say(questionOf(attempt))) },
    ...[first, second].map(
      (side): PageBlock => ({ kind: "paragraph", label: null, spans: spansOf(say(sideWords(side))) }),
    ),
    ...(decisive.length === 0
      ? [{ kind: "paragraph", label: null, spans: spansOf(answer ?? "") } as const]
      : list(
          answer ?? "",
          decisive.map((change) => say(change.text)),
        )),
    ...proof.map((sentence): PageBlock => ({ kind: "paragraph", label: null, spans: spansOf(sentence) })),
    ...(fix === null
      ? []
      : [
          {
            kind: "commands",
            label: bare(say(repairWords(fix))),
            items: [{ command: fix.command, said: spansOf(say(fix.effect)), proof: [], levels: ["page", "full"] }],
          } as const,
        ]),
    ...list(
      say(OTHERS),
      others.map((change) => say(change.text)),
    ),
    ...notes.map((note): PageBlock => ({ kind: "small", label: null, spans: spansOf(say(note)) })),
    { kind: "small", label: null, spans: spansOf(`pktwhy ${version}`) },
  ];
}
