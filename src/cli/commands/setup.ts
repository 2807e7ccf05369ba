import type { Command } from "commander";

// The platforms' packages take a moment to load, which other commands need not wait for.
export function addSetup(program: Command): void {
  const setup = program
    .command("setup")
    .description(
      "check what a chat platform needs, and say what is missing; exit 1 until all is there",
    );
  setup
    .command("slack")
    .description("check the tokens and scopes, or print the manifest of a new app")
    .option("--url <url>", "your public https address: events over HTTP, many workspaces")
    .option("--manifest", "print the manifest alone, as JSON")
    .action(async (options: { url?: string; manifest?: boolean }) => {
      const { setUpSlack } = await import("./setup-slack.ts");
      await setUpSlack(options);
    });
  setup
    .command("discord")
    .description("check the token, intent and servers, and print the address that invites the bot")
    .action(async () => {
      const { setUpDiscord } = await import("./setup-discord.ts");
      await setUpDiscord();
    });
}
