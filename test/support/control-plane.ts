import { silentLog } from "../../src/base/log.ts";
import type { ControlScope } from "../../src/graphql/context.ts";
import { createGraphqlHandler } from "../../src/graphql/graphql-handler.ts";
import type { JobQueue } from "../../src/queue/job-queue.ts";
import { GraphqlFault } from "./graphql-client.ts";
import { until } from "./until.ts";

/** The GraphQL door of a test's process, without a server. */
export type ControlPlane = {
  /** The data of an answer; rejects with a `GraphqlFault` where it has errors. */
  ask<T>(query: string, variables?: object): Promise<T>;
  /** The next events of a subscription, which counts once this has resolved. */
  watch(query: string): Promise<AsyncIterator<Record<string, unknown>>>;
};

export function openControlPlane(control: ControlScope, actor = "ola"): ControlPlane {
  let subscriptions = 0;
  const subscribe: JobQueue["subscribe"] = (topic, listener) => {
    subscriptions += 1;
    return control.queue.subscribe(topic, listener);
  };
  const scope = { ...control, queue: { ...control.queue, subscribe } };
  const handler = createGraphqlHandler(scope, silentLog);
  const post = (query: string, variables: object, accept: string) =>
    handler.fetch(
      "http://test/graphql",
      {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: accept },
        body: JSON.stringify({ query, variables }),
      },
      { actor: { name: actor } },
    );
  return {
    async ask<T>(query: string, variables = {}) {
      const response = await post(query, variables, "application/json");
      const { data, errors } = (await response.json()) as Answer<T>;
      const [first] = errors ?? [];
      if (first) throw new GraphqlFault(first.message, first.extensions?.code);
      return data as T;
    },
    async watch(query) {
      const before = subscriptions;
      const response = await post(query, {}, "text/event-stream");
      const events = readEvents(response.body as ReadableStream<Uint8Array>);
      // It subscribes when it is read for the first time.
      const first = events.next();
      await until(() => subscriptions > before);
      return startWith(first, events);
    },
  };
}

type Answer<T> = {
  data?: T;
  errors?: { message: string; extensions?: { code?: string } }[];
};

async function* startWith<T>(first: Promise<IteratorResult<T>>, rest: AsyncGenerator<T>) {
  const { value, done } = await first;
  if (!done) yield value;
  yield* rest;
}

async function* readEvents(body: ReadableStream<Uint8Array>) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const data = /^data: (\{.*\})$/m.exec(event)?.[1];
      if (data) yield (JSON.parse(data) as { data: Record<string, unknown> }).data;
    }
  }
}
