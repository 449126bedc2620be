// Steps that tell the sightings of like journeys: one for each place of the first of them, the others counted.

import { circleIn } from "../model/circle.ts";
import type { Journey } from "../model/journey.ts";
import { insideOf, outersOf } from "../model/outer.ts";
import type { Packet } from "../model/packet.ts";
import type { ReportStep } from "../model/report.ts";
import { printable, type Text, text } from "../model/text.ts";
import { nameOfPacket } from "./packet-name.ts";
import type { View } from "./view.ts";

/** A step before it is numbered. */
export type Draft = Omit<ReportStep, "n">;

/** `count`: how often it went so, where a single journey stands for all; `words` are told that a sighting is not the first. */
export function seenSteps(
  journeys: readonly Journey[],
  count: number,
  view: View,
  words: (packet: Packet, again: boolean) => Text,
): Draft[] {
  const first = journeys[0];
  if (!first) return [];
  // What goes in circles comes by each place again and again: once told is enough.
  const circle = circleIn([first])?.vantage ?? null;
  const told = first.sightings.filter(
    ({ frame }, index) =>
      circle === null || index === first.sightings.findIndex((one) => one.frame.vantage === frame.vantage),
  );
  return told.map((sighting, index) => {
    const like = journeys.flatMap((j) =>
      j.sightings
        .filter((s) => s.frame.vantage === sighting.frame.vantage && s.frame.direction === sighting.frame.direction)
        .map((s) => s.frame),
    );
    const total = Math.max(like.length, journeys.length === 1 ? count : like.length);
    const sentence = withInside(words(sighting, index > 0), sighting);
    return {
      netns: view.netnsOf(sighting.frame.vantage),
      interface: sighting.frame.vantage.interface ?? sighting.frame.vantage.source,
      direction: view.directionOf(sighting),
      time: sighting.frame.time,
      basis: "seen",
      packet: { name: nameOfPacket(sighting), again: index > 0 },
      text: total > 1 ? text(`${sentence.en} (${total} times)`, `${sentence.zh}（共 ${total} 次）`) : sentence,
      frames: like,
      ...insideIn(sighting),
      ...(total > like.length ? { total } : {}),
      state: [],
    };
  });
}

/** What the packet of a step was seen inside of. */
export function insideIn(packet: Packet | undefined): Pick<Draft, "inside"> {
  return packet?.outer === undefined ? {} : { inside: outersOf(packet) };
}

/** The sentence, what its packet was seen inside of, and what the capture has noted on it. */
export function withInside(sentence: Text, packet: Packet | undefined): Text {
  const inside = packet === undefined ? null : insideOf(packet);
  const told = inside === null ? sentence : text(`${sentence.en}, ${inside.en}`, `${sentence.zh}，${inside.zh}`);
  return withComment(told, packet?.frame.comments);
}

const LONGEST_COMMENT = 120;

// Somebody's words: quoted, on one line, and no longer than a glance.
function withComment(sentence: Text, [comment, ...more]: readonly string[] = []): Text {
  if (comment === undefined) return sentence;
  const line = printable(comment.replace(/\s+/g, " ").trim());
  const shown = line.length > LONGEST_COMMENT ? `${line.slice(0, LONGEST_COMMENT)}…` : line;
  const rest = more.length === 0 ? text("", "") : text(` and ${more.length} more`, `，另有 ${more.length} 条`);
  return text(
    `${sentence.en}; noted in the capture: "${shown}"${rest.en}`,
    `${sentence.zh}；抓包里的注释："${shown}"${rest.zh}`,
  );
}
