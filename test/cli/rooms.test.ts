import { expect, it } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { openRunningTroupe } from "../support/running-troupe.ts";
import { TEST_TOKEN } from "../support/troupe-process.ts";

const { url } = await openRunningTroupe();
const cli = (...args: string[]) =>
  runCli([...args, "--url", url], { env: { TROUPE_ADMIN_TOKEN: TEST_TOKEN } });

it("says where agents take part, what they were asked, and why one did not answer", async () => {
  const none = await cli("rooms", "list", "slack:");
  expect(none.stdout).toBe("No agent takes part anywhere there yet.\n");
  expect((await cli("turns", "list")).stdout).toBe("No agent was asked that.\n");
  await cli("send", "--room", "desk", "--as", "ana", "@sage hello");
  await cli("rooms", "bind", "console:desk", "sage", "off");
  await cli("send", "--room", "desk", "--as", "ana", "@sage and now?");

  const rooms = await cli("rooms", "list", "console:desk");
  expect(rooms.stdout).toMatch(/^ROOM +THREADS +AGENTS +LAST \(UTC\)\nconsole:desk +0 +- +\d{4}/);
  const all = (await cli("turns", "list", "--room", "console:desk")).stdout.trim().split("\n");
  expect(all).toEqual([
    expect.stringMatching(/^ID +ASKED \(UTC\) +ROOM +AGENT +STATUS +COST +WHY$/),
    expect.stringMatching(/console:desk +@sage +declined +\$0.00 +Sage is switched off/),
    expect.stringMatching(/console:desk +@sage +done +\$0.00 +-$/),
  ]);
  const declined = await cli("turns", "list", "--status", "declined", "--agent", "sage");
  expect(declined.stdout.trim().split("\n")).toHaveLength(2);
  const [id = ""] = (all[2] ?? "").split(" ");
  expect((await cli("turns", "show", id)).stdout).toContain("status    done");
  expect((await cli("turns", "list", "--before", id)).stdout).toBe("No agent was asked that.\n");
});

it("sets up where a room has its answers, and whether they carry buttons", async () => {
  await cli("rooms", "bind", "console:set", "sage", "always");
  expect((await cli("rooms", "replies", "console:set", "room")).code).toBe(0);
  for (const wish of ["off", "on", "inherit"]) {
    expect((await cli("rooms", "buttons", "console:set", wish)).stdout).toMatch(/@sage +always/);
  }
});

it.each([
  [["rooms", "bind", "console:x", "sage", "sometimes"], "A mode is one of mention, always, listen"],
  [["rooms", "replies", "console:x", "elsewhere"], "A place is thread or room, not elsewhere."],
  [["rooms", "buttons", "console:x", "blue"], "Buttons are on, off or inherit, not blue."],
  [["rooms", "show", "console:silent"], "console:silent itself is no room yet. `npx troupe rooms"],
  [["turns", "list", "--status", "lost"], "A status is one of pending, running, waiting, done"],
  [["turns", "list", "--first", "many"], "--first takes a whole number from 1 on, not many."],
  [["turns", "list", "--room", "nowhere"], '"nowhere" is no room.'],
])("refuses %s with a sentence", async (args, says) => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(`troupe: ${says}`);
});
