// What goes wrong with pasted text: lines are cut, joined, doubled, lost and mixed, numbers grow, quotes nest, and names
// are meant for the terminal.

import { withHostileWords } from "./hostile-words.ts";
import type { Random } from "./random.ts";

const NUMBERS = "0 -1 1 33 255 256 65536 4294967296 99999999999999999999999 1e400 0x 0xffffffffff 1.2.3 00000001".split(
  " ",
);
const MARKS = [
  "'",
  '"',
  "`",
  "\\",
  "$",
  "#",
  ">",
  "<",
  "|",
  ";",
  "&&",
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  ":",
  "@",
  "/",
  ",",
];
// What every object of JavaScript has under some name: one that is looked up in a table must not find it.
const INHERITED = ["constructor", "toString", "__proto__"];
const BETWEEN = ["\n", "\r\n", "\r", "\n\n", "\n> ", "", " ", "\u2028", "\u0085"];

/** Lines of one or two texts with one to twelve things wrong. */
export function damagedText(texts: readonly string[], random: Random): string {
  let lines = piece(random.pick(texts), random);
  if (random.chance(0.5)) lines = mixed(lines, piece(random.pick(texts), random), random);
  for (let left = 1 + random.below(12); left > 0 && lines.length > 0; left--) lines = once(lines, random);
  const between = random.chance(0.9) ? "\n" : random.pick(BETWEEN);
  return `${random.chance(0.02) ? "\ufeff" : ""}${lines.join(between)}${random.chance(0.8) ? "\n" : ""}`;
}

// Often a whole command with its output, as people select it.
function piece(text: string, random: Random): string[] {
  const lines = text.split("\n");
  if (random.chance(0.2)) return lines;
  const starts = lines.flatMap((line, at) => (/^[#$] /.test(line) ? [at] : []));
  const from = starts.length > 0 && random.chance(0.8) ? random.pick(starts) : random.below(lines.length);
  return lines.slice(from, from + 1 + random.below(40));
}

function mixed(some: readonly string[], others: readonly string[], random: Random): string[] {
  if (random.chance(0.6)) return [...some, ...others];
  const lines: string[] = [];
  for (let i = 0; i < Math.max(some.length, others.length); i++) {
    for (const line of [some[i], others[i]]) if (line !== undefined) lines.push(line);
  }
  return lines;
}

function once(lines: string[], random: Random): string[] {
  const at = random.below(lines.length);
  const line = lines[at] as string;
  const place = random.below(line.length + 1);
  const swap = (...now: string[]): string[] => [...lines.slice(0, at), ...now, ...lines.slice(at + 1)];
  switch (random.below(14)) {
    case 0:
      return swap(line.slice(0, place));
    case 1:
      return swap(line.slice(place));
    case 2:
      return swap(line.slice(0, place), line.slice(place));
    case 3:
      return [
        ...lines.slice(0, at),
        line + (random.chance(0.5) ? " " : "") + (lines[at + 1] ?? ""),
        ...lines.slice(at + 2),
      ];
    case 4:
      return swap(line, line);
    case 5:
      return swap();
    case 6: {
      const other = random.below(lines.length);
      const swapped = swap(lines[other] as string);
      swapped[other] = line;
      return swapped;
    }
    case 7:
    case 8: {
      const numbers = [...line.matchAll(/\d+/g)];
      if (numbers.length === 0) return lines;
      const one = random.pick(numbers);
      return swap(line.slice(0, one.index) + random.pick(NUMBERS) + line.slice(one.index + one[0].length));
    }
    case 9: {
      const words = line.split(" ");
      words[random.below(words.length)] = random.chance(0.5)
        ? random.pick([...line.split(" "), ...INHERITED])
        : withHostileWords("", random);
      return swap(words.join(" "));
    }
    case 10:
      return swap(withHostileWords(line, random));
    case 11:
      return swap(line.slice(0, place) + random.pick(MARKS).repeat(1 + random.below(3)) + line.slice(place));
    case 12:
      // A line without end: of itself, of blanks, of marks.
      return swap((random.chance(0.5) ? line : random.pick([" ", "\t", ...MARKS])).repeat(1 + random.below(300)));
    default:
      return swap(random.pick(["> ", "  ", "\t", "$ ", "# ", "sudo ", "ip netns exec net0 ", "+ "]) + line);
  }
}
