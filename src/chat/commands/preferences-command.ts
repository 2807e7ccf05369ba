import { plain } from "../../base/plain.ts";
import { PREFERRED_STYLES, PREFERRED_VERBOSITIES } from "../../rooms/person.ts";
import { type PreferenceChanges, setPreferences } from "../../rooms/set-preferences.ts";
import type { Answer, Command, CommandAction } from "./command.ts";

/** Takes a preference away. */
const DEFAULT = "default";

export const preferencesCommand: Command = {
  name: "preferences",
  description: "How agents answer you",
  actions: [
    define("verbosity", "How long answers to you are", PREFERRED_VERBOSITIES),
    define("style", "In which tone you are answered", PREFERRED_STYLES),
    define("timezone", "Your time zone, such as Europe/Berlin", undefined),
  ],
};

function define(
  name: "verbosity" | "style" | "timezone",
  description: string,
  choices: readonly string[] | undefined,
): CommandAction {
  const option = { name: "wish", description, kind: "text", required: true } as const;
  return {
    name,
    description,
    options: [{ ...option, ...(choices && { choices: [...choices, DEFAULT] }) }],
    async run(scope, { roomKey, person, values }): Promise<Answer> {
      const wish = values["wish"] === DEFAULT ? null : values["wish"];
      const changes: PreferenceChanges = { [name === "timezone" ? "timeZone" : name]: wish };
      const { preferences, timeZone } = await setPreferences(scope, roomKey, { person, changes });
      const { verbosity = "as the agent likes", style = "as the agent likes" } = preferences;
      const text = `From the next answer on: verbosity ${verbosity}, style ${style}, time zone ${plain(timeZone)}.`;
      return { text };
    },
  };
}
