import type { AutocompleteInteraction, Client } from "discord.js";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { CommandDesk } from "../../commands/command-desk.ts";
import type { Choice } from "../../commands/command.ts";
import { toLabel } from "./answer-interaction.ts";
import { roomKeyOf } from "../events/interaction-room.ts";

/** Discord waits three seconds. */
const SUGGEST_WITHIN_MS = 2000;

/** What a person may mean while they type; nothing rather than too late. */
export async function completeOption(
  { desk, log }: { desk: CommandDesk; log: Log },
  client: Client<true>,
  interaction: AutocompleteInteraction,
): Promise<void> {
  const { name: option, value: typed } = interaction.options.getFocused(true);
  const asked = async (): Promise<Choice[]> =>
    desk.suggest({
      roomKey: await roomKeyOf(client, interaction),
      command: interaction.commandName,
      action: interaction.options.getSubcommand(false) ?? undefined,
      option,
      typed,
    });
  const late = Promise.withResolvers<Choice[]>();
  const timer = setTimeout(() => late.resolve([]), SUGGEST_WITHIN_MS);
  const suggested = asked().catch((error: unknown) => {
    log.warn({ error: toErrorMessage(error) }, "discord: nothing could be suggested");
    return [];
  });
  const choices = await Promise.race([suggested, late.promise]);
  clearTimeout(timer);
  await interaction.respond(choices.map(({ value, label }) => ({ name: toLabel(label), value })));
}
