import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAgentChanges } from "../../src/agents/agent-input.ts";
import { toAvatar } from "../../src/agents/avatar.ts";
import { requireAgent } from "../../src/agents/require-agent.ts";
import { updateAgent } from "../../src/agents/update-agent.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

describe("an agent's face", () => {
  it.each([
    "https://example.com/sage.png",
    "https://例え.jp/梟.png?size=64",
    ":owl:",
    ":t-rex:",
    ":+1::skin-tone-3:",
    ":猫:",
  ])("may be %j", (avatar) => {
    expect(parseAgentChanges({ avatar })).toEqual({ avatar });
  });

  it.each([
    ["http://example.com/sage.png", "https address"],
    ["javascript:alert(1)", "https address"],
    ["data:image/png;base64,AAAA", "https address"],
    ["sage.png", "https address"],
    ["", "https address"],
    ["🦉", "such as :owl:"],
    [":owl", "such as :owl:"],
    [":OWL:", "such as :owl:"],
    [`:${"o".repeat(101)}:`, "such as :owl:"],
    ["https://exam ple.com/a.png", "https address"],
    ["https://example.com/a b.png", "https address"],
    ["https://ana:secret@example.com/sage.png", "without a user name or password"],
    ["https://ana@example.com/sage.png", "without a user name or password"],
    [`https://example.com/${"a".repeat(2000)}`, "at most 2000 characters"],
    ["https://", "https address"],
  ])("is not %j", (avatar, said) => {
    expect(() => parseAgentChanges({ avatar })).toThrow(
      expect.objectContaining({
        code: "INVALID",
        message: expect.stringMatching(new RegExp(`avatar must .*${said}`)),
      }),
    );
  });

  it("is an emoji or an address, or there is none", () => {
    expect(toAvatar(":owl:")).toEqual({ emoji: ":owl:" });
    expect(toAvatar("https://example.com/a.png")).toEqual({ url: "https://example.com/a.png" });
    expect([toAvatar(null), toAvatar(undefined), toAvatar("")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

const sizes = await testSizes();

describe.each(sizes)("a stored face, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  it("is changed and taken away like anything else of an agent", async () => {
    await app.addAgent({ slug: "faced", avatar: ":owl:" });
    const read = async () => {
      const { avatar, version } = await requireAgent({ em: app.db.em() }, "faced");
      return [avatar, version];
    };
    expect(await read()).toEqual([":owl:", 1]);
    const avatar = "https://example.com/sage.png";
    await updateAgent({ em: app.db.em() }, "faced", { changes: { avatar } });
    expect(await read()).toEqual([avatar, 2]);
    await updateAgent({ em: app.db.em() }, "faced", { changes: { avatar: null } });
    expect(await read()).toEqual([null, 3]);
  });
});
