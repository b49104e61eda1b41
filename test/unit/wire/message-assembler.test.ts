import { describe, expect, it } from 'vitest';
import { type Frame, OPCODE } from '../../../harness/wire/frame.ts';
import { MessageAssembler } from '../../../harness/wire/message-assembler.ts';

const frame = (opcode: number, payload: Buffer | string, fin = true): Frame => ({
  kind: 'frame',
  opcode,
  fin,
  rsv1: false,
  masked: true,
  payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
});

describe('MessageAssembler', () => {
  it('puts fragments together, also within a character', () => {
    const assembler = new MessageAssembler();
    const bytes = Buffer.from('aü');
    expect(assembler.add(frame(OPCODE.text, bytes.subarray(0, 2), false))).toBeNull();
    expect(assembler.add(frame(OPCODE.continuation, bytes.subarray(2)))).toEqual({ kind: 'message', isText: true, payload: bytes });
    expect(assembler.add(frame(OPCODE.binary, 'b'))).toEqual({ kind: 'message', isText: false, payload: Buffer.from('b') });
  });

  // RFC 6455 section 5.4.
  it('refuses a continuation without a beginning and a beginning within a message', () => {
    expect(new MessageAssembler().add(frame(OPCODE.continuation, 'x'))).toMatchObject({ kind: 'error', closeCode: 1002 });
    const assembler = new MessageAssembler();
    assembler.add(frame(OPCODE.text, 'x', false));
    expect(assembler.add(frame(OPCODE.text, 'y'))).toMatchObject({ kind: 'error', closeCode: 1002 });
  });

  // RFC 6455 section 8.1.
  it('refuses text that is not UTF-8, and only text', () => {
    expect(new MessageAssembler().add(frame(OPCODE.text, Buffer.from([0xff])))).toMatchObject({ kind: 'error', closeCode: 1007 });
    expect(new MessageAssembler().add(frame(OPCODE.binary, Buffer.from([0xff])))).toMatchObject({ kind: 'message' });
  });
});
