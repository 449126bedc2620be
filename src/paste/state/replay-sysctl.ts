// Settings that commands write, with those the kernel writes along with them.

import type { NamespaceModel } from "./network.ts";
import type { PastedSetting } from "./sysctl-text.ts";

/** One written setting; `*` stands for every interface there is, `all` and `default`. */
export function writeSetting(ns: NamespaceModel, { key, value }: PastedSetting): void {
  ns.typed = true;
  if (key.includes("*")) {
    for (const name of ["all", "default", ...ns.links.keys()]) {
      writeSetting(ns, { key: key.replace("*", name.replaceAll(".", "/")), value });
    }
    return;
  }
  const before = ns.sysctl.get(key);
  ns.sysctl.set(key, value);
  // inet_forward_change: ip_forward is conf.all.forwarding, and a change of it reaches every interface.
  if (key !== "net.ipv4.ip_forward" && key !== "net.ipv4.conf.all.forwarding") return;
  if (before === value) return;
  ns.sysctl.set("net.ipv4.conf.all.accept_redirects", value === "0" ? "1" : "0");
  for (const name of ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding", "net.ipv4.conf.default.forwarding"])
    ns.sysctl.set(name, value);
  for (const name of [...ns.sysctl.keys()])
    if (/^net\.ipv4\.conf\.[^.]+\.forwarding$/.test(name)) ns.sysctl.set(name, value);
  ns.forwarding = value;
}
