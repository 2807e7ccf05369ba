import { expect, it } from "vitest";
import { noteFacts } from "../../src/notices/note-facts.ts";
import { runCli } from "../support/run-cli.ts";
import { openServedApp, TOKEN } from "../support/test-server.ts";

const { app, server } = await openServedApp();

const notices = async () => {
  const env = { TROUPE_ADMIN_TOKEN: TOKEN };
  return (await runCli(["notices", "--url", server.url], { env })).stdout;
};

it("`troupe notices` tells operators without a room of what has happened, in plain words", async () => {
  expect(await notices()).toBe("Nothing has happened that operators have to know of.\n");
  const em = app.db.em();
  await em.execute(
    `insert into workspace (id, platform, external_id, name, status, status_reason, revoked_at, created_at)
     values (gen_random_uuid(), 'slack', 'T0GONE', 'Acme (north)', 'revoked', 'It was removed.', '2026-03-10T03:12:00Z', now())`,
  );
  await noteFacts({ ...app.control, clock: app.clock }, undefined);
  expect((await notices()).split("\n")).toEqual([
    "HAPPENED          TOLD  NOTICE",
    "2026-03-10 03:12  -     Slack workspace Acme (north) is closed, and nobody is answered there until Troupe is installed again: It was removed.",
    "",
  ]);
});
