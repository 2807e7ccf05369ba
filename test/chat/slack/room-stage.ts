import { systemClock as clock } from "../../../src/base/clock.ts";
import { bindAgent, setFeedbackButtons, setReplyPlace } from "../../../src/rooms/bind-agent.ts";
import type { Mode } from "../../../src/rooms/participation.ts";
import type { Ingress } from "../../../src/rooms/ingress.ts";
import { createRoomDirectory } from "../../../src/rooms/room-directory.ts";
import { openSlackPlatform } from "../../support/open-slack-platform.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import { until } from "../../support/until.ts";
import { EAGER, startDoor } from "./door-stage.ts";
import { openEngine } from "./open-engine.ts";

type Said = Partial<Parameters<SlackDouble["say"]>[0]>;

/** A workspace in which the sample agents answer; each test has a channel of its own. */
export async function openRoomStage({
  people = ["ana", "ben"],
  ...how
}: { people?: string[] } & Parameters<typeof openEngine>[0] = {}) {
  const resources = new AsyncDisposableStack();
  const double = await startSlackDouble({ retryDelaysMs: EAGER });
  resources.defer(() => double.close());
  const workspace = double.addWorkspace({ people });
  const engine = await openEngine(how);
  resources.defer(() => engine.close());
  await engine.startWorker([
    openSlackPlatform({ botToken: workspace.token, apiUrl: double.apiUrl }),
  ]);
  await engine
    .openRegister()
    .installed({ platform: "slack", externalId: workspace.teamId }, { name: workspace.name });
  const open = async (ingress: Ingress) => {
    const desk = engine.openDesk();
    const door = await startDoor(double, workspace, { mode: "socket", ingress, desk });
    resources.defer(() => door.close());
  };
  await open(engine.openIngress());
  let channel = { id: "", name: "" };
  let channels = 0;

  async function count(condition: string): Promise<number> {
    const text = `select count(*)::int as n from ${condition}`;
    const name = `count ${condition}`.slice(0, 60);
    const [row] = await engine.sql.rows<{ n: number }>({ name, text }, []);
    return row?.n ?? -1;
  }

  const scope = () => ({
    em: engine.em(),
    directory: createRoomDirectory({ sql: engine.sql, clock }),
  });
  const key = (thread?: string) =>
    `slack:${workspace.teamId}.${channel.id}${thread === undefined ? "" : `:${thread}`}`;

  return {
    double,
    workspace,
    engine,
    /** A further process of the same app. */
    open,
    count,
    key,
    /** A channel that nobody has written in. */
    enter(): void {
      const name = `room-${channels++}`;
      channel = { name, id: double.addChannel(workspace, name).id };
    },
    channel: () => channel.id,
    person: (name: string) =>
      [...workspace.people.values()].find((each) => each.name === name)?.id ?? "",
    bot: `<@${workspace.bot.userId}>`,
    say: (text: string, said: Said = {}) =>
      double.say({ channel: channel.id, user: "ana", text, ...said }),
    /** Everything that was asked so far is answered. */
    async settled(): Promise<void> {
      await double.settled();
      await until(async () => (await count("turn where finished_at is null")) === 0);
    },
    /** Who of the app's agents has spoken, in the channel or in a thread, in order. */
    speakers: (thread?: string) =>
      double.appMessages(channel.id, thread).map(({ author }) => author.name),
    bind: (slug: string, mode: Mode) => bindAgent(scope(), key(), { slug, mode }),
    setReplyPlace: (place: "thread" | "room") => setReplyPlace(scope(), key(), place),
    setFeedbackButtons: (shown: boolean) => setFeedbackButtons(scope(), key(), shown),
    /** Gives a command whose answer the channel sees. */
    async command(line: string): Promise<void> {
      const before = double.appMessages(channel.id).length;
      const [command = "", ...words] = line.split(" ");
      await double.command({ channel: channel.id, user: "ana", command, text: words.join(" ") });
      await double.until(line, () => double.appMessages(channel.id).length > before);
    },
    close: () => resources.disposeAsync(),
  };
}
