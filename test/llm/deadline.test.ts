import { getEventListeners } from "node:events";
import { expect, test, vi } from "vitest";
import { startDeadline } from "../../src/llm/deadline.ts";

test("a deadline that passes aborts, and says that it was the time", () => {
  vi.useFakeTimers();
  const deadline = startDeadline(new AbortController().signal, 1000);
  vi.advanceTimersByTime(999);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect([deadline.signal.aborted, deadline.passed]).toEqual([true, true]);
  vi.useRealTimers();
});

test("a caller who cancels aborts it, and the time is not blamed", () => {
  const controller = new AbortController();
  const deadline = startDeadline(controller.signal, 1000);
  controller.abort();
  expect([deadline.signal.aborted, deadline.passed]).toEqual([true, false]);
  deadline.close();
});

test("a closed deadline leaves nothing behind on the caller's signal and no timer", () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  for (let call = 0; call < 20; call += 1) startDeadline(signal, 1000).close();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
