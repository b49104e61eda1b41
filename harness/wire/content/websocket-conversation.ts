import type { StreamDirection } from '../tcp/label.ts';
import { type ContentClosing, type ContentFacts, newWebSocketDraft } from './content-facts.ts';
import type { ByteOrigin, Conversation } from './conversation.ts';
import { addNote } from './exchange-drafts.ts';
import { FrameWalker } from './frame-walker.ts';

/** What the opening handshake agreed on, as written; null: nothing, or not known. */
export interface Agreed {
  readonly extensions: string | null;
  readonly subprotocol: string | null;
}

/** Close frames after each other are a broken sender's; the first of them say everything. */
const MAX_CLOSINGS = 8;

/** Counts the frames of a WebSocket connection in a capture. Whether frames are masked is not judged: they are counted either way. */
export class WebSocketConversation implements Conversation {
  readonly #walkers: readonly [FrameWalker, FrameWalker];

  /** Several connections of one stream (RFC 8441) add up in the same facts. */
  constructor(facts: ContentFacts, { extensions, subprotocol }: Agreed) {
    const draft = facts.webSocket ?? newWebSocketDraft();
    facts.webSocket = draft;
    draft.extensions ??= extensions;
    draft.subprotocol ??= subprotocol;
    let closings = 0;
    const told = new Set<StreamDirection>();
    const events = {
      closing(closing: ContentClosing): void {
        closings += 1;
        if (closings <= MAX_CLOSINGS) facts.closings.push(closing);
      },
      longForm(from: StreamDirection, frame: number): void {
        if (!told.has(from)) addNote(facts, { from, frame, kind: 'odd', because: 'a frame whose length is not in its shortest form' });
        told.add(from);
      },
    };
    this.#walkers = [new FrameWalker(0, draft, events), new FrameWalker(1, draft, events)];
  }

  bytes(direction: StreamDirection, chunk: Buffer, start: number, end: number, from: ByteOrigin): void {
    this.#walkers[direction].walk(chunk, start, end, from);
  }

  missing(direction: StreamDirection, count: number, from: ByteOrigin): void {
    this.#walkers[direction].missing(count, from);
  }

  end(direction: StreamDirection, _how: 'fin' | 'rst' | 'capture', from: ByteOrigin): void {
    this.#walkers[direction].end(from);
  }
}
