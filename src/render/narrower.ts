// A drawing that is too wide, with ever less in it: first without the interfaces that packets only pass, then without ARP
// that was answered.

import type { Drawing } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";

/** Names of the places, and whether lines of ARP are gone. */
interface LeftOut {
  readonly places: readonly string[];
  readonly asides: boolean;
}

/** Narrower ones, the fullest first. */
export function narrower(drawing: Drawing): { drawing: Drawing; leftOut: LeftOut }[] {
  const direct = { ...drawing, lines: drawing.lines.filter(({ isAside }) => isAside !== true) };
  const all = [withoutPassed(drawing, false), withoutPassed(direct, direct.lines.length < drawing.lines.length)];
  return all.filter(({ leftOut }, at) => leftOut.asides || (at === 0 && leftOut.places.length > 0));
}

// At the others a packet sets out or arrives.
function withoutPassed(drawing: Drawing, asides: boolean): { drawing: Drawing; leftOut: LeftOut } {
  const ends = new Set(drawing.lines.flatMap(({ from, to }) => [from, to]));
  const kept = drawing.places.map((_, at) => at).filter((at) => ends.has(at));
  const places = drawing.places.filter((_, at) => !ends.has(at)).map(({ name }) => printable(name));
  const moved = (at: number): number => kept.indexOf(at);
  return {
    drawing: {
      places: drawing.places.filter((_, at) => ends.has(at)),
      lines: drawing.lines.map((line) => ({ ...line, from: moved(line.from), to: moved(line.to) })),
    },
    leftOut: { places, asides },
  };
}

export const LEFT_OUT = {
  leftOut: ({ places, asides }: LeftOut): Text => {
    const arp = asides ? [text("ARP that was answered", "得到应答的 ARP")] : [];
    const what = [...arp, ...places.map((name) => text(name, name))];
    return text(
      `(not drawn, for want of width: ${what.map(({ en }) => en).join(", ")})`,
      `（宽度不够，未画出：${what.map(({ zh }) => zh).join("、")}）`,
    );
  },
  tooWide: (columns: number): Text => text(`(a picture would take ${columns} columns)`, `（画图需要 ${columns} 列）`),
};
