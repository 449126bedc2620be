// `npm run one-host [NAME …]`: how often one host's capture at one interface and its own state, pasted, name the recorded code.
// Several scenarios at once; with PKTWHY_PASTES=DIRECTORY the pastes are kept there, and taken from there the next time. Root only.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namedIn, pasteOf, type Told, told } from "./one-host-text.ts";

const AT_ONCE = 4;
const FIRST = 5;
const kept = process.env.PKTWHY_PASTES;
const wanted = process.argv.slice(2);
const left = wanted.length > 0 ? told.filter(({ name }) => wanted.includes(name)) : [...told];
const all = left.length;
let first = 0;
let among = 0;
let wrong = 0;

async function paste(one: Told): Promise<string> {
  const file = kept === undefined ? null : join(kept, `${one.name}.txt`);
  if (file !== null && existsSync(file)) return readFileSync(file, "utf8");
  const content = await pasteOf(one);
  if (file !== null) writeFileSync(file, content);
  return content;
}

async function one(): Promise<void> {
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const { place, answer, certain, named } = await namedIn(await paste(next), next.code);
    if (place === 0) first++;
    if (place >= 0 && place < FIRST) among++;
    else console.log(`${next.name}: ${next.code} at ${place}; ${answer}: ${named.slice(0, 8).join(" ")}`);
    if (certain && place !== 0) {
      wrong++;
      console.log(`${next.name}: CERTAIN AND WRONG: ${answer}`);
    }
  }
}

if (kept !== undefined) mkdirSync(kept, { recursive: true });
await Promise.all(Array.from({ length: AT_ONCE }, one));
console.log(
  `${among} of ${all} name the code among the first ${FIRST}, ${first} of them as the answer; ${wrong} certain and wrong`,
);
