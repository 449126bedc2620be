// A question in words, beside listings and without any ping: who is said not to reach whom, in English or Chinese.

import { type Ipv4, parseIpv4 } from "../model/address.ts";
import type { PastedLine } from "./clean.ts";
import { isPrintedLine } from "./printed-line.ts";

/** "10.0.0.1 cannot reach 10.0.0.2": what somebody says is not answered. */
export interface AskedInWords {
  /** Null where the sentence does not say who asks. */
  readonly from: Ipv4 | null;
  /** Name of the host that asks, where it is named and not numbered. */
  readonly fromName: string | null;
  readonly to: Ipv4;
  /** The sentence as it was pasted. */
  readonly words: string;
  /** Lines of the paste in which it stands. */
  readonly lines: readonly number[];
}

const ADDRESS = String.raw`(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)`;
const REFUSAL =
  /\b(?:can(?:no|'|’| no)?t|can not|could(?:n['’]t| not)|unable|not able|does(?:n['’]t| not)|do(?:n['’]t| not)|didn['’]t|won['’]t|is(?:n['’]t| not)|fail(?:s|ed|ing)?|unreachable|unresponsive|never|no (?:answer|reply|replies|response|connectivity|route)|not (?:reach|ping|answer|repl|respond|work)\w*|without (?:an? )?(?:answer|reply|response)|times? out|timing out|lost|dead|down)\b|不通|不到|不了|無法|无法|不能|没有{0,1}(?:应答|回应|响应|回复)|沒有{0,1}(?:回應|回覆)|不(?:应答|回应|响应|回复)|超时|失败|丢包/i;
const ABOUT =
  /\b(?:ping\w*|reach\w*|connect\w*|answer\w*|repl(?:y|ies|ied|ying)|respon\w+|talk\w*|see|get to|access\w*|traffic|packets?|unreachable|unresponsive|communicat\w+|timeouts?|times? out|timing out|contact\w*)\b|ping|通|访问|連|连|到达|应答|回应|响应|回复|超时|丢包/i;

/** All that the lines ask, each target once. */
export function questionsIn(lines: readonly PastedLine[], hosts: ReadonlyMap<string, Ipv4>): AskedInWords[] {
  const sentences = sentencesOf(lines);
  const called = calledIn(sentences);
  const found = sentences.flatMap((sentence) => questionOf(sentence, { hosts, called }) ?? []);
  const seen = new Set<Ipv4>();
  return found.filter(({ to }) => !seen.has(to) && seen.add(to) !== null);
}

// A sentence may run over several lines; a blank line, and one that a program printed, ends it.
function sentencesOf(lines: readonly PastedLine[]): Sentence[] {
  const paragraphs: { lines: number[]; text: string }[] = [];
  for (const { number, text } of lines) {
    if (isPrintedLine(text)) continue;
    const open = paragraphs.at(-1);
    if (open !== undefined && number === (open.lines.at(-1) ?? 0) + 1) {
      open.text += ` ${text.trim()}`;
      open.lines.push(number);
    } else paragraphs.push({ lines: [number], text: text.trim() });
  }
  return paragraphs.flatMap((one) => clausesOf(one.text).map((clause) => ({ ...one, text: clause.trim() })));
}

interface Sentence {
  readonly lines: readonly number[];
  readonly text: string;
}

// "I can ping A but not B" says two things; a dot inside an address ends nothing.
function clausesOf(text: string): string[] {
  return text.split(
    /(?<=[?!。？！；;])\s*|(?<=\.)\s+(?=[A-Z])|(?:,|，)?\s*\b(?:but|however|yet|while|although)\b[,\s]+|，?(?:但是{0,1}|可是|然而|却)|，(?=从|為什么|为什么)/,
  );
}

/** Who may stand in a sentence without an address. */
interface Known {
  readonly hosts: ReadonlyMap<string, Ipv4>;
  /** "the phone (10.8.0.6)": what is called so later. */
  readonly called: ReadonlyMap<string, Ipv4>;
}

const CALLED = new RegExp(
  String.raw`\b(?:the|my|our|a|an)\s+([A-Za-z][\w-]{1,30})\s*[(（]\s*(${ADDRESS})\s*[)）]`,
  "gi",
);

function calledIn(sentences: readonly Sentence[]): Map<string, Ipv4> {
  const called = new Map<string, Ipv4>();
  for (const { text } of sentences)
    for (const [, noun = "", written = ""] of text.matchAll(CALLED)) {
      const address = parseIpv4(written);
      if (address !== null && !called.has(noun.toLowerCase())) called.set(noun.toLowerCase(), address);
    }
  return called;
}

function questionOf({ lines, text }: Sentence, hosts: Known): AskedInWords | null {
  const refusal = REFUSAL.exec(text) ?? /^not\b/i.exec(text);
  if (refusal === null || !(ABOUT.test(text) || /^not\b/i.test(text))) return null;
  const named = namedIn(text, hosts);
  const ends = endsOf(text, named);
  if (ends === null) return null;
  const { from, to } = ends;
  return { from: from?.address ?? null, fromName: from?.name ?? null, to: to.address, words: text, lines };
}

interface Named {
  readonly address: Ipv4;
  readonly name: string | null;
  readonly at: number;
  readonly end: number;
}

// `host: "127.0.0.1"`, `bind-address = 0.0.0.0`: what is set somewhere, and nobody who asks or is asked.
const SETTING = /(?:[\w-]+\s*:\s*["']|[\w-]\s*=\s*["']?|`[\w-]+\s*:\s*)$/;

// Addresses, and hosts of the paste by their names; a subnet is nobody.
function namedIn(text: string, { hosts, called }: Known): Named[] {
  const found: Named[] = [];
  for (const match of text.matchAll(new RegExp(`${ADDRESS}(/\\d+)?`, "g"))) {
    const address = parseIpv4(match[0].replace(/\/\d+$/, ""));
    if (SETTING.test(text.slice(0, match.index))) continue;
    if (address !== null && (match[1] === undefined || match[1] === "/32"))
      found.push({ address, name: null, at: match.index, end: match.index + match[0].length });
  }
  for (const [name, address] of hosts) {
    if (!/^[A-Za-z][\w.-]{0,62}$/.test(name)) continue;
    const at = text.search(new RegExp(`(?<![\\w./-])${name.replace(/[.]/g, "\\.")}(?![\\w/-])`));
    if (at >= 0 && !found.some((one) => one.address === address))
      found.push({ address, name, at, end: at + name.length });
  }
  for (const [noun, address] of called) {
    const match = new RegExp(`\\b(?:the|my|our)\\s+${noun}\\b`, "i").exec(text);
    if (match !== null && !found.some((one) => one.address === address))
      found.push({ address, name: null, at: match.index, end: match.index + match[0].length });
  }
  return found.sort((a, b) => a.at - b.at);
}

const FROM = /(?:\bfrom|\bon|\binside(?: of)?|\bin|从|從|在|由)\s*[(（]?$/i;
const ANSWERED_BY =
  /(?:answers?|repl(?:y|ies)|responses?|answering|packets?|traffic|back)\s+(?:\w+\s+)?from\s*[(（]?$/i;
const SAYS_NOTHING =
  /^[)）]?\s*(?:(?:does|do|did|will|is|are|was)?\s*(?:n['’]t|not|never)|doesn['’]t|won['’]t|isn['’]t|is)\s*(?:\w+\s+){0,2}?(?:answer|repl|respon|reach(?:able)|pingable|unreach|unrespon|there|down|dead)|^[)）]?\s*(?:不(?:应答|回应|响应|回复)|没有{0,1}(?:应答|回应|响应|回复))/i;

function endsOf(text: string, named: readonly Named[]): { from: Named | null; to: Named } | null {
  const before = ({ at }: Named): string => text.slice(0, at);
  const [first] = named;
  if (first === undefined) return null;
  const asker = named.find((one) => FROM.test(before(one)) && !ANSWERED_BY.test(before(one))) ?? null;
  const silent = named.find((one) => SAYS_NOTHING.test(text.slice(one.end)) || ANSWERED_BY.test(before(one)));
  if (silent !== undefined) return { from: asker ?? named.find((one) => one !== silent) ?? null, to: silent };
  if (asker !== null) {
    const to = named.find((one) => one !== asker);
    return to === undefined ? null : { from: asker, to };
  }
  // Who stands before the verb asks, who stands behind it is asked.
  const second = named.find((one) => one.address !== first.address);
  return second === undefined ? { from: null, to: first } : { from: first, to: second };
}
