import { defuseMarkdown } from "../../rich-text/defuse-mentions.ts";
import { holdBack } from "../../rich-text/hold-back.ts";

const BREAK = "\u200b";
// A stream has no switch for link previews, and a preview fetches whatever address a model wrote.
const ADDRESS = /:(?=\\*\/)|(?<=[\p{L}\p{N}\\-])\.(?=\\?\p{L})/gu;
const LINK = /\](?=\\?[([:])/g;
const ANGLE = /<(?=[^\s\u200b])/g;
const ENTITY = /&(?=#?\w+;)/g;

/**
 * What a native stream is sent of an answer: the letters that are settled, with zero-width spaces where
 * Slack's own reading of Markdown would mention, link, fetch or decode something. An answer in which
 * there is nothing of the kind comes out as it was written.
 */
export function toStreamText(markdown: string, { done }: { done: boolean }): string {
  return defuseMarkdown(done ? markdown : holdBack(markdown))
    .replace(ADDRESS, (mark) => mark + BREAK)
    .replace(LINK, `]${BREAK}`)
    .replace(ANGLE, `<${BREAK}`)
    .replace(ENTITY, `&${BREAK}`);
}
