import { describe, expect, it } from "vitest";
import { createPdfReader, PDF_LIMITS, type PdfLimits } from "../../src/pdf/pdf-reader.ts";
import { PNG, PDF } from "../support/sample-files.ts";
import { createBomb, createPdf } from "../support/sample-pdf.ts";

const { signal } = new AbortController();
const read = (bytes: Buffer, limits: Partial<PdfLimits> = {}) =>
  createPdfReader({ ...PDF_LIMITS, ...limits })(bytes, signal);

describe("a PDF file", () => {
  it("is read page by page, line by line", async () => {
    const pdf = createPdf(["Refunds take\nthirty days.", "Except (some)."]);
    expect(await read(pdf)).toEqual({ text: "Refunds take\nthirty days.\n\nExcept (some)." });
  });

  it("is read up to so many pages, and says that there are more", async () => {
    const pdf = createPdf(["one", "two", "three", "four"]);
    expect(await read(pdf, { pages: 2 })).toEqual({
      text: "one\n\ntwo\n[… 2 more pages are left out …]",
    });
  });

  it("is read up to so many characters, and says that there are more", async () => {
    const pdf = createPdf(["a".repeat(60), "b".repeat(60)]);
    const read100 = await read(pdf, { characters: 100 });
    expect(read100).toEqual({
      text: `${"a".repeat(60)}\n\n${"b".repeat(38)}\n[… the rest is left out …]`,
    });
  });

  it("without a word says that it has none", async () => {
    expect(await read(createPdf(["", " "]))).toEqual({
      reason: "it holds no text, perhaps only pictures of it",
    });
  });

  it("with a password is not read", async () => {
    const hash = "ab".repeat(32);
    const trailer = `/ID[<${hash}><${hash}>]/Encrypt<</Filter/Standard/V 1/R 2/O<${hash}>/U<${hash}>/P -4>>`;
    expect(await read(createPdf(["secret"], { trailer }))).toEqual({
      reason: "it is locked with a password",
    });
  });

  it.each([
    ["cut off", createPdf(["one", "two"]).subarray(0, 60)],
    ["empty", Buffer.from("%PDF-1.4\n")],
    ["without pages", PDF],
    ["a picture", PNG],
    ["noise", Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(5000, "\x91<<[(/")])],
  ])("that is %s is damaged", async (_what, bytes) => {
    expect(await read(bytes)).toEqual({ reason: expect.stringMatching(/damaged|holds no text/) });
  });

  it("that unpacks to too much is given up, while everything else goes on", async () => {
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    expect(await read(createBomb(400), { megabytes: 64 })).toEqual({
      reason: "reading it took more than 64 MB of memory",
    });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(5);
    expect(await read(createPdf(["still here"]))).toEqual({ text: "still here" });
  });

  it("that takes too long is given up", async () => {
    const slow = createBomb(100);
    expect(await read(slow, { deadlineMs: 1, megabytes: 4000 })).toEqual({
      reason: "reading it took longer than 0.001 s",
    });
  });

  it("is given up when nobody wants it any more, and so are those that wait", async () => {
    const stop = new AbortController();
    const reader = createPdfReader({ ...PDF_LIMITS, megabytes: 4000 });
    const all = [1, 2, 3].map(() => reader(createBomb(50), stop.signal));
    stop.abort(new Error("over"));
    for (const each of all) await expect(each).rejects.toThrow("over");
    expect(await reader(createPdf(["next"]), signal)).toEqual({ text: "next" });
  });
});
