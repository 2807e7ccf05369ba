import type { EntityManager } from "@mikro-orm/sql";
import { suggestAgents } from "../../agents/suggest-agents.ts";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { SecretBox } from "../../base/secret-box.ts";
import { suggestBehaviors } from "../../behaviors/suggest-behaviors.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { toStorableText } from "../../store/storable.ts";
import { isOperator } from "../operators/operator.ts";
import { findAction } from "./all-commands.ts";
import { claimCommand, noteAnswered } from "./command-claim.ts";
import type { Answer, Choice, CommandAction, CommandCall } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";
import { checkValues } from "./parse-words.ts";

/** Where the doors of all platforms hand their commands in. */
export type CommandDesk = {
  /** Runs a command once, however often it comes; undefined where it was taken before. Never rejects. */
  run(call: CommandCall): Promise<Answer | undefined>;
  /** To be called once the person has been told what `run` answered; never rejects. */
  answered(id: string): Promise<void>;
  /** What an option may be, from what was typed of it; at most 25. */
  suggest(asked: Suggesting): Promise<Choice[]>;
};

export type Suggesting = {
  roomKey: string;
  command: string;
  action: string | undefined;
  option: string;
  typed: string;
};

type Scope = Omit<CommandScope, "em"> & {
  em: () => EntityManager;
  log: Log;
  /** Seals where a command is answered; without it nobody can be told of one that broke off. */
  secrets: SecretBox | undefined;
  /** Who may run every room and decide for agents, as `slack:T024BE7LD.U061F7AUR` or `discord:80351110224678912`. */
  operators: ReadonlySet<string>;
};

const MOST_SUGGESTED = 25;
const BROKEN = "That did not work, and nothing is known to have changed. Try again in a minute.";

/** Who may do what only those may do who run a room, by platform. */
const ADMINS = {
  slack: "workspace admins and owners, whoever made the channel, and listed operators",
  discord: "people who may manage the server or its channels, and listed operators",
  console: "operators",
} as const;

const OPERATORS = "listed operators";

export function createCommandDesk(scope: Scope): CommandDesk {
  return {
    async run(call) {
      const fields = { command: call.command, action: call.action };
      try {
        if (!(await claimCommand(scope, call))) return undefined;
        await call.acknowledge?.();
        const answer = await act(scope, call);
        scope.log.info(fields, "command was run");
        return answer;
      } catch (error) {
        if (error instanceof AppError) return { text: error.message };
        scope.log.error({ ...fields, error: toErrorMessage(error) }, "command failed");
        return { text: BROKEN };
      }
    },
    async answered(id) {
      await noteAnswered(scope, id).catch((error: unknown) =>
        scope.log.warn({ error: toErrorMessage(error) }, "answer to a command was not noted"),
      );
    },
    async suggest({ roomKey, command, action, option: name, typed }) {
      const declared = findAction(command, action)?.action.options ?? [];
      const kind = declared.find((option) => option.name === name)?.kind;
      if (kind === "behavior") {
        const found = await suggestBehaviors(scope, typed, { limit: MOST_SUGGESTED });
        return found.map((each) => ({ value: each.name, label: each.name }));
      }
      if (kind !== "agent" && kind !== "member") return [];
      const limit = MOST_SUGGESTED;
      const inRoom = kind === "member" ? await suggestAgents(scope, typed, { roomKey, limit }) : [];
      const found = inRoom.length > 0 ? inRoom : await suggestAgents(scope, typed, { limit });
      return found.map(({ slug, name: called }) => ({ value: slug, label: `${called} (${slug})` }));
    },
  };
}

async function act(scope: Scope, call: CommandCall): Promise<Answer> {
  const found = findAction(call.command, call.action);
  if (!found) throw new AppError("INVALID", `There is no /${call.command} here. /help lists all.`);
  const { command, action } = found;
  const values = checkValues(command, action, call.values);
  if (action.who && !(await mayUse(scope, action.who, call))) {
    const { platform } = parseRoomKey(call.roomKey);
    const what = [command.name, action.name].filter(Boolean).join(" ");
    const who = action.who === "operators" ? OPERATORS : ADMINS[platform];
    throw new AppError("FORBIDDEN", `You may not use /${what} here: ${who} may.`);
  }
  const { roomKey } = call;
  const name = toStorableText((await call.findName?.()) ?? call.person.name).trim();
  const person = { ...call.person, name: name || call.person.externalId };
  const { sql, queue, clock, directory } = scope;
  const own = { em: scope.em(), sql, queue, clock, directory };
  return action.run(own, { roomKey, person, values });
}

async function mayUse(
  { operators }: Scope,
  who: NonNullable<CommandAction["who"]>,
  call: CommandCall,
): Promise<boolean> {
  return isOperator(operators, call) || (who === "room admins" && call.isRoomAdmin());
}
