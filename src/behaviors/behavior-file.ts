import { basename } from "node:path";
import { sha256 } from "../base/ids.ts";
import { toStorableText } from "../store/storable.ts";

export type BehaviorFile = {
  name: string;
  script: string;
  sha256: string;
  role: string;
  description: string;
  /** What it starts as, where the file says so. */
  status?: "draft";
};

const DEFAULT_ROLE = "generalist";

/**
 * A behavior as a file: its name is the file's, and comment lines `-- @role code_developer` and
 * `-- @description …` say the rest. With `-- @status draft` it is there to be assigned and does not
 * apply to its role by itself.
 */
export function parseBehaviorFile(path: string, script: string): BehaviorFile {
  return {
    name: basename(path, ".lua"),
    script,
    sha256: sha256(script),
    role: readTag(script, "role") ?? DEFAULT_ROLE,
    description: readTag(script, "description") ?? "",
    ...(readTag(script, "status") === "draft" && { status: "draft" as const }),
  };
}

function readTag(script: string, tag: string): string | undefined {
  const text = new RegExp(`^--[ \\t]*@${tag}[ \\t]+(.+)$`, "m").exec(script)?.[1]?.trim();
  return text === undefined ? undefined : toStorableText(text);
}
