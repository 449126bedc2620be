// Causes of links, routes and firewalls are written for pings, and hold for connections and questions over UDP alike: their
// sentences are said of what was asked.

import type { Facts } from "./finding.ts";
import type { Text } from "./text.ts";

/** What a ping, its question and its answer are called instead. */
interface Nouns {
  readonly attempt: string;
  readonly attempts: string;
  readonly question: string;
  readonly questions: string;
  readonly answer: string;
  readonly answers: string;
  readonly zh: { readonly attempt: string; readonly question: string; readonly answer: string };
}

const NOUNS: Readonly<Record<"tcp" | "udp", Nouns>> = {
  tcp: {
    attempt: "connection",
    attempts: "connections",
    question: "SYN",
    questions: "SYNs",
    answer: "SYN-ACK",
    answers: "SYN-ACKs",
    zh: { attempt: "连接", question: "SYN", answer: "SYN-ACK" },
  },
  udp: {
    attempt: "question",
    attempts: "questions",
    question: "datagram",
    questions: "datagrams",
    answer: "answer",
    answers: "answers",
    zh: { attempt: "询问", question: "数据报", answer: "应答" },
  },
};

/** The sentence, said of the connection or of the question over UDP; of a ping it stays as it is. */
export function spoken(words: Text, { protocol }: Facts): Text {
  if (protocol === undefined) return words;
  const nouns = NOUNS[protocol];
  return { en: english(words.en, nouns), zh: chinese(words.zh, nouns) };
}

function english(sentence: string, { attempt, attempts, question, questions, answer, answers }: Nouns): string {
  const said = sentence
    .replace(/\becho requests\b/g, questions)
    .replace(/\ban echo request\b/g, `${/^[aeiou]/i.test(question) ? "an" : "a"} ${question}`)
    .replace(/\becho request\b/g, question)
    .replace(/\becho repl(?:ies)\b/g, answers)
    .replace(/\ban echo reply\b/g, `${/^[aeiou]/i.test(answer) ? "an" : "a"} ${answer}`)
    .replace(/\becho reply\b/g, answer)
    .replace(/\becho(?:es)?\b/g, question)
    .replace(/(^|\. )ICMP never gets it\b/g, "$1No socket gets it")
    .replace(/\bICMP never gets it\b/g, "no socket gets it")
    .replace(/\bpinging\b/g, "asking")
    .replace(/\bpinged\b/g, "asked")
    .replace(/\b(a|every|each|the|this|no|that|working) ping\b/g, `$1 ${attempt}`)
    .replace(/\bhost that pings\b/g, "host that asks")
    .replace(/\bping's\b/g, "the program's")
    .replace(/\bpings\b/g, attempts)
    .replace(/\band ping again\b/g, "and try again")
    .replace(/\bversions of ping print\b/g, "programs print")
    .replace(/\bping\b/g, "the program");
  return said.replace(/\bPings\b/g, attempts.charAt(0).toUpperCase() + attempts.slice(1));
}

function chinese(sentence: string, { zh }: Nouns): string {
  return sentence
    .replace(/(?:回显|echo ?)请求(?:（echo request）)?/g, zh.question)
    .replace(/(?:回显|echo ?)应答(?:（echo reply）)?/g, zh.answer)
    .replace(/ICMP 层收不到它/g, "没有套接字收到它")
    .replace(/被 *ping *的/g, "被询问的")
    .replace(/(?<=\p{Script=Han}) ?ping ?(?=\p{Script=Han})/gu, zh.attempt)
    .replace(/ping/g, zh.attempt)
    .replace(/\becho\b/g, zh.question)
    .replace(/(?<=\p{Script=Han}) +(?=\p{Script=Han})/gu, "");
}
