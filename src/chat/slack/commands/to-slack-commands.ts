import { ALL_COMMANDS } from "../../commands/all-commands.ts";
import { hintOf } from "../../commands/usage.ts";

/** The commands as the app's manifest lists them; `/troupe` takes all others as its words. */
export function toSlackCommands(): object[] {
  const own = ALL_COMMANDS.map(({ name, description, actions }) => {
    const hint = actions.map(hintOf).join(" · ");
    return {
      command: `/${name}`,
      description,
      ...(hint !== "" && { usage_hint: hint }),
      should_escape: false,
    };
  });
  const whole = {
    command: "/troupe",
    description: "All commands of Troupe, where another app has one of their names",
    usage_hint: ALL_COMMANDS.map(({ name }) => name).join(" · "),
    should_escape: false,
  };
  return [...own, whole];
}
