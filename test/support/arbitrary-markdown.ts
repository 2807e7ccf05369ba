import * as fc from "./fast-check.ts";

const SNIPPETS = [
  "# Title\n",
  "**bold**",
  "*it*",
  "***both***",
  "~~gone~~",
  "foo**bar**baz",
  "含**「重点」**内容",
  "`code`",
  "``a ` b``",
  "```js\nlet x = 1;\n```\n",
  "```",
  "\n~~~\n",
  "[label](https://example.org/a_b?c=1&d=2)",
  "[half](https://exa",
  "![alt](https://example.org/i.png)",
  "<https://example.org>",
  "https://example.org/x",
  "- item\n",
  "  - inner\n",
  "1. one\n",
  "- [ ] todo\n",
  "> quote\n",
  "| a | b |\n|---|--:|\n| 1 | 2 |\n",
  "| c | d |\n",
  "\n",
  "\n\n",
  "\r\n",
  "---\n",
  "<br>",
  "a & b < c > d",
  "&amp;",
  "snake_case_name",
  "2*3*4",
  "\\*",
  "||secret||",
  "-# small",
  ":smile:",
  "👨‍👩‍👧‍👦",
  "🇩🇪",
  "שלום עולם",
  "@ana",
] as const;

const MENTIONS = [
  "@everyone",
  "@here",
  "@Channel",
  "@group",
  "@\u202eeveryone",
  "@eve\u00adryone",
  "@**everyone**",
  "@e\\veryone",
  "@every&#111;ne",
  "<!channel>",
  "<!here|here>",
  "<!subteam^S123|team>",
  "<@U123>",
  "<@&42>",
  "<@!42>",
  "<\u200d@42>",
  "`@everyone`",
  "`<@&42>`",
  "```\n@everyone <!here> <@&42>\n```\n",
  "[@here](https://example.org/@everyone)",
  "https://example.org/@everyone",
  "| @everyone |\n|---|\n| <!here> |\n",
] as const;

const words = fc.lorem({ maxCount: 12 });
const noise = fc.string({ unit: "grapheme", maxLength: 20 });

/** Markdown as models write it, well formed or not. */
export const arbitraryMarkdown = fc
  .array(fc.oneof(fc.constantFrom(...SNIPPETS), words, fc.constant(" "), noise), {
    maxLength: 40,
    size: "max",
  })
  .map((pieces) => pieces.join(""));

/** The same, full of attempts to mention everybody. */
export const arbitraryPings = fc
  .array(fc.oneof(fc.constantFrom(...MENTIONS, ...SNIPPETS), words, fc.constant(" ")), {
    maxLength: 30,
    size: "max",
  })
  .map((pieces) => pieces.join(""));
