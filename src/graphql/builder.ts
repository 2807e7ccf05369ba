import SchemaBuilder from "@pothos/core";
import { GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { AppError } from "../base/errors.ts";
import type { RequestContext } from "./context.ts";

type SchemaTypes = {
  Context: RequestContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date | string };
    BigInt: { Input: bigint; Output: bigint | number | string };
    JSON: { Input: unknown; Output: unknown };
  };
};

export type Builder = ReturnType<typeof createBuilder>;

/** An empty schema with the product's scalars; fields are non-null unless they say otherwise. */
export function createBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });
  builder.queryType({});
  builder.mutationType({});
  builder.subscriptionType({});
  builder.addScalarType("DateTime", DateTimeScalar);
  builder.addScalarType("BigInt", BigIntScalar);
  builder.addScalarType("JSON", JsonScalar);
  return builder;
}

const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  description: "A moment as ISO 8601 in UTC, such as `2026-11-21T07:30:00.000Z`.",
  serialize: (value) => new Date(value as Date | string).toISOString(),
  parseValue: parseDate,
  parseLiteral: (node) => parseDate(node.kind === Kind.STRING ? node.value : undefined),
});

const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: "BigInt",
  description: "A whole number of any size, as a decimal string.",
  serialize: (value) => BigInt(value as bigint | number | string).toString(),
  parseValue: parseBigInt,
  parseLiteral: (node) =>
    parseBigInt(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: "JSON",
  description: "Any JSON value.",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => toJson(node, variables),
});

function parseDate(value: unknown): Date {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    throw new AppError("INVALID", "A DateTime is a string such as 2026-11-21T07:30:00Z.");
  }
  return date;
}

function parseBigInt(value: unknown): bigint {
  if (typeof value === "string" && /^-?\d{1,40}$/.test(value)) return BigInt(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw new AppError("INVALID", 'A BigInt is a whole number or a decimal string such as "1200".');
}

function toJson(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, toJson(value, variables)]),
      );
    case Kind.LIST:
      return node.values.map((value) => toJson(value, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
  }
}
