// The state of a file or a bundle, audited.

import { auditOf } from "../audit/audit.ts";
import type { Audit } from "../model/audit.ts";
import type { SystemState } from "../model/system-state.ts";
import type { Transport } from "../model/transport.ts";
import { fixOnHosts } from "./hosts/told-on-hosts.ts";
import { systemOfCase } from "./system-of-case.ts";

/** Reads and audits it; throws a ProblemError where it cannot be read. */
export async function auditOfCase(path: string, transport: Transport | null): Promise<Audit> {
  const { state } = await systemOfCase(path);
  return auditOfState(path, state, transport);
}

/** Audits a state that was read already. */
export function auditOfState(name: string, state: SystemState, transport: Transport | null): Audit {
  const audit = auditOf(name, state, transport);
  const { hosts } = state;
  if (hosts === undefined) return audit;
  return { ...audit, hosts, faults: audit.faults.map((fault) => ({ ...fault, fix: fixOnHosts(fault.fix, hosts) })) };
}
