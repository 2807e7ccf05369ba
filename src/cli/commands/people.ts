import type { Command } from "commander";
import { formatTable } from "../format-table.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Options = { url?: string };
type Stored = {
  name: string;
  verbosity: string | null;
  style: string | null;
  timeZone: string;
  messages: number;
  rooms: number;
  files: number;
  summaries: number;
  verdicts: number;
  reasons: number;
};

const STORED = `query ($room: String!, $person: String!) { stored: storedAbout(room: $room, person: $person) {
  name verbosity style timeZone messages rooms files summaries verdicts reasons } }`;
const FORGET = `mutation ($room: String!, $person: String!) {
  forgotten: forgetPerson(room: $room, person: $person) { messages summaries } }`;

/** `troupe people`: what is kept about somebody. In console rooms people are their names. */
export function addPeople(program: Command): void {
  const people = program.command("people").description("what is kept about people");
  withServerOptions(people.command("show <room> <person>"))
    .description("what is kept about a person of the room's workspace")
    .action(async (room: string, person: string, options: Options) => {
      const client = await connect(options);
      const { stored } = await client.query<{ stored: Stored }>(STORED, { room, person });
      const wishes = [stored.verbosity, stored.style].filter((wish) => wish !== null);
      console.log(
        formatTable([
          ["name", stored.name],
          ["wishes", wishes.join(", ") || "-"],
          ["time zone", stored.timeZone],
          ["messages", `${stored.messages} in ${stored.rooms} rooms`],
          ["files", String(stored.files)],
          ["summaries", String(stored.summaries)],
          ["verdicts", `${stored.verdicts}, with a reason ${stored.reasons}`],
        ]),
      );
    });
  withServerOptions(people.command("forget <room> <person>"))
    .description("forget their words and wishes; what agents answered stays")
    .action(async (room: string, person: string, options: Options) => {
      type Data = { forgotten: { messages: number; summaries: number } };
      const client = await connect(options);
      const { forgotten } = await client.query<Data>(FORGET, { room, person });
      console.log(
        formatTable([
          ["messages", String(forgotten.messages)],
          ["summaries", String(forgotten.summaries)],
        ]),
      );
    });
}
