import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createRandom } from "../support/faults/random.ts";
import { pause } from "../support/until.ts";

const KILLS = 12;

it("nothing that was accepted is lost by kill -9, at whatever moment", async () => {
  const folder = mkdtempSync(join(tmpdir(), "troupe-spool-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const random = createRandom(7);
  const accepted: number[] = [];
  const dealt = new Set<number>();
  let first = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const args = [folder, String(first)];
    const child = fork(new URL("spooling-process.ts", import.meta.url), args);
    onTestFinished(() => void child.kill("SIGKILL"));
    child.on("message", (message: { accepted?: number; dealt?: number }) => {
      if (message.accepted !== undefined) accepted.push(message.accepted);
      if (message.dealt !== undefined) dealt.add(message.dealt);
    });
    await once(child, "message");
    await pause(random.between(0, 60));
    if (kill < KILLS) child.kill("SIGKILL");
    else child.send("end");
    await once(child, "exit");
    first = (accepted.at(-1) ?? 0) + 1000;
  }
  expect(accepted.length).toBeGreaterThan(KILLS);
  expect(accepted.filter((n) => !dealt.has(n))).toEqual([]);
});
