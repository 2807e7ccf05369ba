import { expect, test } from "vitest";
import { fromSlack } from "../../../src/chat/rich-text/from-slack.ts";

const names = {
  users: new Map([
    ["U1", "ana"],
    ["U2", "@bo\nlee"],
  ]),
  channels: new Map([["C1", "general"]]),
  groups: new Map([["S1", "@ops"]]),
};

test.each([
  ["people by name", "<@U1> and <@U2|x>", "@ana and @bo lee"],
  ["people it does not know", "<@U9> <@U8|kim>", "@U9 @kim"],
  ["channels", "<#C1> <#C1|old> <#C2|other> <#C3|>", "#general #general #other #C3"],
  ["groups", "<!subteam^S1> <!subteam^S2|@dev> <!subteam^S3>", "@ops @dev @S3"],
  ["broadcasts", "<!here> <!channel|channel> <!everyone>", "@here @channel @everyone"],
  ["dates", "<!date^1392734382^{date_short}^https://e.org|Feb 18>", "Feb 18"],
  ["links", "<https://e.org/?a=1&amp;b=2|the site>", "[the site](https://e.org/?a=1&b=2)"],
  [
    "bare links",
    "<https://e.org> <http://e.org|e.org> <mailto:a@e.org|a@e.org>",
    "https://e.org e.org a@e.org",
  ],
  ["entities", "a &lt;b&gt; &amp;amp;", "a <b> &amp;"],
  ["styles", "*b* _i_ ~s~ *_bi_*", "**b** *i* ~~s~~ ***bi***"],
  ["marks inside words", "2*3*4 a_b_c ~5", "2*3*4 a_b_c ~5"],
  ["quotes", "&gt; a\n> b\n&gt;c", "> a\n> b\n> c"],
  ["bullets", "• a\n    ◦ b", "- a\n    - b"],
  ["code as it is", "`*a* &lt;b&gt; <https://e.org|e.org>`", "`*a* <b> e.org`"],
  ["fences on lines of their own", "```a *b*\n<@U1>```", "```\na *b*\n@ana\n```"],
  ["a fence nobody closed", "```a", "```a"],
])("the model gets %s", (_name, text, expected) => {
  expect(fromSlack(text, names)).toBe(expected);
});
