import { hostname } from "node:os";
import { isId, newId } from "../base/ids.ts";

/** What the name of a segment's file says. */
export type SegmentName = {
  /** Later ids sort after earlier ones. */
  id: string;
  host: string;
  pid: number;
  /** How many processes have taken it up after the one that wrote it. */
  starts: number;
};

const HERE = hostname().replaceAll(/[^A-Za-z0-9-]/g, "-");

/** For a new segment of this process. */
export function newSegmentName(): SegmentName {
  return own({ id: newId(), starts: 0 });
}

/** For one that this process takes up. */
export function takenUp({ id, starts }: SegmentName): SegmentName {
  return own({ id, starts: starts + 1 });
}

function own(name: Pick<SegmentName, "id" | "starts">): SegmentName {
  return { ...name, host: HERE, pid: process.pid };
}

export function toFileName({ id, host, pid, starts }: SegmentName): string {
  return `${id}.${host}.${pid}.${starts}.jsonl`;
}

/** Undefined for files that are something else. */
export function fromFileName(file: string): SegmentName | undefined {
  const [id = "", host = "", pid = "", starts = "", ...rest] = file.split(".");
  const isSegment = isId(id) && /^\d{1,10} \d{1,3} jsonl$/.test([pid, starts, ...rest].join(" "));
  return isSegment ? { id, host, pid: Number(pid), starts: Number(starts) } : undefined;
}

/** False where it is certain that whoever wrote it has ended: processes of other machines cannot be seen. */
export function mayOwnerLive({ host, pid }: SegmentName): boolean {
  if (host !== HERE) return true;
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
