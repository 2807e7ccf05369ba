#!/usr/bin/env node
import { Command } from "commander";
import { AppError } from "../base/errors.ts";
import { addAgents } from "./commands/agents.ts";
import { addApprovals } from "./commands/approvals.ts";
import { addBehaviors } from "./commands/behaviors.ts";
import { addChat } from "./commands/chat.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addExperiments } from "./commands/experiments.ts";
import { addNotices } from "./commands/notices.ts";
import { addPeople } from "./commands/people.ts";
import { addRooms } from "./commands/rooms.ts";
import { addSchema } from "./commands/schema.ts";
import { addSend } from "./commands/send.ts";
import { addSetup } from "./commands/setup.ts";
import { addTurns } from "./commands/turns.ts";
import { addWorkspaces } from "./commands/workspaces.ts";

const program = new Command("troupe")
  .description("Talks with a running Troupe and looks after its agents.")
  .showHelpAfterError("(troupe --help lists the commands and options)")
  .addHelpText(
    "after",
    "\nThe server is at HOST and PORT (http://127.0.0.1:4000) unless --url says otherwise; the token\n" +
      "is TROUPE_ADMIN_TOKEN, or the one the server keeps in DATA_DIR.",
  );
addChat(program);
addSend(program);
addAgents(program);
addTurns(program);
addRooms(program);
addPeople(program);
addApprovals(program);
addBehaviors(program);
addWorkspaces(program);
addNotices(program);
addSetup(program);
addDoctor(program);
addExperiments(program);
addSchema(program);

// A reader that has seen enough, as in `troupe schema | head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof AppError ? `troupe: ${error.message}` : error);
  process.exitCode = 1;
}
