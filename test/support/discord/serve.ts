import { parseArgs } from "node:util";
import { DISCORD_LIMITS } from "./rate-limits.ts";
import { startDiscordDouble } from "./discord-double.ts";

// node test/support/discord/serve.ts --port 7002 [--token T] [--heartbeat-ms N] [--real-limits]
// Prints one JSON line when it listens; verbs are POST /control/{verb} (control.ts).
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    token: { type: "string" },
    "heartbeat-ms": { type: "string" },
    "real-limits": { type: "boolean", default: false },
  },
});

const double = await startDiscordDouble({
  port: Number(values.port),
  ...(values.token !== undefined && { token: values.token }),
  ...(values["heartbeat-ms"] !== undefined && { heartbeatMs: Number(values["heartbeat-ms"]) }),
  ...(values["real-limits"] && { limits: DISCORD_LIMITS, globalPerSecond: 50 }),
});
const { api, cdn, origin, token, botId, applicationId } = double;
process.stdout.write(`${JSON.stringify({ api, cdn, origin, token, botId, applicationId })}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void double.close());
}
