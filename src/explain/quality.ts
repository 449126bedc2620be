// Notes on how well one could see: losses, captures taken one after another, what had to be given up.

import { formatIpv4 } from "../model/address.ts";
import type { Flow } from "../model/flow.ts";
import { type Text, text } from "../model/text.ts";
import { formatVantage, type InputSummary } from "../model/vantage.ts";

/** One sentence for each thing that lowers what can be concluded. */
export function qualityNotes(
  input: { readonly inputs: readonly InputSummary[]; readonly evicted: number },
  flows: readonly Flow[],
): Text[] {
  const notes: Text[] = [];
  for (const flow of flows) {
    if (flow.joinedRuns === undefined) continue;
    const ids = flow.joinedRuns.flatMap((id) => (id === null ? [] : [String(id)]));
    const runs =
      ids.length > 1 ? text(` (echo ids ${ids.join(", ")})`, `（echo id 分别为 ${ids.join("、")}）`) : text("", "");
    notes.push(
      text(
        `These captures of ${formatIpv4(flow.dst)} were taken one after another${runs.en}: that they show the same thing is inferred, so nothing that rests on it is certain.`,
        `这些关于 ${formatIpv4(flow.dst)} 的抓包是先后分别抓的${runs.zh}：把它们当作同一件事只是推断，由此得出的结论不算确定。`,
      ),
    );
  }
  for (const one of input.inputs) {
    const place = formatVantage(one.vantage);
    if ((one.droppedByKernel ?? 0) > 0) {
      notes.push(
        text(
          `The capture on ${place} lost ${one.droppedByKernel} packets: that something is not seen there proves nothing.`,
          `${place} 上的抓包丢了 ${one.droppedByKernel} 个包：那里没看到的，不能当作没有。`,
        ),
      );
    }
  }
  if (input.evicted > 0)
    notes.push(
      text(
        `${input.evicted} packets could not be followed for lack of room.`,
        `有 ${input.evicted} 个报文因超出容量而没有继续跟踪。`,
      ),
    );
  return notes;
}
