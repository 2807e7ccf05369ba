import { randomBytes } from "node:crypto";
import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { createSecretBox } from "../../src/base/secret-box.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const OTHER = Buffer.alloc(32, 8).toString("base64");
const ABOUT = "the credentials of slack/T1";

describe("a secret box", () => {
  const box = createSecretBox(KEY);

  it("opens what it sealed, whatever it says and whatever it is about", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, about) => {
        expect(box.open(box.seal(text, about), about)).toBe(text);
      }),
    );
  });

  it("never seals the same twice, and shows nothing of it", () => {
    const sealed = Array.from({ length: 50 }, () => box.seal("xoxb-secret", ABOUT));
    expect(new Set(sealed).size).toBe(50);
    expect(sealed.join()).not.toContain("xoxb");
    expect(sealed.join()).not.toContain(Buffer.from("xoxb-secret").toString("base64url"));
  });

  it("does not open what was moved to another row", () => {
    expect(() => box.open(box.seal("a", ABOUT), "the credentials of slack/T2")).toThrow(/moved/);
  });

  it("notices any changed character", () => {
    const sealed = box.seal("a secret of some length", ABOUT);
    fc.assert(
      fc.property(
        fc.nat(sealed.length - 1),
        fc.constantFrom("A", "z", "0", "9", "-", "_", "."),
        (at, letter): boolean => {
          const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
          const same = changed
            .split(".")
            .every((part, i) =>
              Buffer.from(part, "base64url").equals(
                Buffer.from(sealed.split(".")[i] ?? "", "base64url"),
              ),
            );
          if (same && changed.split(".").length === 4) return true;
          expect(() => box.open(changed, ABOUT)).toThrow(
            expect.objectContaining({ name: "AppError" }),
          );
          return true;
        },
      ),
    );
  });

  it.each(["", "v1", "v1...", "v2.a.b.c", "xoxb-plain", "v1.a.b.c.d"])(
    "refuses %j with a sentence",
    (sealed) => {
      expect(() => box.open(sealed, ABOUT)).toThrow(expect.objectContaining({ code: "INVALID" }));
    },
  );

  it("says that the key is another one, which, and what to do, and neither key nor secret", () => {
    const sealed = createSecretBox(OTHER).seal("xoxb-secret", ABOUT);
    const open = () => box.open(sealed, ABOUT);
    expect(open).toThrow(/slack\/T1 was encrypted with another key \(id [0-9a-f]{8}\)/);
    expect(open).toThrow(/Set TROUPE_SECRET_KEY to the key it was stored with/);
    expect(open).not.toThrow(new RegExp(`xoxb|${OTHER.slice(0, 10)}`));
  });

  it("opens with older keys and seals with the newest", () => {
    const before = createSecretBox(OTHER).seal("a", ABOUT);
    const rotated = createSecretBox(KEY, [OTHER]);
    expect(rotated.open(before, ABOUT)).toBe("a");
    expect(rotated.isCurrent(before)).toBe(false);
    const after = rotated.seal("a", ABOUT);
    expect(rotated.isCurrent(after)).toBe(true);
    expect(box.open(after, ABOUT)).toBe("a");
  });

  it("derives a key of its own for each purpose", () => {
    const derived = ["state", "other"].map((purpose) => box.derive(purpose).toString("hex"));
    expect(new Set([...derived, Buffer.alloc(32, 7).toString("hex")]).size).toBe(3);
    expect(createSecretBox(KEY).derive("state").toString("hex")).toBe(derived[0]);
    const fresh = createSecretBox(randomBytes(32).toString("base64"));
    expect(fresh.derive("state").toString("hex")).not.toBe(derived[0]);
  });
});
