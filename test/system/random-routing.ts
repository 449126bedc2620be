// Random but reproducible routing set-ups and questions, small enough that prefixes, metrics and rules really meet.

/** A generator of numbers from a seed (mulberry32). */
export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** 0 up to, not including, `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % end;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const DEVICES = ["e0", "e1", "e2"] as const;
const TABLES = ["main", "main", "main", "100", "101", "253", "local"] as const;

function host(dice: Dice): string {
  return `10.0.${dice.below(4)}.${1 + dice.below(6)}`;
}

function prefix(dice: Dice): string {
  const kind = dice.below(6);
  if (kind === 0) return "default";
  if (kind === 1) return "10.0.0.0/8";
  if (kind === 2) return `10.0.${dice.of([0, 2])}.0/23`;
  if (kind === 3) return `${host(dice)}/32`;
  return `10.0.${dice.below(4)}.0/24`;
}

/** Commands for the devices of the namespace under test and for their peers. */
export function topology(dice: Dice, peers: string): { here: string[]; there: string[] } {
  const here = ["link set lo up"];
  const there: string[] = [];
  for (const [index, device] of DEVICES.entries()) {
    here.push(`link add ${device} type veth peer name p${index} netns ${peers}`, `link set ${device} up`);
    // A peer that is down leaves the routes over this device "linkdown".
    if (dice.chance(70)) there.push(`link set p${index} up`);
    // No /30: its broadcast address would be among the sources asked for, which the kernel refuses before any lookup.
    for (let count = dice.below(3); count > 0; count--) {
      here.push(`addr add ${host(dice)}/${dice.of([8, 16, 24, 24, 29, 32])} dev ${device}`);
    }
  }
  if (dice.chance(40)) here.push(`addr add 10.0.${dice.below(4)}.${dice.of([7, 9])}/${dice.of([24, 32])} dev lo`);
  return { here, there };
}

/** Commands that add nexthop objects, routes and, in two of three set-ups, rules. */
export function routing(dice: Dice): string[] {
  const lines = [
    `nexthop add id 1 dev ${dice.of(DEVICES)}`,
    `nexthop add id 2 via ${host(dice)} dev ${dice.of(DEVICES)} onlink`,
    "nexthop add id 3 group 1/2",
    "nexthop add id 4 blackhole",
  ];
  for (let count = 14; count > 0; count--) lines.push(route(dice));
  if (dice.chance(67)) for (let count = 1 + dice.below(6); count > 0; count--) lines.push(rule(dice));
  if (dice.chance(10)) lines.push("rule del pref 0", "rule add pref 32700 table local");
  // Hops over a device that is down stay in multipath routes and are "dead".
  if (dice.chance(25)) lines.push(`link set ${dice.of(DEVICES)} down`);
  return lines;
}

function route(dice: Dice): string {
  const words = [`${prefix(dice)}`];
  const kind = dice.below(100);
  if (kind < 15) words.unshift(dice.of(["blackhole", "unreachable", "prohibit", "throw"]));
  else if (kind < 20) words.unshift("local");
  words.push(`table ${dice.of(TABLES)}`);
  if (dice.chance(40)) words.push(`metric ${dice.of([5, 10])}`);
  if (dice.chance(15)) words.push("tos 0x10");
  if (kind >= 15 && kind < 20) words.push("dev lo");
  else if (kind >= 20 && kind < 30) words.push(`nhid ${1 + dice.below(4)}`);
  else if (kind >= 30 && kind < 45) {
    for (let count = 2; count > 0; count--) words.push(`nexthop via ${host(dice)} dev ${dice.of(DEVICES)} onlink`);
  } else if (kind >= 45 && kind < 70) words.push(`dev ${dice.of(DEVICES)}`);
  else if (kind >= 70) words.push(`via ${host(dice)} dev ${dice.of(DEVICES)} onlink`);
  return `route add ${words.join(" ")}`;
}

function rule(dice: Dice): string {
  const priority = 1 + dice.below(32765);
  const words = [`pref ${priority}`];
  if (dice.chance(15)) words.push("not");
  if (dice.chance(35)) words.push(`from ${prefix(dice).replace("default", "all")}`);
  if (dice.chance(35)) words.push(`to ${prefix(dice).replace("default", "all")}`);
  if (dice.chance(20)) words.push(`iif ${dice.of(["lo", ...DEVICES])}`);
  if (dice.chance(15)) words.push(`oif ${dice.of(DEVICES)}`);
  if (dice.chance(20)) words.push(`fwmark ${dice.of(["1", "2", "0x2/0x3"])}`);
  if (dice.chance(10)) words.push("tos 0x10");
  if (dice.chance(10)) words.push(`uidrange ${dice.of(["0-5", "1000-2000"])}`);
  if (dice.chance(10)) words.push(`ipproto ${dice.of(["icmp", "udp"])}`);
  const action = dice.below(10);
  if (action < 6) words.push(`table ${dice.of(TABLES)}`);
  if (action < 6 && dice.chance(25)) words.push(`suppress_prefixlength ${dice.of([0, 8, 24])}`);
  else if (action === 7) words.push(dice.of(["blackhole", "unreachable", "prohibit"]));
  else if (action === 8) words.push(`goto ${dice.of([32766, priority + 1 + dice.below(200)])}`);
  else if (action === 9) words.push("nop");
  return `rule add ${words.join(" ")}`;
}

/** A question to both the kernel and the model. */
export interface Question {
  readonly destination: string;
  readonly source: string | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly mark: number;
  readonly tos: number;
  readonly uid: number | null;
}

/** A question for a packet this host sends, from one of its own addresses or from none. */
export function outputQuestion(dice: Dice, own: readonly string[]): Question {
  return {
    destination: dice.chance(15) && own.length > 0 ? dice.of(own) : host(dice),
    source: own.length > 0 && dice.chance(40) ? dice.of(own) : null,
    iif: null,
    oif: dice.chance(35) ? dice.of(DEVICES) : null,
    mark: dice.of([0, 0, 1, 2, 6]),
    tos: dice.of([0, 0, 0, 0x10]),
    uid: dice.of([0, 3, 1500]),
  };
}

/** A question for a packet that comes in from elsewhere. */
export function inputQuestion(dice: Dice): Question {
  return {
    destination: host(dice),
    source: dice.chance(50) ? host(dice) : `198.51.100.${1 + dice.below(9)}`,
    iif: dice.of(DEVICES),
    oif: null,
    mark: dice.of([0, 0, 1, 2, 6]),
    tos: dice.of([0, 0, 0, 0x10]),
    uid: null,
  };
}

/** The question as `ip route get` takes it. */
export function routeGet(question: Question, fibmatch: boolean): string {
  const words = ["route get", ...(fibmatch ? ["fibmatch"] : []), question.destination];
  if (question.source !== null) words.push(`from ${question.source}`);
  if (question.iif !== null) words.push(`iif ${question.iif}`);
  if (question.oif !== null) words.push(`oif ${question.oif}`);
  if (question.mark !== 0) words.push(`mark ${question.mark}`);
  if (question.tos !== 0) words.push(`tos 0x${question.tos.toString(16)}`);
  if (question.uid !== null) words.push(`uid ${question.uid}`);
  return [...words, "ipproto icmp"].join(" ");
}
