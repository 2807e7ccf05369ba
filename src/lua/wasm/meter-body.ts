import { OPCODE, skipInstruction } from "./skip-instruction.ts";
import { createWasmReader } from "./wasm-reader.ts";
import { createWasmWriter, encodeI32, encodeU32 } from "./wasm-writer.ts";

const GET = 0x23;
const SET = 0x24;
const I32_CONST = 0x41;
const I32_SUB = 0x6b;
const I32_SHR_U = 0x76;
const I32_LT_S = 0x48;
const [IF, VOID, UNREACHABLE, END] = [0x04, 0x40, 0x00, 0x0b];

/**
 * One function body with its fuel payments. The global after `fuelGlobal` serves as a scratch
 * register for the length of a bulk copy, so no local has to be added.
 */
export function meterBody(
  body: Uint8Array,
  fuelGlobal: number,
  constants: ReadonlyMap<number, number>,
): Uint8Array {
  const fuel = encodeU32(fuelGlobal);
  const scratch = encodeU32(fuelGlobal + 1);
  const trapWhenEmpty = [GET, ...fuel, I32_CONST, 0, I32_LT_S, IF, VOID, UNREACHABLE, END];
  const payForIteration = [GET, ...fuel, I32_CONST, 1, I32_SUB, SET, ...fuel, ...trapWhenEmpty];
  const sixtyFourths = [GET, ...scratch, I32_CONST, 6, I32_SHR_U];
  const spend = [GET, ...fuel, ...sixtyFourths, I32_SUB, SET, ...fuel, ...trapWhenEmpty];
  const payForBytes = [SET, ...scratch, ...spend, GET, ...scratch];

  const writer = createWasmWriter(body.length * 2);
  let copied = 0;
  const insertAt = (offset: number, code: number[], resumeAt = offset) => {
    writer.bytes(body.subarray(copied, offset));
    writer.bytes(code);
    copied = resumeAt;
  };

  const reader = createWasmReader(body, 0);
  for (let groups = reader.u32(); groups > 0; groups -= 1) {
    reader.skipLeb();
    reader.skip(1);
  }
  while (!reader.isAt(body.length)) {
    const start = reader.offset();
    const opcode = reader.byte();
    if (opcode === OPCODE.i32Const) {
      const replacement = constants.get(reader.i32());
      if (replacement === undefined) continue;
      insertAt(start, [I32_CONST, ...encodeI32(replacement)], reader.offset());
      continue;
    }
    const bulk = skipInstruction(reader, opcode);
    if (opcode === OPCODE.loop) insertAt(reader.offset(), payForIteration);
    else if (bulk === OPCODE.memoryCopy || bulk === OPCODE.memoryFill) insertAt(start, payForBytes);
  }
  insertAt(body.length, []);
  return writer.take();
}
