import { EnvelopArmorPlugin } from "@escape.tech/graphql-armor";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { Log } from "../base/log.ts";
import type { Actor, ControlScope, RequestContext } from "./context.ts";
import { createUnitOfWork } from "./loaders.ts";
import { createErrorMask } from "./mask-error.ts";
import { createGraphqlSchema } from "./schema.ts";
import { storableParams } from "./storable-params.ts";

type ServerContext = { actor: Actor };

/** What validation finds wrong with a request is never masked; it carries the code of every such fault. */
const withInvalidCode: Plugin = {
  onValidate() {
    return ({ valid, result }) => {
      if (valid) return;
      for (const { extensions } of result) extensions["code"] = "INVALID";
    };
  },
};

/**
 * Answers GraphQL over HTTP, and over server-sent events for subscriptions. The caller has
 * authenticated the request and says who it is; requests of unbounded size are refused.
 */
export function createGraphqlHandler(scope: ControlScope, log: Log) {
  const yoga = createYoga<ServerContext, RequestContext>({
    schema: createGraphqlSchema(),
    graphqlEndpoint: "/graphql",
    landingPage: false,
    cors: false,
    multipart: false,
    renderGraphiQL,
    graphiql: { title: "Troupe", headers: '{ "Authorization": "Bearer …" }' },
    logging: false,
    maskedErrors: { maskError: createErrorMask(log) },
    plugins: [
      EnvelopArmorPlugin({
        maxDepth: { n: 12 },
        maxAliases: { n: 30 },
        costLimit: { maxCost: 20_000 },
      }),
      withInvalidCode,
      storableParams,
    ],
    context: ({ actor }) => ({ scope, actor, ...createUnitOfWork(scope) }),
  });
  return yoga;
}
