// The library: what the command line is made of, for programs that want the document of data instead of text. Times are
// nanoseconds since the epoch (bigint), addresses branded numbers that `formatIpv4` and
// `formatMac` print. What a person can mend is a `Problem`, in English and Chinese; anything else that is thrown is a bug.

// The application: files, bundles and pastes become a report.
export { differenceOfCases } from "./case/difference-of-cases.ts";
export { type LiveOptions, type RunResult, run, watch } from "./case/own-process.ts";
export { type PacketSource, type PacketsFileOptions, packetsFile } from "./case/packets-file.ts";
export { type PastedText, type PasteReport, type PasteSet, reportOfPastes } from "./case/paste-report.ts";
export { forecast } from "./case/predict-report.ts";
export { type ReadOptions, type ReadResult, reportOf } from "./case/read-report.ts";
export { readState } from "./case/state-file.ts";
export { afterTyped } from "./case/typed-fix.ts";
export { causeByCode, causes } from "./causes/registry.ts";
export { type ExplainInput, explain } from "./explain/explain.ts";
export { type FlowBounds, FlowTracker } from "./flow/tracker.ts";
export type * from "./kernel/event.ts";
export { parseKernelEvents } from "./kernel/events-file.ts";
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
export { predict } from "./predict/predict.ts";
export { differenceJson, renderDifference } from "./render/difference.ts";
export { renderHtml } from "./render/html.ts";
export { type JsonOptions, jsonReport, renderJson, renderJsonLines } from "./render/json.ts";
export type * from "./render/json-shape.ts";
export { renderMarkdown } from "./render/markdown.ts";
export { renderMermaid } from "./render/mermaid.ts";
export { renderText } from "./render/text.ts";
export { SavefileReader } from "./savefile/reader.ts";
export type { SavefileRecord } from "./savefile/record.ts";
export { type CollectOptions, collectState } from "./system/collect.ts";
export { parseState } from "./system/parse.ts";
export { classify, TRAFFIC, type Traffic } from "./wire/classify.ts";
export { decode } from "./wire/decode.ts";
