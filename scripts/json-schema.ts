// The JSON schema of what pktwhy prints, from the types in src/render/json-shape.ts.

import { join } from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import { projectRoot } from "./cause-files.ts";

// Programs that validate outlive this version: they must take the codes of causes that it does not know.
const CODE: Schema = {
  type: "string",
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
  description:
    "Names a cause: permanent, never translated; `pktwhy causes` lists them. Later versions know more of them.",
};

/** The schema as the package holds it. */
export function jsonSchema(): string {
  const generator = createGenerator({
    path: join(projectRoot, "src/render/json-shape.ts"),
    tsconfig: join(projectRoot, "tsconfig.json"),
    type: "PrintedJson",
    // `npm run types` does that.
    skipTypeCheck: true,
    additionalProperties: true,
    topRef: false,
    encodeRefs: false,
  });
  const { definitions = {}, $schema, ...whole } = generator.createSchema("PrintedJson");
  const schema = {
    $schema,
    $id: "urn:pktwhy:1",
    title: "What pktwhy prints as JSON",
    ...whole,
    definitions: { ...definitions, Code: CODE },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
