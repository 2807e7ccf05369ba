import { z } from "zod";
import { Modal } from "./component-shapes.ts";
import { EditMessage, ExecuteWebhook } from "./message-shapes.ts";

// Callback types of Discord: 1 pong, 4 message, 5 deferred message, 6 deferred update, 7 update,
// 8 autocomplete choices, 9 modal.
const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: z.record(z.string(), z.string()).nullish(),
  value: z.union([z.string().max(100), z.number()]),
});

/** A suggestion shown while a person types an option. */
export type APIAutocompleteResolved = z.infer<typeof choice>;

/** `POST /interactions/{id}/{token}/callback`. */
export const InteractionCallback = z.discriminatedUnion("type", [
  z.object({ type: z.literal(4), data: ExecuteWebhook }),
  z.object({ type: z.literal(5), data: z.object({ flags: z.int().nullish() }).nullish() }),
  z.object({ type: z.literal(6) }),
  z.object({ type: z.literal(7), data: EditMessage.nullish() }),
  z.object({ type: z.literal(8), data: z.object({ choices: z.array(choice).max(25) }) }),
  z.object({ type: z.literal(9), data: Modal }),
]);
export type InteractionCallbackBody = z.infer<typeof InteractionCallback>;
