import { parseConfig } from "../../base/config.ts";
import { checkDiscord } from "../../chat/discord/check-discord.ts";
import { NEEDED_PERMISSIONS, permissionsInteger } from "../../chat/discord/needed-permissions.ts";
import { formatFindings, hasFailed } from "../doctor/format-findings.ts";

const PORTAL = "https://discord.com/developers/applications";

/** `troupe setup discord`. */
export async function setUpDiscord(): Promise<void> {
  const { discord } = parseConfig(process.env);
  if (!discord) {
    console.log(
      [
        "Discord is not set up yet.",
        "",
        `1. ${PORTAL}, New Application, then Bot, Reset Token: DISCORD_BOT_TOKEN.`,
        "2. On the same page, Privileged Gateway Intents: switch Message Content Intent on.",
        "3. Run this again with DISCORD_BOT_TOKEN set: it prints the address that invites the bot.",
        "",
        `The bot asks for ${NEEDED_PERMISSIONS.map(({ name }) => name).join(", ")} (${permissionsInteger()}).`,
      ].join("\n"),
    );
    process.exitCode = 1;
    return;
  }
  const { findings, inviteUrl } = await checkDiscord(discord);
  console.log(formatFindings(findings));
  if (inviteUrl !== undefined) console.log(`\nInvite the bot to a server: ${inviteUrl}`);
  if (hasFailed(findings)) process.exitCode = 1;
}
