import { describe, expect, it } from "vitest";
import { classifyTask } from "../../../src/behaviors/engine/classify-task.ts";
import { timeOfDay } from "../../../src/behaviors/engine/time-of-day.ts";

describe("what a request says of itself", () => {
  it.each([
    ["#task:code_review is this a bug?", "code_review", "normal"],
    ["what is new? #task:Triage", "triage", "normal"],
    ["this is urgent, but #urgency:low", "conversation", "low"],
    ["#task:planning, #urgency:high please", "planning", "high"],
    ["see issue#task:none", "conversation", "normal"],
    ["#task: nothing", "conversation", "normal"],
    ["#urgency:whatever asap", "conversation", "high"],
    [`#task:${"x".repeat(60)}`, "conversation", "normal"],
  ])("goes before the words: %s", (text, taskType, urgency) => {
    expect(classifyTask(text)).toEqual({ taskType, urgency });
  });
});

describe("the kind of a task", () => {
  it.each([
    ["@rex please review this PR", "code_review"],
    ["code review, please", "code_review"],
    ["Look at PR #123 for security issues", "code_review"],
    ["Can you refactor this function?", "refactoring"],
    ["clean up the imports", "refactoring"],
    ["I get an exception when I start", "debugging"],
    ["it doesn't work any more", "debugging"],
    ["write tests for the parser", "testing"],
    ["what about the system design?", "architecture"],
    ["plan the next milestone", "planning"],
    ["implement a queue", "code_generation"],
    ["write a function that adds", "code_generation"],
    ["tl;dr", "summarization"],
    ["translate this to French", "translation"],
    ["calculate my taxes", "calculation"],
    ["12 * 7", "calculation"],
    ["compare these two laptops", "research"],
    ["what is the capital of France", "question"],
    ["@sage who are you", "question"],
    ["really?", "question"],
    ["good morning", "conversation"],
    ["", "conversation"],
    ["the preview is lovely", "conversation"],
    ["my prefix", "conversation"],
  ])("of %j is %s", (text, taskType) => {
    expect(classifyTask(text).taskType).toBe(taskType);
  });

  it.each([
    ["this is urgent", "high"],
    ["ASAP please", "high"],
    ["production is down", "high"],
    ["help!!", "high"],
    ["no rush", "low"],
    ["whenever you have time", "low"],
    ["good morning", "normal"],
    ["he is an insurgent", "normal"],
  ])("has the urgency that %j asks for: %s", (text, urgency) => {
    expect(classifyTask(text).urgency).toBe(urgency);
  });

  it("is found in time proportional to the text", () => {
    for (const piece of ["review ", "review  ", "write a ", "1 - ", "a! ", "@a ", " "]) {
      expect(classifyTask(piece.repeat(100_000)).taskType).not.toBe("");
    }
  });
});

describe("the time of day", () => {
  it.each([
    ["2026-03-10T04:59:59Z", "UTC", "evening"],
    ["2026-03-10T05:00:00Z", "UTC", "morning"],
    ["2026-03-10T11:59:59Z", "UTC", "morning"],
    ["2026-03-10T12:00:00Z", "UTC", "afternoon"],
    ["2026-03-10T16:59:59Z", "UTC", "afternoon"],
    ["2026-03-10T17:00:00Z", "UTC", "evening"],
    ["2026-03-10T00:00:00Z", "UTC", "evening"],
    ["2026-03-10T00:00:00Z", "Asia/Tokyo", "morning"],
    ["2026-03-10T18:30:00Z", "America/New_York", "afternoon"],
    ["2026-03-29T01:00:00Z", "Europe/Berlin", "evening"],
    ["2026-03-10T11:15:00Z", "Asia/Kathmandu", "evening"],
  ])("at %s in %s is %s", (time, zone, expected) => {
    expect(timeOfDay(Date.parse(time), zone)).toBe(expected);
  });
});
