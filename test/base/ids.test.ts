import { expect, it } from "vitest";
import { isId, newId, sha256 } from "../../src/base/ids.ts";

it("ids are distinct, ordered by time and recognised", () => {
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids).size).toBe(1000);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every(isId)).toBe(true);
  for (const other of ["", "1", `${ids[0]}x`, `'${ids[0]}'`]) expect(isId(other)).toBe(false);
});

it("a digest is SHA-256 in hex", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
