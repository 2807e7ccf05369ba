import { silentLog } from "../../src/base/log.ts";
import { createIngress } from "../../src/chat/create-ingress.ts";
import { createPresses } from "../../src/chat/create-presses.ts";
import type { ChatPlatform } from "../../src/rooms/platform/chat-platform.ts";
import type { Platform } from "../../src/rooms/workspaces/workspace.ts";
import { createActingTools } from "./approvals.ts";
import { openTestApp, type TestApp } from "./test-app.ts";
import { until } from "./until.ts";

/** A worker with tools that act, an agent `poster` that has them, and what a platform's door needs. */
export async function openPlatformApp(connect: (app: TestApp) => ChatPlatform) {
  const { done, tools } = createActingTools();
  const app = await openTestApp({ tools });
  const platform = connect(app);
  (app.scope.platforms as Map<Platform, ChatPlatform>).set(platform.platform, platform);
  await app.addAgent({ slug: "poster", name: "Poster", tools: ["publish"] });
  await app.work();
  return {
    app,
    done,
    door: {
      ingress: createIngress(app.control),
      presses: createPresses({ ...app.control, operators: new Set(), log: silentLog }),
    },
    /** The model asks to publish this, and says so once it is done. */
    publishNext: (text: string) =>
      app.model.respond(({ messages }) =>
        messages.at(-1)?.role === "tool"
          ? { text: "It is on the board." }
          : { toolCalls: [{ id: "t1", name: "publish", input: { text } }] },
      ),
    /** Verdicts that hold, of everybody. */
    verdicts: () =>
      app.db
        .em()
        .execute<{ verdict: string; name: string }[]>(
          "select f.verdict, p.name from feedback f join person p on p.id = f.person_id where f.withdrawn_at is null order by p.name",
        ),
    untilAllEnded: () =>
      until(async () => {
        const [row] = await app.db
          .em()
          .execute<{ open: number }[]>(
            "select count(*)::int as open from turn where status in ('pending', 'running')",
          );
        return row?.open === 0;
      }),
    async close() {
      await app.close();
      await platform.close();
    },
  };
}
