// A kernel setting, with those the kernel writes along with it.

import type { SysctlEdit } from "../model/edit.ts";
import type { Namespace } from "../model/system-state.ts";
import { interfaceSysctlKey } from "../system/lookup/sysctl.ts";
import { changeNamespace, hasLink } from "./change.ts";
import { COST, type Face } from "./face.ts";
import { name } from "./typed.ts";

export const sysctl: Face<SysctlEdit> = {
  apply: (state, { netns, settings }) =>
    changeNamespace(state, netns, (ns) => {
      if (settings.some(({ key }) => !exists(ns, key))) return null;
      const values = new Map(ns.sysctl);
      for (const { key, value } of settings) write(ns, values, key, value);
      return { ...ns, sysctl: values };
    }),
  command: ({ settings }) => `sysctl -w ${settings.map(assignment).join(" ")}`,
  undo: ({ netns, settings }, before) => {
    const ns = before.namespaces.get(netns ?? "");
    const after = new Map(ns?.sysctl);
    for (const { key, value } of settings) if (ns) write(ns, after, key, value);
    const asked = settings.map(({ key }) => key);
    // ip_forward first: what it writes into the interfaces is put right behind it.
    const moved = [...after.keys()].filter((key) => !asked.includes(key) && ns?.sysctl?.get(key) !== after.get(key));
    const old = [...asked, ...moved.filter((key) => !SAME_AS_IP_FORWARD.includes(key))].flatMap((key) => {
      const value = ns?.sysctl?.get(key);
      return value === undefined ? [] : [{ key, value }];
    });
    return old.length < asked.length ? null : [{ kind: "sysctl", netns, settings: old }];
  },
  keep: ({ settings }) => ({
    file: "/etc/sysctl.d/90-pktwhy.conf",
    lines: settings.map(({ key, value }) => `${key} = ${value}`),
    reload: "sudo sysctl --system",
  }),
  cost: COST.setting,
};

// Names of interfaces are the middle of a key.
function assignment({ key, value }: SysctlEdit["settings"][number]): string {
  const typed = key.split(".").map(name).join(".");
  return /\s/.test(value) ? `${typed}="${value}"` : `${typed}=${name(value)}`;
}

function exists(ns: Namespace, key: string): boolean {
  const device = /^net\.ipv4\.(?:conf|neigh)\.([^.]+)\./.exec(key)?.[1]?.replaceAll("/", ".");
  return device === undefined || device === "all" || device === "default" || hasLink(ns, device);
}

const SAME_AS_IP_FORWARD = ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"];

// inet_forward_change: ip_forward is conf.all.forwarding; both reach every interface and turn redirects the other way.
function write(ns: Namespace, values: Map<string, string>, key: string, value: string): void {
  const before = values.get(key);
  values.set(key, value);
  if (!SAME_AS_IP_FORWARD.includes(key) || before === value) return;
  for (const same of [...SAME_AS_IP_FORWARD, interfaceSysctlKey("conf", "default", "forwarding")])
    values.set(same, value);
  values.set(interfaceSysctlKey("conf", "all", "accept_redirects"), value === "0" ? "1" : "0");
  for (const { name: device } of ns.links ?? []) values.set(interfaceSysctlKey("conf", device, "forwarding"), value);
  for (const other of [...values.keys()])
    if (/^net\.ipv4\.conf\.[^.]+\.forwarding$/.test(other)) values.set(other, value);
}
