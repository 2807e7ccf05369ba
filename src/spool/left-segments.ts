import { readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { unlessCode } from "../base/unless-code.ts";
import {
  fromFileName,
  mayOwnerLive,
  type SegmentName,
  takenUp,
  toFileName,
} from "./segment-name.ts";

/** What a process that ended had not dealt with. */
export type LeftSegment = {
  name: SegmentName;
  works: unknown[];
  /** When the last of it was written, in milliseconds since 1970. */
  writtenAt: number;
};

const unlessGone = unlessCode("ENOENT");
// A living owner shows itself several times in this time. Should it not, both deal with the same work.
const LONGEST_SILENCE_MS = 120_000;

/** Takes up the segments of others, oldest first: of two processes that try, one gets a segment. */
export async function* takeUpLeft(
  folder: string,
  { isOwn, now }: { isOwn: (id: string) => boolean; now: () => number },
): AsyncGenerator<LeftSegment> {
  for (const file of (await readdir(folder)).toSorted()) {
    const name = fromFileName(file);
    if (!name || isOwn(name.id)) continue;
    const stats = await stat(join(folder, file)).catch(unlessGone);
    if (!stats || (mayOwnerLive(name) && now() - stats.mtimeMs < LONGEST_SILENCE_MS)) continue;
    const left = await takeUp(folder, name);
    if (left) yield { ...left, writtenAt: stats.mtimeMs };
  }
}

/** Says that the owner of a segment lives. */
export async function showLife(folder: string, name: SegmentName): Promise<void> {
  const now = new Date();
  await utimes(join(folder, toFileName(name)), now, now).catch(unlessGone);
}

async function takeUp(
  folder: string,
  name: SegmentName,
): Promise<Pick<LeftSegment, "name" | "works"> | undefined> {
  const taken = takenUp(name);
  const path = join(folder, toFileName(taken));
  const isTaken = await rename(join(folder, toFileName(name)), path).then(() => true, unlessGone);
  if (isTaken !== true) return undefined;
  await showLife(folder, taken);
  const lines = (await readFile(path, "utf8")).split("\n");
  // What follows the last line's end was promised to nobody.
  const works = lines.slice(0, -1).flatMap((line) => toWork(line));
  if (works.length > 0) return { name: taken, works };
  await rm(path, { force: true });
  return undefined;
}

function toWork(line: string): [unknown] | [] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
