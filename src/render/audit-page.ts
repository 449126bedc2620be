// An audit as blocks, which Markdown and HTML write each in its own way.

import type { Audit, AuditFault } from "../model/audit.ts";
import { text } from "../model/text.ts";
import {
  ALSO,
  auditHead,
  faultProof,
  noticeWords,
  OPEN,
  openWords,
  pairWords,
  UNMENDED,
  unmendedWords,
} from "./audit-words.ts";
import type { PageBlock } from "./blocks.ts";
import type { Span } from "./document/document.ts";
import { literal, spansOf, words } from "./document/spans.ts";
import { type Voice, type VoiceOptions, voiceOf } from "./document/voice.ts";
import { htmlPage } from "./html.ts";
import { markdownPage } from "./markdown.ts";

type PageOptions = VoiceOptions & { readonly version: string };

/** As Markdown. */
export function auditMarkdown(audit: Audit, options: PageOptions): string {
  const voice = voiceOf(options);
  return markdownPage(voice, blocksOf(voice, audit, options.version));
}

/** As a page that needs nothing else. */
export function auditHtml(audit: Audit, options: PageOptions): string {
  const voice = voiceOf(options);
  const [, , answer] = auditHead(audit);
  return htmlPage(voice, voice.say(answer), blocksOf(voice, audit, options.version));
}

function blocksOf(voice: Voice, audit: Audit, version: string): PageBlock[] {
  const [title, counts, answer] = auditHead(audit);
  const { faults, unmended, notices, open, notes } = audit;
  const isWell = faults.length === 0 && unmended.length === 0;
  const list = (label: string, items: readonly string[]): PageBlock[] =>
    items.length === 0 ? [] : [{ kind: "list", label, items: items.map((item) => spansOf(item)) }];
  const say = voice.say;
  return [
    { kind: "title", level: 1, verdict: isWell ? "worked" : "failed", spans: spansOf(say(answer)) },
    { kind: "paragraph", label: null, spans: spansOf(say(counts)) },
    ...faults.map((fault, at): PageBlock => faultBlock(voice, fault, at + 1)),
    ...list(
      say(UNMENDED),
      unmended.map((one) => say(unmendedWords(one))),
    ),
    ...list(
      say(ALSO),
      notices.map((one) => say(noticeWords(one))),
    ),
    ...list(
      say(OPEN),
      open.map((one) => say(openWords(one))),
    ),
    ...notes.map((note): PageBlock => ({ kind: "small", label: null, spans: spansOf(say(note)) })),
    { kind: "small", label: null, spans: spansOf(`${say(title)} · pktwhy ${version}`) },
  ];
}

function faultBlock(voice: Voice, fault: AuditFault, n: number): PageBlock {
  const { finding, fix } = fault;
  const { say } = voice;
  const place = finding.netns === null || finding.netns === "" ? [] : [literal(finding.netns), words(" ")];
  const colon = voice.language === "zh" ? "：" : ": ";
  const gap = voice.language === "zh" ? "；" : "; ";
  const said: Span[] = [
    ...place,
    { kind: "strong", text: say(finding.headline) },
    words(" "),
    literal(finding.code),
    words(`${colon}${say(pairWords(fault))}${gap}${say(faultProof(fault))}`),
  ];
  const label = say(text(`Fault ${n}`, `故障 ${n}`));
  return { kind: "commands", label, items: [{ command: fix.command, said, proof: [], levels: ["page", "full"] }] };
}
