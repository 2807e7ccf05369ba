import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { newSegmentName, type SegmentName, toFileName } from "./segment-name.ts";

/** A file that work is appended to, a line each, and that is emptied whenever none of it waits. */
export type Segment = {
  readonly name: SegmentName;
  /** Writes a line, or throws and leaves nothing of it. Without waiting for the disk. */
  append(line: string): void;
  /** One line has been dealt with. */
  release(): void;
  /** True where nothing shall be appended any more: it is long, or somebody has taken the file away. */
  isSpent(): boolean;
  /** Nothing more is appended; the file goes with its last line. */
  seal(): void;
};

const MOST_BYTES = 4 * 1024 * 1024;

/** Throws where the folder takes no file. */
export function openSegment(folder: string): Segment {
  const name = newSegmentName();
  const path = join(folder, toFileName(name));
  const file = openSync(path, "ax", 0o600);
  let size = 0;
  let waiting = 0;
  let isSealed = false;

  function end(): void {
    closeSync(file);
    rmSync(path, { force: true });
  }

  return {
    name,
    append(line) {
      const bytes = Buffer.from(`${line}\n`);
      try {
        if (writeSync(file, bytes) < bytes.length) throw new Error("the disk is full");
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
      size += bytes.length;
      waiting += 1;
    },
    release() {
      waiting -= 1;
      if (waiting > 0) return;
      if (isSealed) return end();
      // What people wrote stays here no longer than it must.
      ftruncateSync(file, 0);
      size = 0;
    },
    isSpent: () => size > MOST_BYTES || fstatSync(file).nlink === 0,
    seal() {
      isSealed = true;
      if (waiting === 0) end();
    },
  };
}
