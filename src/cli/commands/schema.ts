import type { Command } from "commander";

export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print the GraphQL schema, as it is kept in schema.graphql")
    .action(async () => {
      // Loaded when asked for: the other commands start faster without it.
      const { lexicographicSortSchema, printSchema } = await import("graphql");
      const { createGraphqlSchema } = await import("../../graphql/schema.ts");
      console.log(printSchema(lexicographicSortSchema(createGraphqlSchema())));
    });
}
