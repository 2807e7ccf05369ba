import { basename } from "node:path";
import { sha256 } from "../base/ids.ts";
import { toStorableText } from "../store/storable.ts";

export type BehaviorFile = {
  name: string;
  script: string;
  sha256: string;
  role: string;
  description: string;
};

const DEFAULT_ROLE = "generalist";

/**
 * A behavior as a file: its name is the file's, and comment lines `-- @role code_developer` and
 * `-- @description …` say the rest.
 */
export function parseBehaviorFile(path: string, script: string): BehaviorFile {
  return {
    name: basename(path, ".lua"),
    script,
    sha256: sha256(script),
    role: readTag(script, "role") ?? DEFAULT_ROLE,
    description: readTag(script, "description") ?? "",
  };
}

function readTag(script: string, tag: string): string | undefined {
  const text = new RegExp(`^--[ \\t]*@${tag}[ \\t]+(.+)$`, "m").exec(script)?.[1]?.trim();
  return text === undefined ? undefined : toStorableText(text);
}
