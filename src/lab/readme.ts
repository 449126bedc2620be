// The README of a recording: what is set up, what is broken, and what it was recorded with.

import { release } from "node:os";
import { start } from "./command.ts";
import type { Recording } from "./runner.ts";
import { type LabCommand, ownNamespaces } from "./scenario.ts";

/** First lines of what the tools say about themselves. */
export type ToolVersions = Readonly<Record<"tcpdump" | "iproute2" | "ping", string>>;

/** Asks the tools for their versions. */
export async function toolVersions(): Promise<ToolVersions> {
  const [tcpdump, iproute2, ping] = await Promise.all([
    firstLine(["tcpdump", "--version"], /version (\S+)/),
    firstLine(["ip", "-V"], /iproute2-(\S+?),/),
    firstLine(["ping", "-V"], /from (.+)/),
  ]);
  return { tcpdump: tcpdump ?? "unknown", iproute2: iproute2 ?? "unknown", ping: ping ?? "unknown" };
}

async function firstLine(argv: readonly string[], pattern: RegExp): Promise<string | undefined> {
  const { output } = await start(argv).finished;
  return pattern.exec(output.split("\n")[0] ?? "")?.[1]?.trim();
}

/** The text of the README, English first. */
export function readmeOf(recording: Recording, versions: ToolVersions): string {
  const { scenario, commands, taps, state, kernel } = recording;
  const single = ownNamespaces(scenario).length === 1;
  const line = (ran: LabCommand): string => `${single ? "" : `${ran.netns}: `}${ran.argv.join(" ")}`;
  const typed = [
    ...(scenario.before ?? []).map((ran) => `${line(ran)}   # before the captures and the first state`),
    ...(scenario.meanwhile ?? []).map((ran) => `${line(ran)}   # after the first state`),
    ...(scenario.during ?? []).map((ran) => `${line(ran)}   # ${ran.afterMs} ms after the next began`),
    ...commands.map(line),
  ];
  const seen = taps.map((tap) => `${single ? "" : `${tap.netns}:`}${tap.interface} ${tap.captured}`).join(", ");
  const unit = scenario.stamps === "nano" ? "nanoseconds" : "microseconds";
  return `# ${scenario.name}

${scenario.setup.en} ${scenario.fault.en}

${scenario.setup.zh}${scenario.fault.zh}

\`\`\`
${typed.join("\n")}
\`\`\`

- Answer to be given: \`${scenario.expected[0]}\`; must not be given for: \`${scenario.twin}\`
- Recorded ${state.takenAt.slice(0, 10)} from Linux ${release()} in network namespaces of its own, by \`npm run record -- ${scenario.name}\`;
  tcpdump ${versions.tcpdump}, iproute2 ${versions.iproute2}, ping ${versions.ping}
- Filter \`arp or icmp\`, no promiscuous mode, time stamps in ${unit}; packets: ${seen}
- ${kernel === null ? "No kernel events (tracefs was not mounted)" : `Kernel events: ${kernel.drops.length} dropped packets (skb:kfree_skb), sorted by the captures`}
- Settings that distributions differ in start from the kernel's defaults (rp_filter=0 and accept_local=0 among them,
  where Ubuntu has rp_filter=2); IPv6 is off
`;
}
