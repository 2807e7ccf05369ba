import type { EntityManager } from "@mikro-orm/sql";
import { findNear } from "../base/find-near.ts";
import { AppError } from "../base/errors.ts";
import { Agent } from "./agent.ts";

const MOST_COMPARED = 20_000;

/**
 * The agent that a person means by its slug, with or without `@`, or by its name. `NOT_FOUND` names
 * the nearest others.
 */
export async function findAgent({ em }: { em: EntityManager }, words: string): Promise<Agent> {
  const wanted = words.trim().replace(/^@/, "").toLowerCase();
  const [first] = await em.execute<{ id: string }[]>(
    `select id from agent where slug = ? or lower(name) = ? or name = ?
     order by (slug = ?) desc, slug limit 1`,
    [wanted, wanted, words.trim(), wanted],
  );
  if (first) return em.findOneOrFail(Agent, first.id);
  const known = await em.execute<{ slug: string; name: string }[]>(
    `select slug, name from agent where status <> 'stopped' order by slug limit ${MOST_COMPARED}`,
  );
  const slugs = new Map(
    known.flatMap(({ slug, name }) => [
      [slug, slug],
      [name.toLowerCase(), slug],
    ]),
  );
  const near = findNear(wanted, slugs.keys()).map((name) => `\`${slugs.get(name)}\``);
  const hint =
    near.length > 0 ? `Did you mean ${[...new Set(near)].join(" or ")}?` : "`/agent list` has all.";
  throw new AppError("NOT_FOUND", `There is no agent "${words.trim().slice(0, 60)}". ${hint}`);
}
