// The pcapng blocks that describe rather than carry packets: section header, interface description, interface statistics.

import { linkTypeOf } from "./link-type.ts";
import type { Window } from "./parser.ts";
import {
  addComment,
  COMMENT,
  eachOption,
  type Option,
  type Overlong,
  optionNumber,
  optionText,
} from "./pcapng-options.ts";
import type { CustomRecord, InterfaceRecord, SectionRecord, StatisticsRecord } from "./record.ts";

/** Private enterprise number of the custom blocks handed out: the one for examples (RFC 5612), as we have none. */
export const CUSTOM_NUMBER = 32473;

const SHB_HARDWARE = 2;
const SHB_OS = 3;
const SHB_APPLICATION = 4;
const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_IPV4 = 4;
const IF_MAC = 6;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const IF_OS = 12;
const IF_FCSLEN = 13;
const IF_TSOFFSET = 14;
const ISB_RECEIVED = 4;
const ISB_DROPPED = 5;
const ISB_ACCEPTED = 6;
const ISB_OS_DROPPED = 7;
const MAX_ADDRESSES = 64;
const MAX_NAME = 256;
const MICROSECONDS = 6;

/** The options of a section header block. */
export function parseSection(
  window: Window,
  start: number,
  end: number,
  little: boolean,
): { record: SectionRecord; overlong: Overlong | null } {
  const texts = new Map<number, string>();
  const comments: string[] = [];
  const overlong = eachOption(window, start, end, little, (option) => {
    if (option.code === COMMENT) addComment(comments, window, option);
    else if (option.code <= SHB_APPLICATION) texts.set(option.code, optionText(window, option));
  });
  const record: SectionRecord = {
    type: "section",
    hardware: texts.get(SHB_HARDWARE) ?? null,
    os: texts.get(SHB_OS) ?? null,
    application: texts.get(SHB_APPLICATION) ?? null,
    comments,
  };
  return { record, overlong };
}

/** An interface description block, with the unit (if_tsresol) and offset (if_tsoffset) of its time stamps. */
export function parseInterface(
  window: Window,
  start: number,
  end: number,
  little: boolean,
  id: number,
): { record: InterfaceRecord; resolution: number; offset: number; overlong: Overlong | null } {
  const { view } = window;
  const texts = new Map<number, string>();
  const addresses: string[] = [];
  const comments: string[] = [];
  let resolution = MICROSECONDS;
  let offset = 0;
  let mac: string | null = null;
  let fcsLength: number | null = null;
  const overlong = eachOption(window, start + 16, end, little, (option) => {
    const length = option.end - option.start;
    const { code } = option;
    if (code === COMMENT) addComment(comments, window, option);
    else if (code === IF_NAME || code === IF_DESCRIPTION || code === IF_OS)
      texts.set(code, optionText(window, option, MAX_NAME));
    else if (code === IF_FILTER) texts.set(code, filterText(window, option));
    else if (code === IF_IPV4 && length === 8 && addresses.length < MAX_ADDRESSES)
      addresses.push(ipv4Text(window, option));
    else if (code === IF_MAC && length === 6) mac = macText(window, option);
    // A resolution of the wrong length is ignored, as tshark does.
    else if (code === IF_TSRESOL && length === 1) resolution = view.getUint8(option.start);
    else if (code === IF_TSOFFSET && length === 8) offset = secondsOf(view.getBigInt64(option.start, little));
    else if (code === IF_FCSLEN && length === 1) fcsLength = view.getUint8(option.start);
  });
  const snapLength = view.getUint32(start + 12, little);
  const record: InterfaceRecord = {
    type: "interface",
    id,
    format: "pcapng",
    linkType: linkTypeOf(view.getUint16(start + 8, little)),
    snapLength: snapLength === 0 || snapLength >= 0x7fffffff ? null : snapLength,
    name: texts.get(IF_NAME) || null,
    description: texts.get(IF_DESCRIPTION) || null,
    filter: texts.get(IF_FILTER) || null,
    os: texts.get(IF_OS) || null,
    addresses,
    mac,
    comments,
    fcsLength,
  };
  return { record, resolution, offset, overlong };
}

/** The options of an interface statistics block. */
export function parseStatistics(
  window: Window,
  start: number,
  end: number,
  little: boolean,
  interfaceId: number,
): { record: StatisticsRecord; overlong: Overlong | null } {
  const numbers = new Map<number, number | null>();
  const comments: string[] = [];
  const overlong = eachOption(window, start, end, little, (option) => {
    if (option.code === COMMENT) addComment(comments, window, option);
    else if (option.code >= ISB_RECEIVED && option.code <= ISB_OS_DROPPED) {
      numbers.set(option.code, optionNumber(window, option, little));
    }
  });
  const record: StatisticsRecord = {
    type: "statistics",
    interfaceId,
    received: numbers.get(ISB_RECEIVED) ?? null,
    accepted: numbers.get(ISB_ACCEPTED) ?? null,
    droppedByInterface: numbers.get(ISB_DROPPED) ?? null,
    droppedByOs: numbers.get(ISB_OS_DROPPED) ?? null,
    comments,
  };
  return { record, overlong };
}

/** A custom block under pktwhy's number (write-pcapng.ts): the length of its data, then the data; null where it is another's. */
export function parseCustom(window: Window, start: number, end: number, little: boolean): CustomRecord | null {
  const from = start + 16;
  if (end < from) return null;
  const length = window.view.getUint32(start + 12, little);
  return length > end - from ? null : { type: "custom", data: window.bytes.slice(from, from + length) };
}

/** if_filter: a byte 0 and the filter's text; a byte 1 and its compiled form, of which nothing can be told. */
function filterText(window: Window, option: Option): string {
  if (option.end === option.start || window.view.getUint8(option.start) !== 0) return "";
  return optionText(window, { ...option, start: option.start + 1 });
}

function ipv4Text(window: Window, option: Option): string {
  const bytes = window.bytes.subarray(option.start, option.end);
  let mask = 0;
  for (let i = 4; i < 8; i++) for (let bit = 7; bit >= 0 && ((bytes[i] ?? 0) >> bit) & 1; bit--) mask++;
  return `${bytes.subarray(0, 4).join(".")}/${mask}`;
}

function macText(window: Window, option: Option): string {
  const bytes = window.bytes.subarray(option.start, option.end);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

// An offset beyond a million years is damage; times stay what the packets say.
function secondsOf(offset: bigint): number {
  return offset > -(2n ** 45n) && offset < 2n ** 45n ? Number(offset) : 0;
}
