import { createServer, type ServerResponse } from "node:http";
import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { listen, type Listening } from "./listen.ts";
import { answerProbe, type Probes } from "./probes.ts";
import { respond } from "./respond.ts";

type Options = Pick<Probes, "readiness"> & { host: string; port: number; log: Log };

/** Health and readiness of a process without the web role, and nothing else. */
export async function startHealthServer(options: Options): Promise<Listening> {
  const { readiness, log } = options;

  async function answer(pathname: string, response: ServerResponse): Promise<void> {
    try {
      if (await answerProbe({ readiness }, pathname, response)) return;
      respond(response, 404, { error: "Look at /healthz or /readyz." });
    } catch (error) {
      log.error({ error: toErrorMessage(error) }, "request failed");
      response.destroy();
    }
  }

  const server = createServer((request, response) => {
    const pathname = (request.url ?? "/").split("?")[0] ?? "/";
    void answer(pathname, response);
  });
  return listen(server, { ...options, variable: "HEALTH_PORT" });
}
