/** Who is told what a server's bytes say. Ranges are of the buffer that is being read; it is reused, so what is kept must be copied. */
export interface FrameSink {
  /** False: nothing more is read. */
  readonly isReading: boolean;
  /** A whole message in one frame. `first`: the first byte of its header. */
  message(first: number, bytes: Buffer, from: number, to: number): void;
  /** A message that comes in pieces: begins with the first byte of its first header. */
  messageBegin(first: number): void;
  messagePart(bytes: Buffer, from: number, to: number): void;
  messageEnd(): void;
  control(opcode: number, bytes: Buffer, from: number, to: number): void;
  /** What no WebSocket server may send; nothing after it is read. */
  violation(): void;
}
