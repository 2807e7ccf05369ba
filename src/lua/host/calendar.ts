import { formatTime } from "./format-time.ts";

/** The fields of C's `struct tm`, in its order; the calendar is always UTC. */
export type BrokenDownTime = {
  second: number;
  minute: number;
  hour: number;
  day: number;
  month: number;
  yearSince1900: number;
  weekday: number;
  yearDay: number;
};

const FIELDS = 8;
const DAY_MS = 86_400_000;

/** C's calendar functions over the module's memory, in UTC, whatever the machine's time zone is. */
export function createCalendar(memory: () => DataView) {
  const write = (pointer: number, ms: number) => {
    const values = toFields(ms);
    for (const [index, value] of values.entries()) {
      memory().setInt32(pointer + index * 4, value, true);
    }
    memory().setInt32(pointer + FIELDS * 4, 0, true);
  };

  return {
    gmtime(seconds: bigint, pointer: number): void {
      const ms = Number(seconds) * 1000;
      write(pointer, Number.isNaN(new Date(ms).getTime()) ? 0 : ms);
    },

    /** Normalises the fields at `pointer`; -1 when the moment cannot be represented. */
    mktime(pointer: number): bigint {
      const [second, minute, hour, day, month, year] = readFields(memory(), pointer);
      const date = new Date(0);
      date.setUTCFullYear(year + 1900, month, day);
      date.setUTCHours(hour, minute, second, 0);
      const ms = date.getTime();
      if (Number.isNaN(ms)) return -1n;
      write(pointer, ms);
      return BigInt(ms / 1000);
    },

    /** Bytes written without the final NUL; 0 when they do not fit. */
    strftime(target: number, capacity: number, format: number, pointer: number): number {
      const view = memory();
      const [second, minute, hour, day, month, yearSince1900, weekday, yearDay] = readFields(
        view,
        pointer,
      );
      const text = formatTime(readAsciiZ(view, format), {
        second,
        minute,
        hour,
        day,
        month,
        yearSince1900,
        weekday,
        yearDay,
      });
      if (text.length + 1 > capacity) return 0;
      for (let index = 0; index < text.length; index += 1) {
        view.setUint8(target + index, text.charCodeAt(index));
      }
      view.setUint8(target + text.length, 0);
      return text.length;
    },
  };
}

type Fields = [number, number, number, number, number, number, number, number];

function toFields(ms: number): Fields {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const startOfYear = new Date(0).setUTCFullYear(year, 0, 1);
  return [
    date.getUTCSeconds(),
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth(),
    year - 1900,
    date.getUTCDay(),
    Math.floor((ms - startOfYear) / DAY_MS),
  ];
}

function readFields(view: DataView, pointer: number): Fields {
  const at = (index: number) => view.getInt32(pointer + index * 4, true);
  return [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
}

/** Formats reach C one conversion at a time, so a short limit is enough. */
function readAsciiZ(view: DataView, pointer: number): string {
  let text = "";
  for (let offset = 0; offset < 64; offset += 1) {
    const byte = view.getUint8(pointer + offset);
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}
