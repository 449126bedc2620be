// Who keeps a host's network and rules, as a state file says it.

import type { Manager } from "../../model/manager.ts";
import { isFields, textField } from "./shape.ts";

const NETWORK = ["networkd", "NetworkManager", "netplan", "ifupdown"] as const;
const RULES = ["nftables", "iptables-persistent", "ufw", "firewalld"] as const;

/** Undefined where nobody looked; a manager that nobody here knows is none. */
export function parseManager(json: unknown): Manager | undefined {
  if (!isFields(json)) return undefined;
  const writers: unknown[] = Array.isArray(json.writers) ? json.writers : [];
  return {
    network: NETWORK.find((one) => one === textField(json, "network")) ?? null,
    rules: RULES.find((one) => one === textField(json, "rules")) ?? null,
    writers: writers.filter((one): one is string => typeof one === "string"),
  };
}
