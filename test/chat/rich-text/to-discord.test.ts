import { expect, test } from "vitest";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toDiscord } from "../../../src/chat/rich-text/to-discord.ts";

const Z = "\u200b";
const discord = (markdown: string) => toDiscord(parseMarkdown(markdown));

test.each([
  ["styles", "**b** *i* ~~s~~ ***bi***", "**b** *i* ~~s~~ ***bi***"],
  ["styles side by side", "**a***b*", `**a**${Z}*b*`],
  ["headings of two sizes", "# A\n\n#### b", "## A\n\n### b"],
  ["an empty heading as nothing", "#\n\na", "a"],
  [
    "marks that are text",
    "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\`",
    "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\`",
  ],
  ["names with underscores", "snake_case_name", "snake\\_case\\_name"],
  ["what would be a spoiler", "||a||", "\\|\\|a\\|\\|"],
  ["what would be small print", "-# a", "\\-# a"],
  ["what would be a heading", "\\# a", "\\# a"],
  ["what would be a list", "\\- a\n1\\. b", "\\- a\n1\\. b"],
  ["what would be a quote", "\\> a\n\\>>> b", "\\> a\n\\>>> b"],
  ["what would be a heading in a list", "- \\# a", "- \\# a"],
  ["a link that does not unfurl", "[a](https://e.org/x_y)", "[a](<https://e.org/x_y>)"],
  ["an address", "see https://e.org/x_y.", "see <https://e.org/x_y>."],
  ["a label with brackets and marks", "[a [1] *b*](https://e.org)", "[a (1) b](<https://e.org>)"],
  [
    "a label that is another address",
    "[https://a.org](https://b.org)",
    "https://a.org (<https://b.org>)",
  ],
  ["a mail address", "me@e.org", "me@e.org"],
  ["an image that unfurls", "![cat](https://e.org/c(1).png)", "[cat](https://e.org/c%281%29.png)"],
  ["what would be a link", "\\[a](https://e.org)", "\\[a](<https://e.org>)"],
  ["what would be an emoji or a time", "<:a:1> <t:1:R>", "\\<:a:1> \\<t:1:R>"],
  ["nested lists", "- a\n  - b\n1. c\n   - d", "- a\n  - b\n\n1. c\n   - d"],
  ["tasks", "- [ ] a\n- [x] b", "- ☐ a\n- ☑ b"],
  ["nested quotes as one", "> a\n> > b", "> a\n> \n> b"],
  ["a fence with its language", "```ts\na_b\n```", "```ts\na_b\n```"],
  ["a fence with a strange language", "```a,b\nx\n```", "```\nx\n```"],
  ["a fence in a fence", "````\n```\n````", `\`\`\`\n\`\`${Z}\`\n\`\`\``],
  ["backticks in code", "`` a`b ``", "`` a`b ``"],
  ["a table", "| a | b |\n|---|---|\n| 1 | 2 |", "```\na  b\n─  ─\n1  2\n```"],
  ["a rule", "a\n\n***\n\nb", "a\n\n──────────\n\nb"],
])("Discord gets %s", (_name, markdown, expected) => {
  expect(discord(markdown)).toBe(expected);
});
