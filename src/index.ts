// The library: what the command line is made of, for programs that want the document of data instead of text.

export { causeByCode, causes } from "./causes/registry.ts";
export { type ExplainInput, explain } from "./explain/explain.ts";
export { predict } from "./explain/predict.ts";
export { type FlowBounds, FlowTracker } from "./flow/tracker.ts";
export { formatIpv4, formatMac, type Ipv4, type Mac, type Prefix, parseIpv4, parseMac } from "./model/address.ts";
export type { Cause, CausePage } from "./model/cause.ts";
export * from "./model/evidence.ts";
export type * from "./model/exchange.ts";
export type * from "./model/finding.ts";
export type * from "./model/flow.ts";
export type * from "./model/frame.ts";
export type * from "./model/journey.ts";
export type * from "./model/packet.ts";
export { type Problem, ProblemError } from "./model/problem.ts";
export type * from "./model/report.ts";
export type * from "./model/system-state.ts";
export type { Language, Text } from "./model/text.ts";
export type { Nanoseconds } from "./model/time.ts";
export type * from "./model/trace.ts";
export { formatVantage, type InputSummary, type LinkType, type Vantage } from "./model/vantage.ts";
export { type JsonOptions, renderJson } from "./render/json.ts";
export { renderText } from "./render/text.ts";
export { SavefileReader } from "./savefile/reader.ts";
export type { SavefileRecord } from "./savefile/record.ts";
export { parseState } from "./system/parse.ts";
export { classify, TRAFFIC, type Traffic } from "./wire/classify.ts";
export { decode } from "./wire/decode.ts";
