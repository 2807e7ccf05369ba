import { createServer, type Server } from "node:http";
import { createCommands } from "./control.ts";
import { readBytes } from "./read-body.ts";
import type { SlackDouble } from "./slack-double.ts";

/** Serves `POST /<command>` with a JSON body: 200 and the answer, or 400 and what went wrong. */
export function createControlServer(double: SlackDouble): Server {
  const commands = createCommands(double) as unknown as Record<
    string,
    ((input: unknown) => unknown) | undefined
  >;
  return createServer((request, response) => {
    const run = async () => {
      const name = (request.url ?? "/").slice(1);
      const body = (await readBytes(request)).toString("utf8");
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (command === undefined) throw new Error(`no command ${name}`);
      return command(body === "" ? {} : JSON.parse(body));
    };
    run().then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => {
        response.writeHead(400).end(error instanceof Error ? error.message : "failed");
      },
    );
  });
}
