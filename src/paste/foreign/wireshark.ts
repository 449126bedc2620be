// Wireshark's packet list as text ("No. Time Source Destination Protocol Length Info") and tshark's, as tcpdump prints it.

import { parseIpv4 } from "../../model/address.ts";
import type { PastedLine } from "../clean.ts";

const ROW =
  /^\s*\d{1,9}\s+((?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{1,9}|\d{1,7}\.\d{1,9})\s+(\S+)\s+(?:(?:→|->)\s+)?(\S+)\s+([A-Z][A-Za-z0-9./-]{1,15})\s+(\d{1,5})\s+(.*)$/;
const ECHO = /^Echo \(ping\) (request|reply)\s+id=0x([\da-f]+), seq=(\d+)/i;

/** Rows of packets in tcpdump's words; every other line as it is. */
export function fromWireshark(lines: readonly PastedLine[]): PastedLine[] {
  if (!lines.some(({ text }) => ROW.test(text) && / (?:ICMP|ARP) /.test(text))) return [...lines];
  const asked = new Map<string, string>();
  return lines.flatMap((line) => {
    if (/^\s*No\.\s+Time\s+Source\s+Destination/.test(line.text)) return [];
    const row = ROW.exec(line.text);
    if (row === null) return [line];
    const [, time = "", source = "", destination = "", protocol = "", length = "", info = ""] = row;
    const said = sentence({ source, destination, protocol, length: Number(length), info }, asked);
    return [{ number: line.number, text: said === null ? line.text : `${stamp(time)} ${said}` }];
  });
}

interface Row {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
}

// Whom an asker asked last: an error's row does not say what it is about.
function sentence(row: Row, asked: Map<string, string>): string | null {
  const { source, destination, protocol, info, length } = row;
  if (protocol === "ARP") return arpSentence(info);
  if (parseIpv4(source) === null || parseIpv4(destination) === null) return null;
  const from = `IP ${source} > ${destination}: `;
  if (protocol !== "ICMP") return `${from}ip-proto-${protocol === "TCP" ? 6 : 17} ${length}`;
  const echo = ECHO.exec(info);
  if (echo) {
    if (echo[1] === "request") asked.set(source, destination);
    // The frame's length, without the headers of Ethernet and IP.
    return `${from}ICMP echo ${echo[1]}, id ${Number.parseInt(echo[2] ?? "0", 16)}, seq ${echo[3]}, length ${Math.max(8, length - 34)}`;
  }
  const about = asked.get(destination);
  if (/^Time-to-live exceeded \(Time to live/i.test(info)) return `${from}ICMP time exceeded in-transit, length 36`;
  const reason = /^Destination unreachable \((.+?)\)/i.exec(info)?.[1];
  if (reason === undefined || about === undefined) return null;
  return `${from}ICMP ${unreachable(about, reason)}, length 36`;
}

function unreachable(about: string, reason: string): string {
  if (/^Network/i.test(reason)) return `net ${about} unreachable`;
  if (/^Port/i.test(reason)) return `${about} udp port 0 unreachable`;
  if (/^Fragmentation needed/i.test(reason)) return `${about} unreachable - need to frag`;
  if (/admin/i.test(reason))
    return `host ${about} unreachable - admin prohibited${/Communication/i.test(reason) ? " filter" : ""}`;
  return `host ${about} unreachable`;
}

function arpSentence(info: string): string | null {
  const request = /^Who has (\S+?)\?\s+Tell (\S+)/.exec(info);
  if (request) return `ARP, Request who-has ${request[1]} tell ${request[2]}, length 28`;
  const reply = /^(\S+) is at ([\da-f:]{17})/i.exec(info);
  if (reply) return `ARP, Reply ${reply[1]} is-at ${reply[2]}, length 28`;
  const own = /^(?:Gratuitous ARP|ARP Announcement) for (\S+)/.exec(info)?.[1];
  if (own !== undefined) return `ARP, Announcement ${own}, length 28`;
  const probe = /^(?:ARP Probe|Who has) (?:for )?(\S+?)\??(?: \(ARP Probe\))?$/.exec(info)?.[1];
  return probe === undefined ? null : `ARP, Probe ${probe}, length 28`;
}

// Seconds since the first packet, or a time of day.
function stamp(time: string): string {
  const whole = /^(\d+)\.(\d+)$/.exec(time);
  if (whole === null) return time.replace(/(\.\d{6})\d+$/, "$1");
  const seconds = Number(whole[1]);
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}.${(whole[2] ?? "").slice(0, 6).padEnd(6, "0")}`;
}
