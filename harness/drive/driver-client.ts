import type { Readable, Writable } from 'node:stream';
import type { LoadBucket } from '../model/load.ts';
import { LineChannel } from './line-channel.ts';
import type { DriveByKind, DriveKind } from './protocol.ts';

/** The harness's side of a driver that runs inside a client host. Failures of the program are DRIVE_ERR_PROTOCOL. */
export class DriverClient {
  readonly #channel: LineChannel;

  /** `exited` settles when the program has ended. `host` names it in messages. */
  constructor(stdin: Writable, stdout: Readable, exited: Promise<unknown>, host = 'client') {
    this.#channel = new LineChannel({ title: 'the driver', host, stdin, stdout, exited });
  }

  ready(): Promise<void> {
    return this.#channel.ready;
  }

  /** The reply to one request. An aborted signal rejects with its reason. `onProgress` gets each bucket of a load when it is over. */
  async request<K extends DriveKind>(
    request: DriveByKind[K]['request'] & { readonly kind: K },
    signal?: AbortSignal,
    onProgress?: (bucket: LoadBucket) => void,
  ): Promise<DriveByKind[K]['reply']> {
    const { reply } = await this.#channel.ask(request, signal, (progress) => onProgress?.(progress as LoadBucket));
    return reply as DriveByKind[K]['reply'];
  }

  close(): void {
    this.#channel.close();
  }
}
