import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/sql";
import { z } from "zod";
import { AppError } from "../base/errors.ts";
import { IMPROVEMENT_POLICIES } from "./improvement-policy.ts";
import { PersonalitySchema } from "./personality.ts";
import { Role } from "./role.ts";

const RoleFields = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, "must have lower-case letters, digits and underscores"),
  description: z.string().max(2000),
  tools: z.array(z.string().regex(/^\S{1,64}$/u, "must be the name of a tool")).max(100),
  personality: PersonalitySchema.nullable(),
  improvementPolicy: z.enum(IMPROVEMENT_POLICIES),
});

type RoleFields = z.infer<typeof RoleFields>;
export type RoleChanges = Partial<Omit<RoleFields, "name">>;

/** Adds a kind of work. A name in use is `CONFLICT`, a bad field `INVALID`. */
export async function createRole(
  { em }: { em: EntityManager },
  input: RoleChanges & { name: string },
): Promise<Role> {
  const fields = { tools: [], ...parse({ ...input }), name: input.name };
  const role = em.create(Role, { ...fields, tools: [...new Set(fields.tools)] });
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new AppError("CONFLICT", `There is a role "${input.name}" already. Update it instead.`);
  }
  return role;
}

/** Changes what is given of a role; agents of the role that name no tools have them from the next turn on. */
export async function updateRole(
  { em }: { em: EntityManager },
  name: string,
  changes: RoleChanges,
): Promise<Role> {
  const fields = parse({ ...changes });
  const role = await em.findOne(Role, { name });
  if (!role) {
    throw new AppError("NOT_FOUND", `There is no role "${name}". The query roles lists them all.`);
  }
  em.assign(role, { ...fields, ...(fields.tools && { tools: [...new Set(fields.tools)] }) });
  await em.transactional(async (tx) => {
    await tx.flush();
    if (fields.personality === undefined) return;
    // Agents that have their role's persona are remembered by version: a new one makes it read anew.
    await tx.execute(
      "update agent set version = version + 1 where role = ? and personality is null",
      [name],
    );
  });
  return role;
}

/** A whole role, or an `INVALID` error that lists every field at fault. */
export function parseRole(given: object): RoleChanges & { name: string } {
  const { name = "", ...fields } = given as Partial<RoleFields>;
  return { ...parse({ ...fields, name }), name };
}

function parse(given: Partial<RoleFields>): Partial<RoleFields> {
  const parsed = RoleFields.partial().safeParse(given);
  if (parsed.success) return parsed.data as Partial<RoleFields>;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new AppError("INVALID", `The role cannot be stored: ${faults.join("; ")}.`);
}
