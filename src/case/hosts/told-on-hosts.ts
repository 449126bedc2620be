// A report of several hosts: what is to be typed is typed on one of them, and each place is told by its host.

import type { Fix } from "../../model/finding.ts";
import { inNamespace } from "../../model/in-namespace.ts";
import type { Report } from "../../model/report.ts";
import { type Text, text } from "../../model/text.ts";

/** The report with commands as they are typed on these hosts. */
export function toldOnHosts(report: Report, hosts: readonly string[]): Report {
  const flows = report.flows.map((one) => ({
    ...one,
    findings: one.findings.map((finding) => ({
      ...finding,
      fixes: finding.fixes.map((fix) => fixOnHosts(fix, hosts)),
      settle: finding.settle.map((one) => {
        const { command, said } = typed(one.command, one.because, hosts);
        return { ...one, command, because: said };
      }),
    })),
  }));
  return { ...report, flows, hosts };
}

/** A fix as it is typed on one of these hosts. */
export function fixOnHosts(fix: Fix, hosts: readonly string[]): Fix {
  // What came of it is told even where there is room for nothing else.
  const { command, said, host } = typed(fix.command, fix.outcome ?? fix.effect, hosts);
  const undo = fix.undo?.map((line) => typed(line, said, hosts).command);
  const told = fix.outcome === undefined ? { effect: said } : { outcome: said };
  return { ...fix, ...told, command, ...(undo === undefined ? {} : { undo }), ...(host === null ? {} : { host }) };
}

// Of several commands in one line each has its own place; they are all of one host where the line is one fix.
function typed(
  command: string,
  said: Text,
  hosts: readonly string[],
): { readonly command: string; readonly said: Text; readonly host: string | null } {
  let on: string | null = null;
  const there = command.replace(
    /\bsudo ip netns exec (\S+) |\bip netns exec (\S+) /g,
    (whole, withSudo: string | undefined, without: string | undefined) => {
      const place = withSudo ?? without ?? "";
      const host = hosts.find((one) => place === one || place.startsWith(`${one}/`));
      if (host === undefined) return whole;
      on ??= host;
      const inner = inNamespace(place.slice(host.length + 1), "");
      return withSudo === undefined ? inner.replace(/^sudo /, "") : inner;
    },
  );
  if (on === null) return { command, said, host: null };
  return { command: there, said: text(`on ${on}: ${said.en}`, `在 ${on} 上：${said.zh}`), host: on };
}
