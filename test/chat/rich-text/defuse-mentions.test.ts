import * as fc from "../../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import {
  defuseBroadcasts,
  defuseDiscord,
  defuseMarkdown,
} from "../../../src/chat/rich-text/defuse-mentions.ts";
import { renderGrowing } from "../../../src/chat/rich-text/incremental.ts";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toDiscord } from "../../../src/chat/rich-text/to-discord.ts";
import { toSlack } from "../../../src/chat/rich-text/to-slack.ts";
import { arbitraryPings } from "../../support/arbitrary-markdown.ts";

const Z = "\u200b";
// As the platforms look for them, after dropping the characters that they drop (but never the zero-width space).
const strip = (text: string) => text.replace(/(?!\u200b)[\p{Cf}\p{Mn}]/gu, "");
const PINGS_DISCORD = /@(?:everyone|here)|<@[!&]?\d+>/i;
const PINGS_SLACK = /<[!@#]|@(?:everyone|here|channel\b|group\b)/i;

describe("nothing a model writes pings", () => {
  test("on Discord, even without allowed_mentions", () => {
    fc.assert(
      fc.property(arbitraryPings, (markdown) => {
        expect(strip(toDiscord(parseMarkdown(markdown)))).not.toMatch(PINGS_DISCORD);
      }),
    );
  });

  test("on Slack, even where names are linked", () => {
    fc.assert(
      fc.property(arbitraryPings, (markdown) => {
        expect(strip(toSlack(parseMarkdown(markdown)))).not.toMatch(PINGS_SLACK);
        expect(strip(defuseMarkdown(markdown))).not.toMatch(PINGS_SLACK);
      }),
    );
  });

  test("while it grows", () => {
    fc.assert(
      fc.property(arbitraryPings, fc.nat(), (markdown, cut) => {
        const prefix = markdown.slice(0, cut % (markdown.length + 1));
        const slack = renderGrowing(prefix, toSlack, { done: false });
        expect(strip(slack)).not.toMatch(PINGS_SLACK);
      }),
    );
  });
});

test.each([
  ["@everyone @HERE @channel!", `@${Z}everyone @${Z}HERE @${Z}channel!`],
  ["@hereford pings on Discord", `@${Z}hereford pings on Discord`],
  ["@channels @grouped ana@x.org", "@channels @grouped ana@x.org"],
  ["@\u202eeveryone @h\u0301ere", `@${Z}\u202eeveryone @${Z}h\u0301ere`],
])("broadcasts in %j are broken and nothing else", (text, expected) => {
  expect(defuseBroadcasts(text)).toBe(expected);
});

test("entities of people and roles are broken for Discord, of channels too for Slack's Markdown", () => {
  expect(defuseDiscord("<@1> <@&2> <#3>")).toBe(`<${Z}@1> <${Z}@&2> <#3>`);
  expect(defuseMarkdown("<@U1> <!here> <#C1> <b>")).toBe(`<${Z}@U1> <${Z}!here> <${Z}#C1> <b>`);
});

test("an address that holds a mention stays the same address", () => {
  const tree = parseMarkdown("https://e.org/@everyone");
  expect(toSlack(tree)).toBe("<https://e.org/%40everyone>");
  expect(toDiscord(tree)).toBe("<https://e.org/%40everyone>");
});
