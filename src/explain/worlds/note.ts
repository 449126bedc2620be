// What was supposed of a system that was shown in part, in a sentence.

import type { Flow } from "../../model/flow.ts";
import type { SystemState } from "../../model/system-state.ts";
import { type Text, text } from "../../model/text.ts";
import { stepsOf, type Trace } from "../../model/trace.ts";
import { refusedNoRoute } from "./evidence.ts";
import { saysOf, type World } from "./world.ts";

/** "Assumed, because the paste does not show it: …" */
export function noteOf(state: SystemState, { fault, walk }: World, flow: Flow): Text {
  const { trace } = walk.comparison;
  const lines = [...new Set(assumedLines(trace))];
  const ns = state.namespaces.get(trace.attempt.netns);
  const said: Text[] = [];
  if (fault !== null) {
    const needed = saysOf(fault.edits);
    said.push(text(`${needed}, which is what it takes for what was seen`, `${needed}（这样才会出现看到的情况）`));
  } else if (lines.length > 0) {
    const follows = lines.every((line) => / = 0$/.test(line))
      ? text("the kernel's default", "内核默认值")
      : text("the kernel's default, or what is said of all interfaces", "内核默认值，或对所有接口的设置");
    said.push(text(`${lines.join(", ")} (${follows.en})`, `${lines.join("、")}（${follows.zh}）`));
  } else if (reachesAHost(trace)) said.push(text("the kernel's defaults for its settings", "各项设置为内核默认值"));
  if (refusedNoRoute(flow)) said.push(text("no other routes than those shown", "除了显示出来的以外没有别的路由"));
  const shownRules = [...state.namespaces.values()].some((one) => one.iptables !== undefined || one.nft !== undefined);
  const ruled = [...state.namespaces.values()].every((one) => one.nft !== undefined && one.iptables !== undefined);
  if (!ruled)
    said.push(
      shownRules ? text("no other firewall rules", "没有其他防火墙规则") : text("no firewall rules", "没有防火墙规则"),
    );
  if (ns?.neighbours === undefined && reachesAHost(trace)) said.push(text("an empty neighbour table", "邻居表为空"));
  if (ns?.rules === undefined) said.push(text("the usual routing rules", "只有默认的路由策略规则"));
  return text(
    `Assumed, because the paste does not show it: ${said.map((one) => one.en).join("; ")}. Nothing that rests on it is certain.`,
    `粘贴的内容里没有写明、因而作了假定：${said.map((one) => one.zh).join("；")}。由此得出的结论不算确定。`,
  );
}

// Settings that a step or the cause itself rests on.
function assumedLines(trace: Trace): string[] {
  const hit = trace.disposition.kind === "stopped" ? trace.disposition.hit : trace.remarks[0];
  const lines = [
    ...stepsOf(trace).flatMap((step) => step.state),
    ...(hit?.evidence ?? []).flatMap((e) => e.state ?? []),
  ];
  return lines.flatMap((line) => (line.assumed && line.key === "sysctl" ? [line.line] : []));
}

// Settings of the receiving side count only where something gets as far.
function reachesAHost(trace: Trace): boolean {
  return stepsOf(trace).some((step) => step.kind === "receive" || step.kind === "cross");
}
