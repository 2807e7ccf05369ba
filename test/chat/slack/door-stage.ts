import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLog } from "../../../src/base/log.ts";
import { type SlackDoor, startSlackDoor } from "../../../src/chat/slack/slack-door.ts";
import type { Ingress } from "../../../src/rooms/ingress.ts";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import {
  type SlackDouble,
  type SlackDoubleOptions,
  startSlackDouble,
} from "../../support/slack/slack-double.ts";
import type { Workspace } from "../../support/slack/world.ts";

type Wanted = { mode?: "socket" | "http"; double?: SlackDoubleOptions; people?: string[] };

/** A workspace with the product in it, and an ingress in memory behind the door. */
export async function openDoorStage({ mode = "socket", double: options, people }: Wanted = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble({
    ackTimeoutMs: 1000,
    retryDelaysMs: [0, 20, 50],
    ...options,
  });
  resources.defer(() => double.close());
  const workspace = double.addWorkspace(people && { people });
  const ingress = createMemoryIngress();

  /** Another process on the same app. */
  async function open(into: Ingress = ingress): Promise<SlackDoor> {
    const door = await startDoor(double, workspace, { mode, ingress: into });
    resources.defer(() => door.close());
    if (door.httpHandler) resources.defer(await serve(double, door.httpHandler));
    return door;
  }

  const door = await open();
  return {
    double,
    workspace,
    ingress,
    door,
    open,
    /** The key of a channel of the workspace, or of a thread in it. */
    key: (channel: string, thread?: string) =>
      `slack:${workspace.teamId}.${channel}${thread === undefined ? "" : `:${thread}`}`,
    close: () => resources.disposeAsync(),
  };
}

export type DoorStage = Awaited<ReturnType<typeof openDoorStage>>;

export function startDoor(
  double: SlackDouble,
  workspace: Workspace,
  { mode, ingress }: { mode: "socket" | "http"; ingress: Ingress },
): Promise<SlackDoor> {
  return startSlackDoor({
    slack: {
      botToken: workspace.token,
      appToken: double.app.appToken,
      signingSecret: double.app.signingSecret,
      mode,
      apiUrl: double.apiUrl,
    },
    ingress,
    log: silentLog,
    pingTimeoutsMs: [60, 100],
  });
}

/** Mounts the handler where the double sends from now on; answers how to end that. */
async function serve(
  double: SlackDouble,
  handler: NonNullable<SlackDoor["httpHandler"]>,
): Promise<() => Promise<void>> {
  const server: Server = createServer((request, response) => void handler(request, response));
  await new Promise<void>((settle) => {
    server.listen(0, "127.0.0.1", settle);
  });
  const { port } = server.address() as AddressInfo;
  double.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return () =>
    new Promise((settle) => {
      server.close(() => settle());
      server.closeAllConnections();
    });
}
