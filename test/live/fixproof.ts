// `npm run fixproof [NAME …]`: types the first fix of every recorded failure in a fresh copy of its scenario, pings again,
// and holds what the kernel did against what the walk after the fix had said. Root only.

import { afterFix, failures } from "./first-fix.ts";

const wanted = process.argv.slice(2);
let works = 0;
let foretold = 0;
let agrees = 0;
let tried = 0;
let without = 0;
for (const { name, scenario, fix } of failures.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
  if (fix === null) {
    console.log(`${name}: no fix`);
    without++;
    continue;
  }
  tried++;
  const { exitCode, answered, output } = await afterFix(scenario, fix);
  const foreseen = fix.proof === "answered" || fix.proof === "harm-unchecked";
  // What the walk cannot tell it has not said.
  const isTold = fix.proof !== "unproven";
  if (answered) works++;
  if (isTold) foretold++;
  if (isTold && answered === foreseen) agrees++;
  const end = answered
    ? "works"
    : exitCode === 0
      ? "not answered"
      : `exit ${exitCode}: ${output.trim().split("\n").at(-1)}`;
  console.log(
    `${name}: ${end}${isTold && answered === foreseen ? "" : ` (the walk said ${fix.proof})`}: ${fix.command}`,
  );
}
console.log(
  `${works} of ${tried} work; ${without} have none; what the walk said came true in ${agrees} of ${foretold}`,
);
