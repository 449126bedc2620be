// A paste of several hosts keeps each under the name of its prompt, as if it were a namespace: what is to be typed there
// is typed at that host's own prompt.

import type { Fix, Settle } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { type Text, text } from "../model/text.ts";

/** The report with commands as they are typed on these hosts. */
export function typedOnHosts(report: Report, hosts: readonly string[]): Report {
  if (hosts.length === 0) return report;
  const flows = report.flows.map((one) => ({
    ...one,
    findings: one.findings.map((finding) => ({
      ...finding,
      fixes: finding.fixes.map((fix): Fix => ({ ...fix, ...typed(fix.command, fix.effect, "effect", hosts) })),
      settle: finding.settle.map((one): Settle => ({ ...one, ...typed(one.command, one.because, "because", hosts) })),
    })),
  }));
  return { ...report, flows };
}

function typed<K extends string>(
  command: string,
  said: Text,
  name: K,
  hosts: readonly string[],
): { command: string } & Record<K, Text> {
  const [, before = "", place = "", after = ""] = /^(sudo )?ip netns exec (\S+) (.*)$/s.exec(command) ?? [];
  const host = hosts.find((one) => place === one || place.startsWith(`${one}/`));
  const at = host === undefined ? said : text(`on ${host}: ${said.en}`, `在 ${host} 上：${said.zh}`);
  const inner = host === undefined ? "" : place.slice(host.length + 1);
  const there = host === undefined ? command : `${before}${inner === "" ? "" : `ip netns exec ${inner} `}${after}`;
  return { command: there, [name]: at } as { command: string } & Record<K, Text>;
}
