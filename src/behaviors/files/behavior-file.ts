import { basename } from "node:path";
import { sha256 } from "../../base/ids.ts";
import { toStorableText } from "../../store/storable.ts";
import { BEHAVIOR_STATUSES, type BehaviorStatus } from "../behavior.ts";

export type BehaviorFile = {
  name: string;
  script: string;
  sha256: string;
  role: string;
  description: string;
  /** What it starts as, where the file says so. */
  status?: BehaviorStatus;
};

const DEFAULT_ROLE = "generalist";

/**
 * A behavior as a file: its name is the file's, and comment lines `-- @role code_developer` and
 * `-- @description …` say the rest. With `-- @status draft` it is there to be assigned and does not
 * apply to its role by itself.
 */
export function parseBehaviorFile(path: string, script: string): BehaviorFile {
  const status = BEHAVIOR_STATUSES.find((known) => known === readTag(script, "status"));
  return {
    name: basename(path, ".lua"),
    script,
    sha256: sha256(script),
    role: readTag(script, "role") || DEFAULT_ROLE,
    description: readTag(script, "description") ?? "",
    ...(status && { status }),
  };
}

function readTag(script: string, tag: string): string | undefined {
  const found = new RegExp(`^--[ \\t]*@${tag}(?:[ \\t]+(.*))?$`, "m").exec(script);
  return found ? toStorableText((found[1] ?? "").trim()) : undefined;
}
