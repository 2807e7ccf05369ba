import { afterAll } from "vitest";
import { openControlPlane } from "./control-plane.ts";
import { tone } from "./scripts.ts";
import { openTestApp } from "./test-app.ts";

/** A worker, its door, and how to create behaviors through it; for a whole test file, at its top. */
export async function openBehaviorStage() {
  const app = await openTestApp();
  afterAll(() => app.close());
  await app.work();
  const door = openControlPlane(app.control);
  const create = (name: string, role: string, script = tone(name), more = "") =>
    door.ask(
      `mutation($script: String!) { createBehavior(input: { name: "${name}", role: "${role}", script: $script ${more} }) { name } }`,
      { script },
    );
  return { app, door, create };
}
