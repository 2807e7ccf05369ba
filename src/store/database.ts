import type { PGlite } from "@electric-sql/pglite";
import type { Options } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/sql";
import type { Pool } from "pg";
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
  /** The `pg.Pool` or PGlite instance underneath, for the job queue that shares it. */
  readonly native: NativeClient;
  readonly close: () => Promise<void>;
};

export type NativeClient = { kind: "postgres"; pool: Pool } | { kind: "pglite"; pglite: PGlite };

/** What the composition root knows of the schema: entity classes and migrations in order. */
export type DatabaseSchema = {
  entities: NonNullable<Options["entities"]>;
  migrations: { name: string; class: new (...args: never[]) => unknown }[];
};
