import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ALL_COMMANDS } from "../../../src/chat/commands/all-commands.ts";
import { parseWords } from "../../../src/chat/commands/parse-words.ts";
import { toDiscordCommands } from "../../../src/chat/discord/commands/to-discord-commands.ts";
import { toSlackCommands } from "../../../src/chat/slack/commands/to-slack-commands.ts";
import { OverwriteCommands } from "../../support/discord/command-shapes.ts";

type Manifest = {
  features: { slash_commands: object[] };
  oauth_config: { scopes: { bot: string[] } };
  settings: { interactivity: { is_enabled: boolean } };
};

/** Of Slack itself: an app whose manifest lists one of them is refused as a whole. */
const RESERVED = ["away", "dnd", "feed", "join", "leave", "me", "mute", "open", "remind", "search"];
const ALSO_RESERVED = [
  "collapse",
  "expand",
  "msg",
  "pro",
  "shortcuts",
  "shrug",
  "status",
  "topic",
  "who",
];

it("the manifest for Slack lists the commands that the code knows", () => {
  const path = new URL("../../../docs/slack-manifest.json", import.meta.url);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  expect(manifest.features.slash_commands).toEqual(toSlackCommands());
  expect(manifest.oauth_config.scopes.bot).toContain("commands");
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
});

it("the README has a line for every action", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  for (const command of ALL_COMMANDS) {
    for (const { name = "" } of command.actions) {
      const row = readme
        .split("\n")
        .find((line) => line.startsWith(`| \`/${command.name}`) && line.includes(name));
      expect(row, `/${command.name} ${name}`).toBeDefined();
    }
  }
});

it("no command has a name of Slack's own", () => {
  const names = ALL_COMMANDS.map(({ name }) => name);
  expect(names.filter((name) => [...RESERVED, ...ALSO_RESERVED].includes(name))).toEqual([]);
});

it("Discord's rules for commands are kept", () => {
  expect(() => OverwriteCommands.parse(toDiscordCommands())).not.toThrow();
});

it("every action is in the help, in the words in which it is understood", async () => {
  const help = ALL_COMMANDS.find(({ name }) => name === "help")?.actions[0];
  const answer = await help?.run({} as never, { roomKey: "", person: {} as never, values: {} });
  for (const { name, actions } of ALL_COMMANDS) {
    for (const { name: action = "" } of actions) {
      expect(answer?.text).toContain(`\`/${[name, action].filter(Boolean).join(" ")}`);
    }
  }
  expect(() => parseWords("help", "")).not.toThrow();
});
