import {
  array,
  assert,
  constantFrom,
  dictionary,
  oneof,
  pre,
  property,
  string,
  stringMatching,
} from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../src/base/errors.ts";
import { ALL_COMMANDS } from "../../../src/chat/commands/all-commands.ts";
import { fromChoiceKey, toChoiceKey } from "../../../src/chat/commands/choice-key.ts";
import { type ParsedCommand, parseWords } from "../../../src/chat/commands/parse-words.ts";
import { plain } from "../../../src/base/plain.ts";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toPlain } from "../../../src/chat/rich-text/to-plain.ts";

const parse = (name: string, text: string) => {
  const { command, action, values } = parseWords(name, text);
  return [command.name, action.name, values];
};

function parseOrReason(name: string, text: string): Partial<ParsedCommand> & { reason?: unknown } {
  try {
    return parseWords(name, text);
  } catch (reason) {
    return { reason };
  }
}

describe("a command in words", () => {
  it.each([
    ["agent", "list", ["agent", "list", {}]],
    ["agent", "  INFO   @sage ", ["agent", "info", { agent: "@sage" }]],
    ["agent", "info نور 🌸", ["agent", "info", { agent: "نور 🌸" }]],
    [
      "agent",
      'invite "Old Sage" always',
      ["agent", "invite", { agent: "Old Sage", mode: "always" }],
    ],
    ["agent", "invite “Old Sage”", ["agent", "invite", { agent: "Old Sage" }]],
    ["behavior", "switch", ["behavior", "switch", {}]],
    ["behavior", "switch brief sage", ["behavior", "switch", { behavior: "brief", agent: "sage" }]],
    [
      "feedback",
      "BAD too long, and wrong",
      ["feedback", undefined, { verdict: "bad", why: "too long, and wrong" }],
    ],
    [
      "preferences",
      "timezone Europe/Berlin",
      ["preferences", "timezone", { wish: "Europe/Berlin" }],
    ],
    ["stop", "please!", ["stop", undefined, {}]],
  ])("/%s %s is understood", (name, text, expected) => {
    expect(parse(name, text)).toEqual(expected);
  });

  it.each([
    ["agent", "", "/agent needs a word more"],
    ["agent", "lsit", "Did you mean list?"],
    ["agent", "dance", "`/agent invite <agent> [mention|always|listen]`"],
    ["agent", "invite", "The agent is missing"],
    ["feedback", "meh", '"meh" is none of good, bad'],
    ["feedback", "", "The verdict is missing"],
    ["behaviour", "list", "Did you mean behavior?"],
    ["dance", "", "There is no /dance"],
  ])("/%s %s is refused with what to write instead", (name, text, message) => {
    expect(() => parseWords(name, text)).toThrow(
      expect.objectContaining({ code: "INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("ends in values or in a reason, whatever somebody writes", () => {
    const names = constantFrom(...ALL_COMMANDS.map(({ name }) => name));
    const words = oneof(string({ unit: "binary" }), constantFrom("list", "switch", '"'));
    assert(
      property(names, array(words), (name, parts) => {
        const { action, values = {}, reason } = parseOrReason(name, parts.join(" "));
        const declared = (action?.options ?? []).map((option) => option.name);
        expect(declared).toEqual(expect.arrayContaining(Object.keys(values)));
        expect(action === undefined).toBe(reason instanceof AppError);
      }),
    );
  });
});

describe("a command that waits for a value", () => {
  it("comes back as it went, unless it is too long to travel", () => {
    assert(
      property(dictionary(stringMatching(/^[a-z]{1,8}$/), string()), (values) => {
        const open = { command: "behavior", action: "switch", option: "behavior", values };
        const key = toChoiceKey(open);
        pre(key !== undefined);
        expect(key.length).toBeLessThanOrEqual(100);
        expect(fromChoiceKey(key)).toEqual(open);
      }),
    );
  });

  it.each(["", "approve:1", "command:", "command:a:b:c", "command:a:b:c:d:e"])(
    "is not what somebody else sends as %j",
    (key) => {
      expect(fromChoiceKey(key)).toBeUndefined();
    },
  );
});

it("a name that people chose reads as they wrote it, and formats nothing", () => {
  for (const name of ["*bold*", "[x](http://evil.example)", "`code`", "<@U1>", "a_b_c", "1. x"]) {
    expect(toPlain(parseMarkdown(`${plain(name)} is here`))).toBe(`${name} is here`);
  }
});
