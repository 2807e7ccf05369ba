import { describe, expect, it } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { parseRoomKey } from "../../src/rooms/room-key.ts";

describe("a room's key", () => {
  it.each([
    ["console:lobby", { platform: "console", channel: "lobby" }],
    ["slack:C012AB:1712.0034", { platform: "slack", channel: "C012AB", thread: "1712.0034" }],
    ["discord:123:456", { platform: "discord", channel: "123", thread: "456" }],
    ["console:größe_1-a.b", { platform: "console", channel: "größe_1-a.b" }],
  ])("%s is read", (key, expected) => {
    expect(parseRoomKey(key)).toEqual(expected);
  });

  it.each([
    "",
    "lobby",
    "console:",
    "console",
    ":lobby",
    "teams:lobby",
    "Console:lobby",
    "console:a:b:c",
    "console:a:",
    "console: a",
    "console:a b",
    "console:-a",
    "console:a\n",
    "console:a\0",
    `console:${"x".repeat(81)}`,
    "console:../etc",
  ])("%j is refused with the form it should have", (key) => {
    expect(() => parseRoomKey(key)).toThrow(/platform:channel/);
    expect(() => parseRoomKey(key)).toThrow(AppError);
  });

  it("quotes at most the beginning of a wrong key", () => {
    expect(() => parseRoomKey("x".repeat(10_000))).toThrow(/^"x{100}" is no room/);
  });
});
