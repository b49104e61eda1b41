import { legsOf } from '../model/path.ts';
import type { Path } from '../model/path.ts';

/** Name of the leg on the client's side of a host; null when the host ends no leg there. */
export const clientLegOf = (path: Path, host: string): string | null => legsOf(path).find((leg) => leg.to === host)?.name ?? null;

/** Name of the leg on the origin's side of a host. */
export const serverLegOf = (path: Path, host: string): string | null => legsOf(path).find((leg) => leg.from === host)?.name ?? null;
