import type { APIAutocompleteResolved } from "./interaction-shapes.ts";
import type { World } from "./world.ts";

/** Interaction types of Discord. */
export const INTERACTION_TYPES = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
type InteractionKind = keyof typeof INTERACTION_TYPES;

export type ShownModal = {
  custom_id: string;
  title: string;
  components: Record<string, unknown>[];
};

/** What the double remembers of one interaction, from the click to the end of its token. */
export type InteractionRecord = {
  id: string;
  token: string;
  kind: InteractionKind;
  /** The slash command's name, for the line above its answer. */
  commandName: string | undefined;
  channelId: string;
  guildId: string | undefined;
  userId: string;
  createdAt: number;
  /** The first answer is due by then. */
  answerBy: number;
  /** The token dies then. */
  expiresAt: number;
  /** The message that carried the button, select or modal. */
  sourceMessageId: string | undefined;
  callback: { type: number; at: number } | undefined;
  choices: APIAutocompleteResolved[] | undefined;
  modal: ShownModal | undefined;
  /** The first answer, or the source message where a component changed it. */
  originalId: string | undefined;
  followupIds: string[];
  /** Codes of refused answers, such as 40060 of a second process. */
  refusals: number[];
};

/** The record of an id or token that still counts, or undefined. */
export function findInteraction(world: World, idOrToken: string): InteractionRecord | undefined {
  return (
    world.interactions.get(idOrToken) ??
    [...world.interactions.values()].find(({ id }) => id === idOrToken)
  );
}
