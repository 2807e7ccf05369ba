import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { createControlServer } from "./control-server.ts";
import { startSlackDouble } from "./slack-double.ts";

// The double as a process of its own. Prints one JSON line when it is ready, ends with SIGTERM.
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "control-port": { type: "string", default: "0" },
    token: { type: "string", default: "xoxb-double" },
    people: { type: "string", default: "ana,ben" },
    channels: { type: "string", default: "general" },
    "ack-timeout-ms": { type: "string", default: "3000" },
    "retry-delays-ms": { type: "string", default: "0,1000,5000" },
    "redeliver-every": { type: "string", default: "0" },
  },
});

const double = await startSlackDouble({
  port: Number(values.port),
  ackTimeoutMs: Number(values["ack-timeout-ms"]),
  retryDelaysMs: values["retry-delays-ms"].split(",").map(Number),
  redeliverEvery: Number(values["redeliver-every"]),
});
const { teamId, token } = double.addWorkspace({
  token: values.token,
  people: values.people.split(","),
  channels: values.channels.split(","),
});
const control = createControlServer(double).listen(Number(values["control-port"]), "127.0.0.1");
await once(control, "listening");
const { port } = control.address() as AddressInfo;
const ready = {
  apiUrl: double.apiUrl,
  authorizeUrl: double.authorizeUrl,
  controlUrl: `http://127.0.0.1:${port}`,
  appToken: double.app.appToken,
  signingSecret: double.app.signingSecret,
  clientId: double.app.clientId,
  clientSecret: double.app.clientSecret,
  teamId,
  token,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);

process.once("SIGTERM", () => {
  control.close();
  control.closeAllConnections();
  void double.close();
});
