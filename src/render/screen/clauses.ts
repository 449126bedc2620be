// A sentence as far as it fits: whole clauses from its beginning, never half of one.

import { displayWidth, wrap } from "../width.ts";

const OPENING = new Set("([{“‘（「『《【");
const CLOSING = new Set(")]}”’）」』》】");

/** As many whole clauses as fit into so many lines; the first one in any case, wrapped where it is too wide. */
export function firstClauses(sentence: string, width: number, most = 1): string[] {
  if (displayWidth(sentence) <= width) return [sentence];
  const whole = wrap(sentence, width);
  if (whole.length <= most) return whole;
  const cuts = cutsOf(sentence).map((at) => sentence.slice(0, at).trimEnd());
  const parts = cuts.map((part) => wrap(part, width));
  return parts.filter((lines) => lines.length <= most).at(-1) ?? parts[0] ?? whole;
}

/** As many whole sentences as fit into so many lines; the first one in any case. */
export function firstSentences(paragraph: string, width: number, most: number): string[] {
  const whole = wrap(paragraph, width);
  if (whole.length <= most) return whole;
  const ends = [...paragraph.matchAll(/[.!?](?=["”’)]*\s)["”’)]*|[。！？]["”’）]*/gu)].map(
    (end) => end.index + end[0].length,
  );
  const parts = ends.map((at) => wrap(paragraph.slice(0, at), width));
  return parts.filter((lines) => lines.length <= most).at(-1) ?? parts[0] ?? whole;
}

// Where a clause ends and nothing is left open: at a semicolon or colon, before what only adds a reason or a detail, and
// before a bracket with which a clause ends.
function cutsOf(sentence: string): number[] {
  const cuts: number[] = [];
  let depth = 0;
  let quoted = false;
  let bracket: number | null = null;
  for (let at = 0; at < sentence.length; at++) {
    const char = sentence[at] as string;
    const rest = sentence.slice(at + 1);
    if (depth === 0 && !quoted) {
      if ("(（".includes(char)) bracket = at;
      else if ("；：".includes(char) || (";:".includes(char) && rest.startsWith(" "))) {
        // What somebody said is all there is to tell.
        if (!SAYS.test(sentence.slice(0, at))) cuts.push(at);
      } else if (/^[,，]/.test(char) && ADDS.test(rest)) cuts.push(at);
    }
    if (OPENING.has(char)) depth++;
    else if (CLOSING.has(char)) {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && bracket !== null && /^(?:$|[;:,.；：，。])/.test(rest)) cuts.push(bracket);
      if (depth === 0) bracket = null;
    } else if (char === '"' || char === "`") quoted = !quoted;
  }
  return cuts.filter((cut) => cut > 0).sort((a, b) => a - b);
}

const SAYS = /(?:printed|打印了|的输出|显示)(?:[:：]|$)/;
const ADDS = /^ ?(?:so |source |because |which |TTL |whatever |id |源地址|因为|所以|不论|TTL)/;
