import type { Plugin } from "graphql-yoga";
import { toStorableJson } from "../store/storable.ts";

// A NUL as a GraphQL text literal may write it; the backslash is not itself escaped.
const ESCAPED_NUL = /(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|\{0+\})/g;

/** Texts of a request hold only what the database can store: the rest becomes U+FFFD on its way in. */
export const storableParams: Plugin = {
  onParams({ params, setParams }) {
    const { query, variables } = params as { query?: unknown; variables?: unknown };
    setParams({
      ...params,
      // What is of another type than it should be is left for Yoga to refuse.
      ...(typeof query === "string" && { query: query.replace(ESCAPED_NUL, "\u{FFFD}") }),
      ...(isObject(variables) && {
        variables: JSON.parse(toStorableJson(variables)) as Record<string, unknown>,
      }),
    });
  },
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
