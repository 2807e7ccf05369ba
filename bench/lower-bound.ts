import type { App } from "../src/app.ts";
import { newId } from "../src/base/ids.ts";

export type LowerBound = { run: (lane: number) => Promise<void> };

type Client = { query(text: string, values?: unknown[]): Promise<{ rows: { body: string }[] }> };

const TEXT =
  "Please tell me, in a few words, what we should look at first tomorrow morning, and why?";

/** The least any such product does for a message: two inserts, 20 rows of history, one model call. */
export async function openLowerBound({ control }: App, stubUrl: string): Promise<LowerBound> {
  const client = (await control.em().getConnection().getNativeClient()) as Client;
  await client.query("drop table if exists bench_message");
  await client.query("create table bench_message (id uuid primary key, lane int, body text)");
  await client.query("create index on bench_message (lane, id)");
  const insert = (lane: number, body: string) =>
    client.query("insert into bench_message values ($1, $2, $3)", [newId(), lane, body]);

  return {
    async run(lane) {
      await insert(lane, TEXT);
      const { rows } = await client.query(
        "select id, lane, body from bench_message where lane = $1 order by id desc limit 20",
        [lane],
      );
      const response = await fetch(`${stubUrl}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: "stub",
          stream: true,
          messages: rows.map(({ body }) => ({ role: "user", content: body })),
        }),
      });
      await insert(lane, (await response.text()).slice(0, 1000));
    },
  };
}
