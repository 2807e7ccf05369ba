import { expect, it } from "vitest";
import { findAddressed } from "../../src/rooms/addressing.ts";
import type { Mode } from "../../src/rooms/participation.ts";

const member = (slug: string, mode: Mode = "mention") => ({
  slug,
  name: slug[0]?.toUpperCase() + slug.slice(1),
  mode,
});

const ON = [member("sage"), member("rex"), member("vera", "always")];
const MIXED = [member("sage", "off"), member("rex")];
const OFF = [member("sage", "off"), member("rex", "off")];

it.each([
  ["the named one", ON, "@troupe rex, hi", true, ["rex"]],
  ["a named one that is off, which says so", MIXED, "@troupe sage, hi", true, ["sage"]],
  ["one that is off by @name, wherever", OFF, "ask @rex", false, ["rex"]],
  ["of several that are named each", MIXED, "@sage and @rex", undefined, ["sage", "rex"]],
  ["the first that is on where none is named", MIXED, "@troupe hello", true, ["rex"]],
  ["the first of all where every one is off", OFF, "@troupe hello", true, ["sage"]],
  ["nobody where the room is empty", [], "@troupe hello", true, []],
  ["those that always answer plain talk", ON, "hello all", false, ["vera"]],
  ["nobody for plain talk where all are off", OFF, "hello all", false, []],
  ["nobody for plain talk that holds a name", OFF, "sage is a herb", false, []],
  ["nobody in a console room where all are off", OFF, "hello", undefined, []],
  ["the one that is on in a console room", MIXED, "hello", undefined, ["rex"]],
] as const)("is %s", (_who, members, text, toBot, slugs) => {
  const addressed = findAddressed({ members: [...members] }, text, toBot);
  expect(addressed.map(({ slug }) => slug)).toEqual(slugs);
});
