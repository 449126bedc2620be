// What was found out: a cause, where it acts, how sure we are, and everything that supports it.

import type { Code } from "./code.ts";
import type { Edit, Keep } from "./edit.ts";
import type { Certainty, Evidence } from "./evidence.ts";
import type { Text } from "./text.ts";

/** Concrete names and numbers a cause's words are filled with, already formatted. Absent means not known. */
export interface Facts {
  /** Address asked for or pinged. */
  readonly target?: string;
  /** Address the asker used. */
  readonly source?: string;
  readonly gateway?: string;
  readonly outInterface?: string;
  readonly inInterface?: string;
  readonly peerInterface?: string;
  readonly ownerInterface?: string;
  /** Behind which end of what is cut the owner hangs: "bare" is the one that is attached to nothing. */
  readonly ownerSide?: string;
  readonly asker?: string;
  /** Who sent a packet on to a host that is neither its target nor a router. */
  readonly sender?: string;
  readonly owner?: string;
  readonly router?: string;
  readonly sysctl?: string;
  readonly value?: string;
  readonly route?: string;
  readonly rule?: string;
  readonly mac?: string;
  readonly expectedMac?: string;
  readonly mtu?: string;
  readonly size?: string;
  /** Bytes of a connection that did not arrive, though what follows them did. */
  readonly gap?: string;
  readonly ttl?: string;
  readonly count?: string;
  readonly seconds?: string;
  readonly table?: string;
  readonly chain?: string;
  /** The tool that holds the chain, where its usual one shows others. */
  readonly tool?: "iptables-legacy";
  /** By what it can be deleted: the handle of an nft rule, protocol and preference of a filter of tc. */
  readonly handle?: string;
  readonly bridge?: string;
  /** A bridge's port, where the commands name it. */
  readonly port?: string;
  /** An interface's own address with its prefix length, as `ip addr` takes it. */
  readonly ownAddress?: string;
  readonly vlan?: string;
  readonly state?: string;
  readonly error?: string;
  /** Of a datagram in fragments only those after the first are meant. */
  readonly pieces?: "later";
  /** The kernel's function that dropped a packet. */
  readonly kernelFunction?: string;
  /** Of a connection or a question over UDP; absent for a ping. */
  readonly protocol?: "tcp" | "udp";
  /** The port that it asks for. */
  readonly service?: string;
  /** Where somebody listens on that port after all: `127.0.0.1:8080`. */
  readonly listens?: string;
  /** What a rule's own comment calls the service: `default/web:http`. */
  readonly named?: string;
  /** Who holds the socket. */
  readonly program?: string;
  /** The program that asks, where it is no ping. */
  readonly asking?: string;
  readonly prefix?: string;
  /** Of WireGuard: the public key of the peer that is meant, and its allowed-ips, apart by commas. */
  readonly peerKey?: string;
  readonly allowed?: string;
  /** Address that NAT puts in the place of another one. */
  readonly translated?: string;
  /** What was asked for, where NAT has put something else in its place: `192.168.2.1:80`. */
  readonly before?: string;
  readonly id?: string;
  /** Requests that stayed unanswered where others were answered. */
  readonly lost?: string;
  /** Set where packets alone speak, or only what ping printed, a program said or a firewall logged: words then claim nothing that only state can show. */
  readonly basis?: "packets" | "ping" | "told" | "log";
  /** The program that listed the rules: `ufw`, `firewalld public`. */
  readonly frontEnd?: string;
  /** The prefix under which a firewall has logged the packet. */
  readonly logged?: string;
}

/** A cause that holds: predict (from state) and checks (from packets) both yield these; words come from the cause's file. */
export interface CauseHit {
  readonly code: Code;
  /** Namespace and interface where the kernel decides it; null where not known. */
  readonly netns: string | null;
  readonly interface: string | null;
  readonly facts: Facts;
  /** Never empty: a finding with no evidence cannot be built. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Look-alikes that the same facts exclude. */
  readonly ruledOut: readonly RuledOut[];
  /** What this evidence looks like besides the cause's own look-alikes. */
  readonly alike?: readonly Code[];
  /** From a check on packets: how sure it is; predict's hits start as certain and are weakened by explain. */
  readonly certainty: Certainty;
  /** Nothing got this far: it would come next, with what stopped the packet first out of the way. */
  readonly behind?: true;
}
export interface RuledOut {
  readonly code: Code;
  readonly because: Text;
}

export type Severity = "note" | "warning" | "problem";

/** A hit with the words of its cause: what the report prints. */
export interface Finding extends CauseHit {
  readonly severity: Severity;
  readonly title: Text;
  /** The title with the address or interface. */
  readonly headline: Text;
  readonly summary: Text;
  readonly why: Text;
  readonly settle: readonly Settle[];
  readonly fixes: readonly Fix[];
  readonly lookalikes: readonly Code[];
  /** Words people search for, both languages. */
  readonly search: readonly string[];
}
export interface Fix {
  readonly command: string;
  /** Of several hosts, the one on which it is typed. */
  readonly host?: string;
  readonly effect: Text;
  /** What the command changes; absent where it only looks, or no kind of edit stands for it. */
  readonly edits?: readonly Edit[];
  /** The facts lack a word of it: a person must fill it in. */
  readonly incomplete?: true;
  /** What a walk with it says; absent where none was taken. */
  readonly proof?: Proof;
  /** The same in words. */
  readonly outcome?: Text;
  /** Commands that bring back what was before; absent where the state does not tell it. */
  readonly undo?: readonly string[];
  /** What makes it survive a reboot. */
  readonly keep?: readonly Keep[];
}
/** After a fix: the ping is answered; it gets further and is stopped there; nobody can tell; answered, but not checked for others. */
export type Proof = "answered" | "further" | "unproven" | "harm-unchecked";
export interface Settle {
  readonly command: string;
  readonly because: Text;
}
