import type { LoadSession } from './load-session.ts';

/** The sessions of a load: by their index, and the open ones in a list without gaps. */
export class OpenSessions {
  readonly open: LoadSession[] = [];
  readonly seats: (LoadSession | undefined)[] = [];
  /** Said Close, or ended by the other side, and not gone yet. */
  readonly leaving = new Set<LoadSession>();

  add(session: LoadSession): void {
    session.slot = this.open.length;
    this.open.push(session);
  }

  /** It is open no more; the last takes its place. */
  remove(session: LoadSession): void {
    const last = this.open.at(-1);
    if (session.slot < 0 || last === undefined) return;
    this.open[session.slot] = last;
    last.slot = session.slot;
    session.slot = -1;
    this.open.length -= 1;
  }

  /** Nothing of it is left. */
  forget(session: LoadSession): void {
    this.remove(session);
    this.leaving.delete(session);
    if (this.seats[session.index] === session) this.seats[session.index] = undefined;
  }

  giveUpAll(): void {
    for (const session of this.leaving) session.giveUp();
    for (const session of this.seats) session?.giveUp();
    this.leaving.clear();
    this.open.length = 0;
    this.seats.length = 0;
  }
}
