import { expect, test } from "vitest";
import { fromDiscord } from "../../../src/chat/rich-text/from-discord.ts";

const names = {
  users: new Map([
    ["1", "ana"],
    ["2", "@bo\nlee"],
  ]),
  roles: new Map([["3", "mods"]]),
  channels: new Map([["4", "general"]]),
};

test.each([
  ["people by name", "<@1> <@!2> <@9>", "@ana @bo lee @9"],
  ["roles and channels", "<@&3> <#4> <@&9> <#9>", "@mods #general @9 #9"],
  ["emoji", "<:party:123> <a:wave_x:456>", ":party: :wave_x:"],
  ["commands", "</agent list:123>", "/agent list"],
  [
    "times",
    "<t:0> <t:0:R> <t:0:d> <t:0:t> <t:0:T>",
    "1970-01-01 00:00 UTC 1970-01-01 00:00 UTC 1970-01-01 00:00 UTC 00:00:00 UTC",
  ],
  ["impossible times as they are", "<t:9999999999999>", "<t:9999999999999>"],
  ["code as it is", "`<@1>` ```\n<@1>\n``` ``a`<@1>``", "`<@1>` ```\n<@1>\n``` ``a`<@1>``"],
  ["Markdown as it is", "**b** ||s|| > q", "**b** ||s|| > q"],
])("the model gets %s", (_name, text, expected) => {
  expect(fromDiscord(text, names)).toBe(expected);
});
