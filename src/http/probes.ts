import type { ServerResponse } from "node:http";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";
import { respond } from "./respond.ts";

/** Metrics are absent where the process has none of its own. */
export type Probes = { readiness: Readiness; metrics?: Metrics };

/** Answers what watches a process; false for other paths. */
export async function answerProbe(
  { readiness, metrics }: Probes,
  pathname: string,
  response: ServerResponse,
): Promise<boolean> {
  switch (pathname) {
    case "/healthz":
      respond(response, 200, { status: "ok" });
      return true;
    case "/readyz": {
      const { ready, checks } = await readiness();
      respond(response, ready ? 200 : 503, { status: ready ? "ok" : "unavailable", checks });
      return true;
    }
    case "/metrics": {
      if (!metrics) return false;
      const { contentType, text } = await metrics();
      response.writeHead(200, { "content-type": contentType }).end(text);
      return true;
    }
    default:
      return false;
  }
}
