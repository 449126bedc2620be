// What `pktwhy audit` prints: how all pairs end, the fewest faults that explain those that fail, and what stands out besides.

import type { Audit, AuditFault, AuditPair, AuditUnmended } from "../model/audit.ts";
import { placeOfKey } from "../model/host.ts";
import type { Language } from "../model/text.ts";
import { printable, type Text, text } from "../model/text.ts";
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
import { fixOf, type JsonOptions, jsonText } from "./json.ts";
import type { AuditJson } from "./json-shape.ts";
import { commandLines, headRule, type Page, pageOf, type TextOptions } from "./page.ts";
import { padEnd, wrap } from "./width.ts";

const MOST_NOTICES = 6;
const MOST_FAULTS = 5;
const MOST_OTHERS = 3;

/** The audit as text; on one screen, unless more is asked for. */
export function renderAudit(audit: Audit, options: TextOptions): string {
  const page = pageOf(options);
  const said = options.language;
  const [title, counts, answer] = auditHead(audit);
  const isWell = audit.faults.length === 0 && audit.unmended.length === 0;
  const head = [
    ...(options.quiet === true ? [] : [page.style("faint", title[said]), ...wrap(counts[said], page.width)]),
    ...wrap(answer[said], page.width).map((line) => page.style(isWell ? "strong" : "bad", line)),
  ];
  const most = (count: number): number => (page.verbose ? Number.POSITIVE_INFINITY : count);
  const faults = shown(audit.faults, most(MOST_FAULTS), said, (one, at) => ["", ...faultLines(page, one, at, said)]);
  if (options.quiet === true) return `${[...head, ...faults].join("\n")}\n`;
  const listed = <T>(label: Text, all: readonly T[], count: number, words: (one: T) => Text): string[] =>
    all.length === 0
      ? []
      : [
          "",
          page.style("label", label[said]),
          ...shown(all, most(count), said, (one) => bullet(page, words(one)[said])),
        ];
  return `${[
    ...head,
    ...faults,
    ...listed(UNMENDED, audit.unmended, MOST_OTHERS, unmendedWords),
    ...listed(ALSO, audit.notices, MOST_NOTICES, noticeWords),
    ...listed(OPEN, audit.open, MOST_OTHERS, openWords),
    ...(audit.notes.length === 0
      ? []
      : ["", ...audit.notes.flatMap((note) => wrap(note[said], page.width)).map((line) => page.style("faint", line))]),
  ].join("\n")}\n`;
}

function shown<T>(
  all: readonly T[],
  most: number,
  said: Language,
  lines: (one: T, at: number) => readonly string[],
): string[] {
  const rest = all.length - Math.min(all.length, most);
  const more = text(`  and ${rest} more (-v shows them)`, `  另有 ${rest} 项（用 -v 查看）`)[said];
  return [...all.slice(0, most).flatMap(lines), ...(rest > 0 ? [more] : [])];
}

function bullet(page: Page, sentence: string): string[] {
  return wrap(sentence, page.width - 4).map((line, at) => `  ${at === 0 ? "- " : "  "}${line}`);
}

function faultLines(page: Page, fault: AuditFault, at: number, said: Language): string[] {
  const { finding, fix } = fault;
  const indent = 3;
  const place = finding.netns === null || finding.netns === "" ? "" : `${printable(finding.netns)}: `;
  const inner = { ...page, width: page.width - indent };
  const [first = "", ...rest] = headRule(inner, `${place}${finding.headline[said]}`, finding.code, "bad");
  return [
    padEnd(String(at + 1), indent) + first,
    ...[
      ...rest,
      ...wrap(pairWords(fault)[said], inner.width),
      ...commandLines(fix.command, inner.width - 2).map((line) => `  ${line}`),
      ...wrap(faultProof(fault)[said], inner.width - 2).map((line) => `  ${page.style("faint", line)}`),
    ].map((line) => " ".repeat(indent) + line),
  ];
}

/** The audit as JSON. */
export function auditJson(audit: Audit, { language, version }: JsonOptions): string {
  const { transport, counts, faults, mended, unmended, notices, open, notes, hosts } = audit;
  const said = (one: Text): string => one[language];
  const cause = ({ finding }: AuditFault | AuditUnmended) => ({
    code: finding.code,
    severity: finding.severity,
    certainty: finding.certainty,
    ...placeOfKey(finding.netns, hosts),
    interface: finding.interface,
    headline: said(finding.headline),
    summary: said(finding.summary),
  });
  const pairOf = ({ netns, destination }: AuditPair) => ({ ...placeOfKey(netns, hosts), destination });
  const json: AuditJson = {
    schema: "pktwhy/1",
    tool: `pktwhy ${version}`,
    audit: {
      state: audit.name,
      protocol: transport?.protocol ?? "icmp",
      port: transport?.destinationPort ?? null,
      counts: { ...counts },
      faults: faults.map((fault) => ({
        ...cause(fault),
        alsoAs: fault.alsoAs,
        example: pairOf(fault.pair),
        explains: fault.explains,
        alone: fault.alone,
        fix: fixOf(fault.fix, language),
      })),
      mended,
      unmended: unmended.map((one) => ({ ...cause(one), example: pairOf(one.pair), pairs: one.pairs })),
      notices: notices.map((one) => ({
        kind: one.kind,
        text: said(one.text),
        netns: one.netns,
        places: one.netns.map((netns) => placeOfKey(netns, hosts)),
        pairs: one.pairs,
      })),
      open: open.map((one) => ({ ...one, text: said(one.text) })),
      notes: notes.map(said),
    },
  };
  return jsonText(json);
}
