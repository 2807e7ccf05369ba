import type { Options } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/sql";
import type { Sql } from "./sql.ts";

/** An open database: the ORM for everyday work, prepared statements for the hot path. */
export type Database = {
  readonly size: "embedded" | "server";
  readonly orm: MikroORM;
  readonly sql: Sql;
  /** A fresh unit of work. */
  readonly em: () => EntityManager;
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What the composition root knows of the schema: entity classes and migrations in order. */
export type DatabaseSchema = {
  entities: NonNullable<Options["entities"]>;
  migrations: { name: string; class: new (...args: never[]) => unknown }[];
};
