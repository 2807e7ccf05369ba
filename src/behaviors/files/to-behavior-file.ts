import { parseBehaviorFile } from "./behavior-file.ts";
import type { BehaviorStatus } from "../behavior.ts";

type FiledBehavior = {
  name: string;
  role: string;
  description: string;
  status: BehaviorStatus;
};

/**
 * A behavior as a file that `parseBehaviorFile` reads back: the script itself where its own comment
 * lines say all there is to say; else with those lines added or mended. Descriptions become one line.
 */
export function toBehaviorFile(behavior: FiledBehavior, script: string): string {
  const description = behavior.description.replaceAll(/\s+/g, " ").trim();
  // Added at the top one after the other: the last one comes first.
  const tags = { description, status: behavior.status, role: behavior.role };
  return Object.entries(tags).reduce((text, [tag, value]) => {
    const parsed = { status: "active", ...parseBehaviorFile(`${behavior.name}.lua`, text) };
    return parsed[tag as keyof typeof tags] === value ? text : setTag(text, tag, value);
  }, script);
}

/** Lines that belong before any comment: a byte order mark, a line for the shell. */
const PREAMBLE = /^\uFEFF?(?:#[^\n]*\n)?/;
/** The comment lines at the top: a tag further down may be within a text of the script. */
const HEADER = /^(?:--(?!\[=*\[)[^\n]*\n)*/;

function setTag(text: string, tag: string, value: string): string {
  const line = `-- @${tag} ${value}`.trim();
  const preamble = PREAMBLE.exec(text)?.[0] ?? "";
  const rest = text.slice(preamble.length);
  const header = HEADER.exec(rest)?.[0] ?? "";
  const own = new RegExp(`^--[ \\t]*@${tag}(?:[ \\t].*)?$`, "m");
  const changed = own.test(header) ? header.replace(own, () => line) : `${line}\n${header}`;
  return preamble + changed + rest.slice(header.length);
}
