import { parseRoomKey } from "../../../rooms/room-key.ts";
import { setPreferences } from "../../../rooms/people/set-preferences.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";
import { toPerson } from "./room.ts";

export function definePerson(builder: Builder, refs: Refs): void {
  refs.Person.implement({
    description: "Somebody who writes in rooms, with how they want to be answered.",
    fields: (t) => ({
      id: t.exposeID("id"),
      name: t.exposeString("name"),
      externalId: t.exposeString("externalId", {
        description: "The platform's own id; in console rooms it is made from the name.",
      }),
      verbosity: t.string({
        nullable: true,
        resolve: ({ preferences }) => preferences.verbosity ?? null,
      }),
      style: t.string({ nullable: true, resolve: ({ preferences }) => preferences.style ?? null }),
      timeZone: t.exposeString("timeZone", { description: "IANA name; UTC unless set." }),
    }),
  });
  const Input = builder.inputType("SetPreferencesInput", {
    description: "What is absent stays; null takes a preference away.",
    fields: (t) => ({
      room: t.string({ required: true, description: "A room of the person's workspace." }),
      person: t.string({
        required: true,
        description: "The name in console rooms, elsewhere the platform's id of the person.",
      }),
      verbosity: t.string({ description: "`concise`, `normal` or `detailed`." }),
      style: t.string({ description: "`friendly`, `casual`, `formal` or `technical`." }),
      timeZone: t.string({ description: "IANA name such as `Europe/Berlin`." }),
    }),
  });

  builder.mutationField("setPreferences", (t) =>
    t.field({
      type: refs.Person,
      description:
        "How a person wants to be answered, in all rooms of the workspace, from the next turn on.",
      args: { input: t.arg({ type: Input, required: true }) },
      resolve: (_root, { input }, { em, scope }) => {
        const { room, person, ...changes } = input;
        const isConsole = parseRoomKey(room).platform === "console";
        return setPreferences({ em, directory: scope.directory }, room, {
          person: isConsole ? toPerson(person) : { externalId: person },
          changes,
        });
      },
    }),
  );
}
