/** Reads records of one capture format out of whatever bytes there are. */
export interface RecordReader {
  readonly format: string;
  /** How many bytes, from where `read` stopped, it takes to go on. */
  readonly needed: number;
  /** Bytes to leave out, from where `read` stopped; the caller sets it back to 0 once they went by. */
  skip: number;
  /** Set when the rest of the file cannot be read. */
  readonly isStopped: boolean;
  /**
   * Reads the whole records in `bytes[from, to)` and returns where it stopped: at the first record that is not whole.
   * `origin` is the file offset of `bytes[0]`, for messages.
   */
  read(bytes: Buffer, from: number, to: number, origin: number): number;
  /** Says what is left to say at the end of the file. */
  end(): void;
}

/** Longest packet that is believed. Offloaded frames reach 512 KiB; anything beyond is a damaged length. */
export const MAX_PACKET = 16 * 1024 * 1024;
