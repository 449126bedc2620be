// What else the kernel dropped of a flow that a walk tells: a copy that ends elsewhere, or the copy that the sender keeps.

import type { KernelDrop } from "../kernel/event.ts";
import { dropWords } from "../kernel/words.ts";
import type { Finding } from "../model/finding.ts";
import type { Flow } from "../model/flow.ts";
import { sightingsOf } from "../model/observed.ts";
import type { FrameRef } from "../model/packet.ts";
import type { ReportStep } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";
import type { DropFinder } from "./drop-finder.ts";

type Draft = Omit<ReportStep, "n">;

/** The steps with the drops of the flow's own frames that neither they nor the findings tell of, each behind its frame. */
export function withOtherDrops(
  finder: DropFinder,
  flow: Flow,
  findings: readonly Finding[],
  steps: readonly ReportStep[],
): readonly ReportStep[] {
  if (finder.traced === null) return steps;
  const packets = sightingsOf(flow);
  const told = [...findings.flatMap(({ evidence }) => evidence), ...steps].filter(({ basis }) => basis === "kernel");
  const isTold = (drop: KernelDrop, { vantage }: FrameRef): boolean => {
    const what = dropWords(drop).en;
    return told.some(
      ({ text: { en }, frames = [] }) =>
        en.includes(what) && (frames.length === 0 || frames.some((one) => one.vantage === vantage)),
    );
  };
  const ended = finder.of(packets).map((one) => ({ ...one, kept: false }));
  const kept = finder.keptOf(packets).map((one) => ({ ...one, kept: true }));
  const groups = new Map<string, { at: number; drop: KernelDrop; kept: boolean; frames: FrameRef[] }>();
  for (const { drop, frame, kept: isKept } of [...ended, ...kept]) {
    if (isTold(drop, frame)) continue;
    const seen = steps.findLastIndex(({ frames }) => frames.includes(frame));
    const at = isKept ? seen : endOfStay(steps, seen);
    const key = [at, drop.reason, drop.location, isKept].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { at, drop, kept: isKept, frames: [frame] });
    else group.frames.push(frame);
  }
  if (groups.size === 0) return steps;
  const behind = (at: number): Draft[] =>
    [...groups.values()].filter((one) => one.at === at).map((one) => draftOf(finder, one, steps[at]));
  const drafts = [...steps.flatMap((step, at) => [step, ...behind(at)]), ...behind(-1)];
  return drafts.map((draft, index) => ({ ...draft, n: index + 1 }));
}

// What a host decides of a frame is told behind the frame: the drop ends it.
function endOfStay(steps: readonly ReportStep[], seen: number): number {
  const place = steps[seen]?.netns;
  const left = steps.findIndex(
    ({ netns, frames, walk }, at) => at > seen && (netns !== place || frames.length > 0 || walk === undefined),
  );
  return seen < 0 ? seen : left < 0 ? steps.length - 1 : left - 1;
}

function draftOf(
  finder: DropFinder,
  { drop, kept, frames }: { drop: KernelDrop; kept: boolean; frames: readonly FrameRef[] },
  step: ReportStep | undefined,
): Draft {
  const count = Math.max(frames.length, finder.like(drop));
  const often = count < 2 ? text("", "") : text(` (${count} times)`, `（共 ${count} 次）`);
  const what = dropWords(drop);
  return {
    netns: step?.netns ?? null,
    interface: drop.passed.at(-1)?.interface ?? null,
    direction: null,
    time: drop.time,
    basis: "kernel",
    text: kept ? ownCopy(what, often) : ended(what, often),
    frames,
    ...(count > frames.length ? { total: count } : {}),
    state: [],
  };
}

function ended(what: Text, often: Text): Text {
  return text(`the kernel dropped it: ${what.en}${often.en}`, `内核丢弃了它：${what.zh}${often.zh}`);
}

function ownCopy(what: Text, often: Text): Text {
  return text(
    `a host gets a copy of what it sends to a group; the kernel dropped that copy: ${what.en}${often.en}`,
    `发给一组主机的报文，发送方自己也会收到一份；这一份被内核丢弃：${what.zh}${often.zh}`,
  );
}
