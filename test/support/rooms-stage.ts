import { afterAll, beforeAll } from "vitest";
import { openTestApp, type TestApp } from "./test-app.ts";
import type { TestSize } from "./test-database.ts";

/** One app for the tests of a `describe`, each of which takes the next room. */
export function openRoomsStage(size: TestSize, name: string) {
  let app: TestApp;
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());
  return { next: () => ({ app, room: `${name}-${rooms++}` }) };
}
